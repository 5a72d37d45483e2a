// The env: one module in one agent. What a host's napi_env points at.
//
// Ownership: the agent's; reference counted as in Node, by the agent and by what must outlive
// teardown (thread-safe functions, async hooks). Threads: the agent's only.
//
// Invariants:
// (1) last_exception is a hole unless an exception is pending.
// (2) Every finalizer the env owes is linked into exactly one of its lists.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/functions.h"
#include "api/node_api.h"
#include "host/agent.h"
#include "host/reference.h"
#include "host/value.h"

struct napi_env__ {
  napi_env__(napisan::host::Agent& owner, std::string name, int32_t version)
      : agent(owner),
        filename(std::move(name)),
        api_version(version),
        watched(owner.collector().zealous()) {}

  // Constant after construction.
  napisan::host::Agent& agent;
  const std::string filename;
  const int32_t api_version;

  napi_extended_error_info last_error{};
  napisan::host::Value last_exception = napisan::host::Value::Hole();
  int open_handle_scopes = 0;
  int open_callback_scopes = 0;
  int references = 1;
  // A basic finalizer of the module's runs in a collection.
  bool in_gc_finalizer = false;
  // Calls that may allocate have something to do before they begin: EnterWatched.
  bool watched;
  bool finalization_scheduled = false;

  // Newest first. Those with a finalize callback, those without, and those whose object died.
  napisan::host::RefList finalizing_list;
  napisan::host::RefList reference_list;
  napisan::host::RefList pending_finalizers;

  napisan::host::InstanceData* instance_data = nullptr;
  int64_t external_memory = 0;

  // A preamble function may go on: JS may run.
  bool can_call_into_js() const { return agent.can_run_js(); }
  // The module is held to what Node-API 10 brought.
  bool strict() const { return api_version >= agent.traits().strict_since; }
  // Experimental: basic finalizers run inside of a collection.
  bool experimental() const { return api_version == NAPI_VERSION_EXPERIMENTAL; }
  // What a refused one answers.
  napi_status stopping_status() const {
    return strict() ? napi_cannot_run_js : napi_pending_exception;
  }
};

namespace napisan::host {

using Env = napi_env__;

inline napi_status ClearLastError(napi_env env) {
  env->last_error = {};
  return napi_ok;
}
inline napi_status SetLastError(napi_env env, napi_status status, uint32_t engine_code = 0) {
  env->last_error.error_code = status;
  env->last_error.engine_error_code = engine_code;
  return status;
}

// Whether the Node-API function of that name may allocate, and so collect: all but those that a
// basic finalizer may call. Helpers of such functions count as what they help.
constexpr bool MayCollect(std::string_view name) {
  for (const FunctionInfo& function : kFunctions) {
    if (name == function.name) return function.basic == InBasicFinalizer::No;
  }
  return true;
}
// A zealous collection; or, in a basic finalizer, the end of the process, as in Node.
void EnterWatched(napi_env env);

inline napi_value Handle(napi_env env, Value value) { return env->agent.handles().Push(value); }

}  // namespace napisan::host

// As in Node's js_native_api_v8.h, so that every entry point reads the same: check, convert, act,
// clear the last error.
#define CHECK_ENV(env)                                     \
  do {                                                     \
    if ((env) == nullptr) return napi_invalid_arg;         \
    if constexpr (::napisan::host::MayCollect(__func__)) { \
      if ((env)->watched) [[unlikely]]                     \
        ::napisan::host::EnterWatched(env);                \
    }                                                      \
  } while (0)

#define RETURN_STATUS_IF_FALSE(env, condition, status)                       \
  do {                                                                       \
    if (!(condition)) return ::napisan::host::SetLastError((env), (status)); \
  } while (0)

#define CHECK_ARG(env, arg) RETURN_STATUS_IF_FALSE((env), ((arg) != nullptr), napi_invalid_arg)

#define NAPI_PREAMBLE(env)                                                                 \
  do {                                                                                     \
    CHECK_ENV(env);                                                                        \
    RETURN_STATUS_IF_FALSE((env), (env)->last_exception.IsHole(), napi_pending_exception); \
    RETURN_STATUS_IF_FALSE((env), (env)->can_call_into_js(), (env)->stopping_status());    \
    ::napisan::host::ClearLastError(env);                                                  \
  } while (0)
