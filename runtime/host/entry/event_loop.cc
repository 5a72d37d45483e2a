// OpenHarmony's event loop, turned by the module itself: in an env of a native thread only.
#include "host/entry.h"
#include "host/env.h"

namespace napisan::host {
namespace {

// What both refuse alike.
napi_status CheckNativeThread(napi_env env) {
  CHECK_ENV(env);
  const Agent& agent = env->agent;
  bool native = agent.traits().openharmony_functions && agent.native_thread();
  RETURN_STATUS_IF_FALSE(env, native, napi_generic_failure);
  return napi_ok;
}

}  // namespace

napi_status napi_run_event_loop(napi_env env, napi_event_mode mode) {
  CHECK_ENV(env);
  bool known = mode == napi_event_mode_default || mode == napi_event_mode_nowait;
  RETURN_STATUS_IF_FALSE(env, known || !env->agent.traits().openharmony_functions,
                         napi_invalid_arg);
  if (napi_status status = CheckNativeThread(env); status != napi_ok) return status;
  Agent& agent = env->agent;
  // From within: it is running already.
  if (!agent.turning()) agent.RunUntilStopped(mode == napi_event_mode_default);
  return ClearLastError(env);
}

napi_status napi_stop_event_loop(napi_env env) {
  if (napi_status status = CheckNativeThread(env); status != napi_ok) return status;
  env->agent.StopLoop();
  return ClearLastError(env);
}

}  // namespace napisan::host
