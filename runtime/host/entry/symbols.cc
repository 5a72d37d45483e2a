#include "host/entry.h"
#include "host/env.h"
#include "host/strings.h"

namespace napisan::host {

napi_status napi_create_symbol(napi_env env, napi_value description, napi_value* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, result);
  Value text;
  if (description != nullptr) {
    text = description->value;
    RETURN_STATUS_IF_FALSE(env, IsString(text), napi_string_expected);
  }
  *result = Handle(env, Value::Of(NewSymbol(env->agent, text)));
  return ClearLastError(env);
}

napi_status node_api_symbol_for(napi_env env, const char* utf8description, size_t length,
                                napi_value* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, result);
  napi_value description;
  napi_status status = host::napi_create_string_utf8(env, utf8description, length, &description);
  if (status != napi_ok) return status;
  *result = Handle(env, Value::Of(SymbolFor(env->agent, AsString(description->value))));
  return ClearLastError(env);
}

}  // namespace napisan::host
