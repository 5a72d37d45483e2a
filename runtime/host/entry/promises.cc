#include "host/promise.h"

#include "host/entry.h"
#include "host/env.h"

namespace napisan::host {

napi_status napi_create_promise(napi_env env, napi_deferred* deferred, napi_value* promise) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, deferred);
  CHECK_ARG(env, promise);
  *deferred = NewDeferred(env->agent);
  *promise = Handle(env, (*deferred)->promise);
  return ClearLastError(env);
}

napi_status napi_resolve_deferred(napi_env env, napi_deferred deferred, napi_value resolution) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, resolution);
  ResolvePromise(env->agent, TakeDeferred(env->agent, deferred), resolution->value);
  return ClearLastError(env);
}

napi_status napi_reject_deferred(napi_env env, napi_deferred deferred, napi_value rejection) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, rejection);
  RejectPromise(env->agent, TakeDeferred(env->agent, deferred), rejection->value);
  return ClearLastError(env);
}

napi_status napi_is_promise(napi_env env, napi_value value, bool* is_promise) {
  CHECK_ENV(env);
  CHECK_ARG(env, value);
  CHECK_ARG(env, is_promise);
  *is_promise = Is(value->value, CellKind::kPromise);
  return ClearLastError(env);
}

}  // namespace napisan::host
