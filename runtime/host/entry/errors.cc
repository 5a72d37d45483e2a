// Errors and exceptions.
#include <iterator>
#include <string_view>

#include "api/defect.h"
#include "host/atoms.h"
#include "host/entry.h"
#include "host/entry/pending.h"
#include "host/env.h"
#include "host/objects.h"
#include "host/properties.h"
#include "host/strings.h"

namespace napisan::host {
namespace {

napi_status CreateError(napi_env env, std::string_view type, napi_value code, napi_value msg,
                        napi_value* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, msg);
  CHECK_ARG(env, result);
  RETURN_STATUS_IF_FALSE(env, IsString(msg->value), napi_string_expected);
  if (code != nullptr) {
    RETURN_STATUS_IF_FALSE(env, IsString(code->value), napi_string_expected);
  }
  Object* error = NewError(env->agent, type, msg->value);
  if (code != nullptr) {
    Define(env->agent, error, AtomKey(Atom::k_code), code->value, kPlainProperty);
  }
  *result = Handle(env, Value::Of(error));
  return ClearLastError(env);
}

napi_status ThrowNew(napi_env env, std::string_view type, const char* code, const char* msg) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, msg);
  ThrowError(env->agent, type, msg, code != nullptr ? code : std::string_view());
  env->last_exception = env->agent.TakeException();
  // Anything that needs JavaScript fails from here until the callback returns or clears it.
  return ClearLastError(env);
}

// In the order of napi_status.
constexpr const char* kMessages[] = {
    nullptr,
    "Invalid argument",
    "An object was expected",
    "A string was expected",
    "A string or symbol was expected",
    "A function was expected",
    "A number was expected",
    "A boolean was expected",
    "An array was expected",
    "Unknown failure",
    "An exception is pending",
    "The async work item was cancelled",
    "napi_escape_handle already called on scope",
    "Invalid handle scope usage",
    "Invalid callback scope usage",
    "Thread-safe function queue is full",
    "Thread-safe function handle is closing",
    "A bigint was expected",
    "A date was expected",
    "An arraybuffer was expected",
    "A detachable arraybuffer was expected",
    "Main thread would deadlock",
    "External buffers are not allowed",
    "Cannot run JavaScript",
};
static_assert(std::size(kMessages) == napi_cannot_run_js + 1);

}  // namespace

napi_status napi_create_error(napi_env env, napi_value code, napi_value msg, napi_value* result) {
  return CreateError(env, "Error", code, msg, result);
}

napi_status napi_create_type_error(napi_env env, napi_value code, napi_value msg,
                                   napi_value* result) {
  return CreateError(env, "TypeError", code, msg, result);
}

napi_status napi_create_range_error(napi_env env, napi_value code, napi_value msg,
                                    napi_value* result) {
  return CreateError(env, "RangeError", code, msg, result);
}

napi_status node_api_create_syntax_error(napi_env env, napi_value code, napi_value msg,
                                         napi_value* result) {
  return CreateError(env, "SyntaxError", code, msg, result);
}

napi_status napi_throw(napi_env env, napi_value error) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, error);
  RETURN_STATUS_IF_FALSE(
      env, !env->agent.traits().throw_wants_error || Is(error->value, CellKind::kError),
      napi_invalid_arg);
  env->last_exception = error->value;
  return ClearLastError(env);
}

napi_status napi_throw_error(napi_env env, const char* code, const char* msg) {
  return ThrowNew(env, "Error", code, msg);
}

napi_status napi_throw_type_error(napi_env env, const char* code, const char* msg) {
  return ThrowNew(env, "TypeError", code, msg);
}

napi_status napi_throw_range_error(napi_env env, const char* code, const char* msg) {
  return ThrowNew(env, "RangeError", code, msg);
}

napi_status node_api_throw_syntax_error(napi_env env, const char* code, const char* msg) {
  return ThrowNew(env, "SyntaxError", code, msg);
}

napi_status napi_is_error(napi_env env, napi_value value, bool* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, value);
  CHECK_ARG(env, result);
  *result = Is(value->value, CellKind::kError);
  return ClearLastError(env);
}

napi_status napi_is_exception_pending(napi_env env, bool* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, result);
  *result = !env->last_exception.IsHole();
  return ClearLastError(env);
}

napi_status napi_get_and_clear_last_exception(napi_env env, napi_value* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, result);
  Value exception = env->last_exception;
  if (!HAS_DEFECT(exception_not_cleared)) env->last_exception = Value::Hole();
  *result = Handle(env, exception.IsHole() ? Value::Undefined() : exception);
  return ClearLastError(env);
}

napi_status napi_get_last_error_info(node_api_basic_env env,
                                     const napi_extended_error_info** result) {
  CHECK_ENV(env);
  CHECK_ARG(env, result);
  napi_status code = env->last_error.error_code;
  env->last_error.error_message =
      static_cast<size_t>(code) < std::size(kMessages) ? kMessages[code] : nullptr;
  if (code == napi_ok) ClearLastError(env);
  *result = &env->last_error;
  return napi_ok;
}

}  // namespace napisan::host
