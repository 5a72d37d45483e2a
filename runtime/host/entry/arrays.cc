#include "host/entry.h"
#include "host/env.h"
#include "host/objects.h"
#include "host/properties.h"

namespace napisan::host {

napi_status napi_create_array(napi_env env, napi_value* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, result);
  *result = Handle(env, Value::Of(NewArray(env->agent)));
  return ClearLastError(env);
}

napi_status napi_create_array_with_length(napi_env env, size_t length, napi_value* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, result);
  // V8 takes an int, and 0 for a negative one.
  auto wanted = static_cast<int32_t>(length);
  *result =
      Handle(env, Value::Of(NewArray(env->agent, wanted > 0 ? static_cast<uint32_t>(wanted) : 0)));
  return ClearLastError(env);
}

napi_status napi_is_array(napi_env env, napi_value value, bool* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, value);
  CHECK_ARG(env, result);
  *result = Is(value->value, CellKind::kArray);
  return ClearLastError(env);
}

napi_status napi_get_array_length(napi_env env, napi_value value, uint32_t* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, value);
  CHECK_ARG(env, result);
  RETURN_STATUS_IF_FALSE(env, Is(value->value, CellKind::kArray), napi_array_expected);
  *result = ArrayLength(*AsObject(value->value));
  return ClearLastError(env);
}

}  // namespace napisan::host
