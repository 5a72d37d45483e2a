// OpenHarmony's event loop, turned by the module itself: in an env of a native thread only.
#include "host/entry.h"
#include "host/entry/c_enum.h"
#include "host/env.h"

namespace napisan::host {

napi_status napi_run_event_loop(napi_env env, napi_event_mode mode) {
  CHECK_ENV(env);
  Agent& agent = env->agent;
  RETURN_STATUS_IF_FALSE(env, agent.traits().openharmony_functions, napi_generic_failure);
  RETURN_STATUS_IF_FALSE(env, NumberOf(mode) <= napi_event_mode_nowait, napi_invalid_arg);
  RETURN_STATUS_IF_FALSE(env, agent.native_thread(), napi_generic_failure);
  // From within: it is running already.
  if (!agent.turning()) agent.RunUntilStopped(mode == napi_event_mode_default);
  return ClearLastError(env);
}

napi_status napi_stop_event_loop(napi_env env) {
  CHECK_ENV(env);
  Agent& agent = env->agent;
  RETURN_STATUS_IF_FALSE(env, agent.traits().openharmony_functions && agent.native_thread(),
                         napi_generic_failure);
  agent.StopLoop();
  return ClearLastError(env);
}

}  // namespace napisan::host
