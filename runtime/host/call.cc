#include "host/call.h"

#include <cxxabi.h>

#include <string_view>
#include <typeinfo>

#include "api/defect.h"
#include "api/host_events.h"

namespace napisan::host {

void OnNativeUnwind(napi_env env, const char* what) {
  if (host_events != nullptr && host_events->native_unwind != nullptr) {
    host_events->native_unwind(env, what);
    return;
  }
  std::fprintf(stderr, "napisan: a C++ exception left a callback of %s: %s\n",
               env->filename.c_str(), what);
  std::abort();
}

std::string WhatOf(const std::exception& exception) {
  // Not typeid: the objects of modules without RTTI do not know their type, only what threw them.
  const std::type_info* type = abi::__cxa_current_exception_type();
  if (type == nullptr) return "of a foreign language";
  std::string_view mangled = type->name();
  // Those of namespace std; libc++ has an inline one inside of it.
  if (mangled.substr(0, 2) == "St" || mangled.substr(0, 3) == "NSt") return exception.what();
  int status = 0;
  char* readable = abi::__cxa_demangle(type->name(), nullptr, nullptr, &status);
  std::string name = status == 0 ? readable : type->name();
  std::free(readable);
  return name;
}

void EnterWatched(napi_env env) {
  if (env->in_gc_finalizer) {
    std::fprintf(stderr,
                 "napisan: a basic finalizer of %s calls a function that may affect the garbage "
                 "collector; Node aborts here (node_api_post_finalizer runs it later)\n",
                 env->filename.c_str());
    std::abort();
  }
  env->agent.collector().OnCall();
}

void CheckBalance(napi_env env, int handle_scopes, int callback_scopes) {
  if (env->agent.traits().unbalanced_scopes_abort) {
    std::fprintf(stderr,
                 "napisan: a callback of %s returned with unbalanced scopes (handle scopes %d -> "
                 "%d, callback scopes %d -> %d); Node aborts here\n",
                 env->filename.c_str(), handle_scopes, env->open_handle_scopes, callback_scopes,
                 env->open_callback_scopes);
    std::abort();
  }
  env->open_handle_scopes = handle_scopes;
  env->open_callback_scopes = callback_scopes;
}

void SettleException(napi_env env, ExceptionPolicy policy) {
  Value exception = std::exchange(env->last_exception, Value::Hole());
  bool strict = env->strict() && !HAS_DEFECT(exception_in_call_js_swallowed);
  bool lenient = policy == ExceptionPolicy::kLenient && !strict &&
                 !env->agent.traits().exceptions_always_uncaught;
  if (lenient) {
    env->agent.Swallowed(env);
    return;
  }
  env->agent.Uncaught(exception);
}

}  // namespace napisan::host
