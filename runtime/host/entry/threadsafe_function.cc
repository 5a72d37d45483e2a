#include "host/threadsafe_function.h"

#include <cstdio>
#include <cstdlib>

#include "host/entry.h"
#include "host/entry/c_enum.h"
#include "host/entry/to_object.h"
#include "host/env.h"

namespace napisan::host {
namespace {

// OpenHarmony's bound on initial_thread_count.
constexpr size_t kOpenHarmonyThreadsMax = 128;

// Node aborts on a null thread-safe function; OpenHarmony answers. Who answers has no profile at
// hand but that of the calling thread's agent.
bool RefuseNull(napi_threadsafe_function func) {
  if (func != nullptr) return false;
  Agent* agent = Agent::Current();
  if (agent != nullptr && agent->traits().tsfn_openharmony) return true;
  std::fprintf(stderr, "napisan: a null thread-safe function is used; Node aborts here\n");
  std::abort();
}

}  // namespace

napi_status napi_create_threadsafe_function(napi_env env, napi_value func,
                                            napi_value async_resource,
                                            napi_value async_resource_name, size_t max_queue_size,
                                            size_t initial_thread_count, void* thread_finalize_data,
                                            napi_finalize thread_finalize_cb, void* context,
                                            napi_threadsafe_function_call_js call_js_cb,
                                            napi_threadsafe_function* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, async_resource_name);
  RETURN_STATUS_IF_FALSE(env, initial_thread_count > 0, napi_invalid_arg);
  bool openharmony = env->agent.traits().tsfn_openharmony;
  RETURN_STATUS_IF_FALSE(env, !openharmony || initial_thread_count <= kOpenHarmonyThreadsMax,
                         napi_invalid_arg);
  CHECK_ARG(env, result);
  if (func == nullptr) {
    CHECK_ARG(env, call_js_cb);
  } else {
    RETURN_STATUS_IF_FALSE(env, IsFunction(func->value), napi_invalid_arg);
  }
  Value resource;
  TAKE_OR_RETURN(TakeResource(env, async_resource, async_resource_name, resource));
  napi_threadsafe_function made = napi_threadsafe_function__::New(
      {.env = env,
       .function = func != nullptr ? func->value : Value::Undefined(),
       .resource = resource,
       .max_queue_size = max_queue_size,
       .thread_count = initial_thread_count,
       .context = context,
       .finalize_data = thread_finalize_data,
       .finalize = thread_finalize_cb,
       .call_js = call_js_cb});
  RETURN_STATUS_IF_FALSE(env, made != nullptr, napi_generic_failure);
  *result = made;
  return env->agent.traits().async_keeps_last_error ? napi_ok : ClearLastError(env);
}

// None of these sets the last error: they have no env, or do not look at it.

napi_status napi_get_threadsafe_function_context(napi_threadsafe_function func, void** result) {
  if (RefuseNull(func)) return napi_invalid_arg;
  if (result == nullptr) return napi_invalid_arg;
  *result = func->context();
  return napi_ok;
}

napi_status napi_call_threadsafe_function(napi_threadsafe_function func, void* data,
                                          napi_threadsafe_function_call_mode is_blocking) {
  if (RefuseNull(func)) return napi_invalid_arg;
  bool blocking = NumberOf(is_blocking) != napi_tsfn_nonblocking;
  return func->Call(data, blocking ? napi_tsfn_blocking : napi_tsfn_nonblocking);
}

napi_status napi_acquire_threadsafe_function(napi_threadsafe_function func) {
  return RefuseNull(func) ? napi_invalid_arg : func->Acquire();
}

napi_status napi_release_threadsafe_function(napi_threadsafe_function func,
                                             napi_threadsafe_function_release_mode mode) {
  if (RefuseNull(func)) return napi_invalid_arg;
  bool abort = NumberOf(mode) == napi_tsfn_abort;
  return func->Release(abort ? napi_tsfn_abort : napi_tsfn_release);
}

napi_status napi_unref_threadsafe_function(napi_env, napi_threadsafe_function func) {
  if (RefuseNull(func)) return napi_invalid_arg;
  return func->SetReferenced(false);
}

napi_status napi_ref_threadsafe_function(napi_env, napi_threadsafe_function func) {
  if (RefuseNull(func)) return napi_invalid_arg;
  return func->SetReferenced(true);
}

napi_status napi_call_threadsafe_function_with_priority(napi_threadsafe_function func, void* data,
                                                        napi_task_priority priority, bool tail) {
  return func == nullptr ? napi_invalid_arg : func->Post(data, NumberOf(priority), tail);
}

}  // namespace napisan::host
