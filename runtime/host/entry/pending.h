// How an entry point ends once one of the host's own functions has thrown.
#pragma once

#include <string_view>

#include "host/env.h"
#include "host/objects.h"

namespace napisan::host {

// The agent's exception becomes the env's; `status` is what Node answers in its place.
inline napi_status Pending(napi_env env, napi_status status = napi_pending_exception) {
  env->last_exception = env->agent.TakeException();
  return SetLastError(env, status);
}

// What a property function answers where JavaScript threw: a status of its own in older engines.
inline napi_status ThrownStatus(napi_env env, napi_status older) {
  return env->agent.traits().engine.thrown_in_property_is_failure ? older : napi_pending_exception;
}

// For a function without a preamble: what it throws is not pending for the module, which sees the
// status only.
inline napi_status Escaping(napi_env env, napi_status status) {
  env->agent.ThrowLater(env->agent.TakeException());
  return SetLastError(env, status);
}

inline napi_status Throw(napi_env env, std::string_view type, std::string_view message,
                         std::string_view code, napi_status status) {
  ThrowError(env->agent, type, message, code);
  return Pending(env, status);
}

}  // namespace napisan::host
