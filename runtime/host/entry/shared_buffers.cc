// Shared array buffers: array buffers with a flag, which views and napi_get_arraybuffer_info take
// like any other, and which are no array buffers for all the rest.
#include "host/backing_store.h"
#include "host/entry.h"
#include "host/entry/pending.h"
#include "host/env.h"
#include "host/objects.h"
#include "host/reference.h"

namespace napisan::host {
namespace {

// A finalizer of external bytes that gets no env; in the agent's heap until it has run.
struct EnvlessFinalizer {
  void (*callback)(void* data, void* hint);
  void* hint;
};

void RunEnvless(napi_env env, void* data, void* hint) {
  auto* finalizer = static_cast<EnvlessFinalizer*>(hint);
  EnvlessFinalizer copy = *finalizer;
  env->agent.heap().Free(finalizer, sizeof(EnvlessFinalizer));
  copy.callback(data, copy.hint);
}

napi_value NewShared(napi_env env, BackingStore* store) {
  Object* buffer = NewArrayBuffer(env->agent, store);
  buffer->flags |= kShared;
  return Handle(env, Value::Of(buffer));
}

}  // namespace

napi_status node_api_is_sharedarraybuffer(napi_env env, napi_value value, bool* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, value);
  CHECK_ARG(env, result);
  *result = IsSharedBuffer(value->value);
  return ClearLastError(env);
}

napi_status node_api_create_sharedarraybuffer(napi_env env, size_t byte_length, void** data,
                                              napi_value* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, result);
  BackingStore* store = NewBackingStore(env->agent, byte_length);
  // Node dies of it; JavaScript's `new SharedArrayBuffer` throws this.
  if (store == nullptr) {
    return Throw(env, "RangeError", "Array buffer allocation failed", {}, napi_pending_exception);
  }
  if (data != nullptr) *data = store->data;
  *result = NewShared(env, store);
  return napi_ok;
}

napi_status node_api_create_external_sharedarraybuffer(napi_env env, void* external_data,
                                                       size_t byte_length,
                                                       void (*finalize_cb)(void* finalize_data,
                                                                           void* finalize_hint),
                                                       void* finalize_hint, napi_value* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, result);
  RETURN_STATUS_IF_FALSE(env, env->agent.external_buffers(), napi_no_external_buffers_allowed);
  // A null pointer to bytes: Node aborts.
  RETURN_STATUS_IF_FALSE(env, external_data != nullptr || byte_length == 0, napi_invalid_arg);
  RETURN_STATUS_IF_FALSE(env, byte_length <= kStoreBytesMax, napi_invalid_arg);
  Agent& agent = env->agent;
  *result = NewShared(env, NewExternalStore(agent, external_data, byte_length));
  if (finalize_cb == nullptr) return napi_ok;
  auto* finalizer = static_cast<EnvlessFinalizer*>(agent.heap().Allocate(sizeof(EnvlessFinalizer)));
  *finalizer = {finalize_cb, finalize_hint};
  NewReference(env, (*result)->value, 0, Ownership::kRuntime, RunEnvless, external_data, finalizer);
  return napi_ok;
}

}  // namespace napisan::host
