#include "host/promise.h"

#include "api/defect.h"
#include "host/entry.h"
#include "host/env.h"

namespace napisan::host {
namespace {

template <void (*kSettle)(Agent& agent, Object* promise, Value value)>
napi_status Settle(napi_env env, napi_deferred deferred, napi_value value) {
  if (HAS_DEFECT(refused_settling_frees) && !env->last_exception.IsHole()) {
    TakeDeferred(env->agent, deferred);
  }
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, value);
  const ProfileTraits& traits = env->agent.traits();
  if (traits.null_deferred_refused) CHECK_ARG(env, deferred);
  kSettle(env->agent, TakeDeferred(env->agent, deferred), value->value);
  if (traits.settle_runs_microtasks) env->agent.DrainMicrotasks();
  return ClearLastError(env);
}

}  // namespace

napi_status napi_create_promise(napi_env env, napi_deferred* deferred, napi_value* promise) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, deferred);
  CHECK_ARG(env, promise);
  *deferred = NewDeferred(env->agent);
  *promise = Handle(env, (*deferred)->promise);
  return ClearLastError(env);
}

napi_status napi_resolve_deferred(napi_env env, napi_deferred deferred, napi_value resolution) {
  return Settle<ResolvePromise>(env, deferred, resolution);
}

napi_status napi_reject_deferred(napi_env env, napi_deferred deferred, napi_value rejection) {
  return Settle<RejectPromise>(env, deferred, rejection);
}

napi_status napi_is_promise(napi_env env, napi_value value, bool* is_promise) {
  CHECK_ENV(env);
  CHECK_ARG(env, value);
  CHECK_ARG(env, is_promise);
  *is_promise = Is(value->value, CellKind::kPromise);
  return ClearLastError(env);
}

}  // namespace napisan::host
