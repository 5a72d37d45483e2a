// Closures: what travels in a callback's data, hint or context, so that it comes back through a
// trampoline. They die with their function, with their finalizer's run, or with their env.
#pragma once

#include "checker/phase.h"
#include "checker/state.h"
#include "checker/thunk.h"

namespace napisan::checker {

Closure& NewClosure(EnvRecord& env, Kind kind = Kind::kClosure);
void FreeClosure(Closure& closure);
void SetName(Closure& closure, const char* name, size_t length);

// For napi_create_function and descriptors.
napi_value FunctionTrampoline(napi_env host_env, napi_callback_info host_info);
napi_value SetterTrampoline(napi_env host_env, napi_callback_info host_info);
// For every finalize callback: its hint is the closure.
void FinalizeTrampoline(napi_env host_env, void* data, void* closure);
// A closure for a module's finalize callback, or null for none.
Closure* FinalizerFor(Call& call, napi_finalize finalize, void* data, void* hint);

// The env handle a module gets.
inline napi_env EnvHandle(const EnvRecord& env) { return HandleOf<napi_env>(env.token); }

// A value that a callback returned: the host's handle, or null and a report where it is not good.
napi_value ReturnedValue(ThreadState& thread, EnvRecord& env, napi_value returned,
                         const void* callback);

// The env's callbacks are done for now: an exception it left is the host's.
inline void AfterCallback(EnvRecord& env) { env.exception_pending = false; }

}  // namespace napisan::checker
