// CallIntoModule: the one way from the host into a module's callback.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "host/env.h"

namespace napisan::host {

// A C++ exception left a callback. Tells the listener or stderr, and goes on.
void OnNativeUnwind(napi_env env, const char* what);
// What the exception being caught says, or its type: what() of a module's own type may call
// Node-API, and no callback runs any more.
std::string WhatOf(const std::exception& exception);
void CheckBalance(napi_env env, int handle_scopes, int callback_scopes);
void SettleException(napi_env env, ExceptionPolicy policy);

template <class F>
void CallIntoModule(napi_env env, ExceptionPolicy policy, F&& body) {
  int handle_scopes = env->open_handle_scopes;
  int callback_scopes = env->open_callback_scopes;
  ClearLastError(env);
  if (!env->agent.can_run_js()) env->agent.NoteStopped(false);
  try {
    body();
  } catch (const std::exception& exception) {
    OnNativeUnwind(env, WhatOf(exception).c_str());
  } catch (...) {
    OnNativeUnwind(env, "an object that is no std::exception");
  }
  if (env->open_handle_scopes != handle_scopes || env->open_callback_scopes != callback_scopes) {
    CheckBalance(env, handle_scopes, callback_scopes);
  }
  if (!env->last_exception.IsHole() && policy != ExceptionPolicy::kKeep) {
    SettleException(env, policy);
  }
}

}  // namespace napisan::host
