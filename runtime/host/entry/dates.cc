#include "host/entry.h"
#include "host/env.h"
#include "host/numbers.h"
#include "host/objects.h"

namespace napisan::host {

napi_status napi_create_date(napi_env env, double time, napi_value* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, result);
  Object* date = NewObject(env->agent, CellKind::kDate);
  date->date = TimeClip(time);
  *result = Handle(env, Value::Of(date));
  return napi_ok;
}

napi_status napi_is_date(napi_env env, napi_value value, bool* is_date) {
  CHECK_ENV(env);
  CHECK_ARG(env, value);
  CHECK_ARG(env, is_date);
  *is_date = Is(value->value, CellKind::kDate);
  return ClearLastError(env);
}

napi_status napi_get_date_value(napi_env env, napi_value value, double* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, value);
  CHECK_ARG(env, result);
  RETURN_STATUS_IF_FALSE(env, Is(value->value, CellKind::kDate), napi_date_expected);
  *result = AsObject(value->value)->date;
  return napi_ok;
}

}  // namespace napisan::host
