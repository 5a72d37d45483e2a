#include "host/cleanup.h"

#include <cstdio>
#include <cstdlib>

#include "api/defect.h"
#include "host/entry.h"
#include "host/env.h"

namespace napisan::host {
namespace {

// Teardown reached an async hook: from here on it waits until the module removes the handle.
void RunAsyncHook(void* argument) {
  auto* handle = static_cast<napi_async_cleanup_hook_handle>(argument);
  handle->queued = nullptr;
  if (!HAS_DEFECT(async_hook_not_waited_for)) handle->env->agent.IncreaseWaiting();
  handle->hook(handle, handle->argument);
}

}  // namespace

napi_status napi_add_env_cleanup_hook(napi_env env, napi_cleanup_hook fun, void* arg) {
  CHECK_ENV(env);
  CHECK_ARG(env, fun);
  CleanupQueue& queue = env->agent.cleanup();
  bool by_argument = env->agent.traits().hook_keyed_by_arg;
  if (queue.Find(by_argument ? nullptr : fun, arg) != nullptr) {
    // OpenHarmony drops it and says so only in its log.
    if (by_argument) return napi_ok;
    std::fprintf(stderr, "napisan: a cleanup hook is added twice; Node aborts here\n");
    std::abort();
  }
  queue.Add(fun, arg);
  return napi_ok;
}

napi_status napi_remove_env_cleanup_hook(napi_env env, napi_cleanup_hook fun, void* arg) {
  CHECK_ENV(env);
  CHECK_ARG(env, fun);
  CleanupQueue& queue = env->agent.cleanup();
  Hook* hook = queue.Find(env->agent.traits().hook_keyed_by_arg ? nullptr : fun, arg);
  // One that was never added is ignored, though documented to abort.
  if (hook != nullptr) queue.Remove(hook);
  return napi_ok;
}

napi_status napi_add_async_cleanup_hook(napi_env env, napi_async_cleanup_hook hook, void* arg,
                                        napi_async_cleanup_hook_handle* remove_handle) {
  CHECK_ENV(env);
  CHECK_ARG(env, hook);
  Agent& agent = env->agent;
  auto* handle = static_cast<napi_async_cleanup_hook_handle>(
      agent.heap().Allocate(sizeof(napi_async_cleanup_hook_handle__)));
  *handle = {env, hook, arg, nullptr};
  handle->queued = agent.cleanup().Add(RunAsyncHook, handle);
  agent.RefEnv(env);
  if (remove_handle != nullptr) *remove_handle = handle;
  return ClearLastError(env);
}

napi_status napi_remove_async_cleanup_hook(napi_async_cleanup_hook_handle remove_handle) {
  if (remove_handle == nullptr) return napi_invalid_arg;
  napi_env env = remove_handle->env;
  Agent& agent = env->agent;
  if (remove_handle->queued != nullptr) {
    agent.cleanup().Remove(remove_handle->queued);
  } else {
    agent.DecreaseWaiting();
  }
  agent.heap().Free(remove_handle, sizeof(napi_async_cleanup_hook_handle__));
  // The env may go with this: not while the module is still on the stack.
  agent.SetImmediate([](Agent& owner, void* held) { owner.UnrefEnv(static_cast<napi_env>(held)); },
                     env);
  return napi_ok;
}

napi_status napi_set_instance_data(napi_env env, void* data, napi_finalize finalize_cb,
                                   void* finalize_hint) {
  CHECK_ENV(env);
  if (InstanceData* old = env->instance_data; old != nullptr) {
    env->instance_data = nullptr;
    // Node drops the old data without a word; OpenHarmony finalizes it.
    bool finalizes = env->agent.traits().instance_data_overwrite_finalizes;
    if (HAS_DEFECT(overwritten_data_is_finalized)) finalizes = true;
    if (finalizes) {
      FinalizeReference(*old);
    } else {
      DeleteReference(*old);
    }
  }
  // Linked among the finalizers even without a callback, so that its order is Node's.
  InstanceData* made = NewReference(env, Value::Undefined(), 0, Ownership::kRuntime, finalize_cb,
                                    data, finalize_hint);
  env->instance_data = made;
  return ClearLastError(env);
}

napi_status napi_get_instance_data(napi_env env, void** data) {
  CHECK_ENV(env);
  CHECK_ARG(env, data);
  *data = env->instance_data != nullptr ? env->instance_data->data : nullptr;
  return ClearLastError(env);
}

}  // namespace napisan::host
