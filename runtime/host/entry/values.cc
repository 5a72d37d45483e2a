// Singletons, numbers, conversions and comparison.
#include "host/entry.h"
#include "host/entry/pending.h"
#include "host/env.h"
#include "host/numbers.h"
#include "host/objects.h"

namespace napisan::host {
namespace {

napi_status Make(napi_env env, Value value, napi_value* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, result);
  *result = Handle(env, value);
  return ClearLastError(env);
}

template <class T, class Convert>
napi_status GetNumber(napi_env env, napi_value value, T* result, Convert convert) {
  CHECK_ENV(env);
  CHECK_ARG(env, value);
  CHECK_ARG(env, result);
  RETURN_STATUS_IF_FALSE(env, value->value.IsNumber(), napi_number_expected);
  *result = convert(value->value.AsNumber());
  return ClearLastError(env);
}

// Where the conversion throws, Node says what it expected, and leaves the exception pending.
napi_status Coerce(napi_env env, napi_value value, napi_value* result,
                   Value (*convert)(Agent&, Value), napi_status expected) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, value);
  CHECK_ARG(env, result);
  Value converted = convert(env->agent, value->value);
  if (converted.IsHole()) return Pending(env, expected);
  *result = Handle(env, converted);
  return napi_ok;
}

}  // namespace

napi_status napi_get_undefined(napi_env env, napi_value* result) {
  return Make(env, Value::Undefined(), result);
}

napi_status napi_get_null(napi_env env, napi_value* result) {
  return Make(env, Value::Null(), result);
}

napi_status napi_get_boolean(napi_env env, bool value, napi_value* result) {
  return Make(env, Value::Boolean(value), result);
}

napi_status napi_get_global(napi_env env, napi_value* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, result);
  *result = Handle(env, Value::Of(env->agent.Global()));
  return ClearLastError(env);
}

napi_status napi_create_double(napi_env env, double value, napi_value* result) {
  return Make(env, Value::Number(value), result);
}

napi_status napi_create_int32(napi_env env, int32_t value, napi_value* result) {
  return Make(env, Value::Number(value), result);
}

napi_status napi_create_uint32(napi_env env, uint32_t value, napi_value* result) {
  return Make(env, Value::Number(value), result);
}

napi_status napi_create_int64(napi_env env, int64_t value, napi_value* result) {
  return Make(env, Value::Number(static_cast<double>(value)), result);
}

napi_status napi_typeof(napi_env env, napi_value value, napi_valuetype* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, value);
  CHECK_ARG(env, result);
  *result = TypeOf(value->value);
  return ClearLastError(env);
}

napi_status napi_get_value_double(napi_env env, napi_value value, double* result) {
  return GetNumber(env, value, result, [](double number) { return number; });
}

napi_status napi_get_value_int32(napi_env env, napi_value value, int32_t* result) {
  return GetNumber(env, value, result, ToInt32);
}

napi_status napi_get_value_uint32(napi_env env, napi_value value, uint32_t* result) {
  return GetNumber(env, value, result, ToUint32);
}

napi_status napi_get_value_int64(napi_env env, napi_value value, int64_t* result) {
  return GetNumber(env, value, result, ToInt64Saturating);
}

napi_status napi_get_value_bool(napi_env env, napi_value value, bool* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, value);
  CHECK_ARG(env, result);
  RETURN_STATUS_IF_FALSE(env, value->value.IsBoolean(), napi_boolean_expected);
  *result = value->value.AsBoolean();
  return ClearLastError(env);
}

napi_status napi_coerce_to_bool(napi_env env, napi_value value, napi_value* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, value);
  CHECK_ARG(env, result);
  *result = Handle(env, Value::Boolean(ToBoolean(value->value)));
  return napi_ok;
}

napi_status napi_coerce_to_number(napi_env env, napi_value value, napi_value* result) {
  return Coerce(env, value, result, ToNumber, napi_number_expected);
}

napi_status napi_coerce_to_object(napi_env env, napi_value value, napi_value* result) {
  return Coerce(env, value, result, ToObject, napi_object_expected);
}

napi_status napi_coerce_to_string(napi_env env, napi_value value, napi_value* result) {
  return Coerce(env, value, result, ToString, napi_string_expected);
}

napi_status napi_strict_equals(napi_env env, napi_value lhs, napi_value rhs, bool* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, lhs);
  CHECK_ARG(env, rhs);
  CHECK_ARG(env, result);
  *result = StrictEquals(lhs->value, rhs->value);
  return napi_ok;
}

}  // namespace napisan::host
