// Array buffers and node::Buffer.
#include <cinttypes>
#include <cstdio>
#include <cstring>

#include "api/defect.h"
#include "host/backing_store.h"
#include "host/entry.h"
#include "host/entry/pending.h"
#include "host/env.h"
#include "host/reference.h"

namespace napisan::host {
namespace {

bool IsArrayBuffer(napi_value value) { return host::IsArrayBuffer(value->value); }

// What Node takes for a buffer: any view.
bool IsView(napi_value value) {
  return Is(value->value, CellKind::kTypedArray) || Is(value->value, CellKind::kDataView);
}

napi_status TooLarge(napi_env env) {
  char message[64];
  std::snprintf(message, sizeof(message), "Cannot create a Buffer larger than 0x%" PRIx64 " bytes",
                env->agent.traits().engine.buffer_bytes_max);
  return Throw(env, "Error", message, "ERR_BUFFER_TOO_LARGE", napi_generic_failure);
}

napi_status CreateBuffer(napi_env env, size_t length, const void* contents, void** data,
                         napi_value* result) {
  if (length > env->agent.traits().engine.buffer_bytes_max) return TooLarge(env);
  BackingStore* store = NewBackingStore(env->agent, length);
  // Node dies for want of memory.
  if (store == nullptr) return TooLarge(env);
  if (contents != nullptr && length > 0) std::memcpy(store->data, contents, length);
  Object* array_buffer = NewArrayBuffer(env->agent, store);
  *result = Handle(env, Value::Of(NewBuffer(env->agent, array_buffer, 0, length)));
  if (data != nullptr) *data = store->data;
  return napi_ok;
}

// A Buffer over the module's bytes; null without anything made when there are too many.
Object* CreateExternal(napi_env env, size_t length, void* data, napi_finalize finalize,
                       void* hint) {
  Agent& agent = env->agent;
  if (length > agent.traits().engine.buffer_bytes_max) {
    // Node has taken the bytes all the same, and gives them back at once.
    if (finalize != nullptr) {
      FinalizeReference(
          *NewReference(env, Value::Undefined(), 0, Ownership::kRuntime, finalize, data, hint));
    }
    return nullptr;
  }
  // Nothing to hold on to: Node makes a detached array buffer.
  bool none = data == nullptr || (HAS_DEFECT(empty_external_is_detached) && length == 0);
  BackingStore* store = none ? nullptr : NewExternalStore(agent, data, length);
  Object* array_buffer = NewArrayBuffer(agent, store);
  if (finalize != nullptr) {
    NewReference(env, Value::Of(array_buffer), 0, Ownership::kRuntime, finalize, data, hint)
        ->of_bytes = true;
  }
  return NewBuffer(agent, array_buffer, 0, length);
}

}  // namespace

napi_status napi_is_arraybuffer(napi_env env, napi_value value, bool* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, value);
  CHECK_ARG(env, result);
  *result = IsArrayBuffer(value);
  return ClearLastError(env);
}

napi_status napi_create_arraybuffer(napi_env env, size_t byte_length, void** data,
                                    napi_value* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, result);
  BackingStore* store = NewBackingStore(env->agent, byte_length);
  // Node dies of it; JavaScript's `new ArrayBuffer` throws this.
  if (store == nullptr) {
    return Throw(env, "RangeError", "Array buffer allocation failed", {}, napi_pending_exception);
  }
  if (data != nullptr) *data = store->data;
  *result = Handle(env, Value::Of(NewArrayBuffer(env->agent, store)));
  return napi_ok;
}

napi_status napi_create_external_arraybuffer(napi_env env, void* external_data, size_t byte_length,
                                             node_api_basic_finalize finalize_cb,
                                             void* finalize_hint, napi_value* result) {
  // As in Node, a Buffer whose array buffer is handed out. It does not mind a null result.
  napi_value buffer;
  napi_status status = host::napi_create_external_buffer(env, byte_length, external_data,
                                                         finalize_cb, finalize_hint, &buffer);
  if (status != napi_ok) return status;
  return host::napi_get_typedarray_info(env, buffer, nullptr, nullptr, nullptr, result, nullptr);
}

napi_status napi_get_arraybuffer_info(napi_env env, napi_value arraybuffer, void** data,
                                      size_t* byte_length) {
  CHECK_ENV(env);
  CHECK_ARG(env, arraybuffer);
  if (env->agent.traits().buffer_info_openharmony) CHECK_ARG(env, byte_length);
  // A shared one, too.
  RETURN_STATUS_IF_FALSE(env, Is(arraybuffer->value, CellKind::kArrayBuffer), napi_invalid_arg);
  const Object& buffer = *AsObject(arraybuffer->value);
  if (data != nullptr) *data = buffer.buffer.data;
  if (byte_length != nullptr) *byte_length = buffer.buffer.length;
  return ClearLastError(env);
}

napi_status napi_detach_arraybuffer(napi_env env, napi_value arraybuffer) {
  CHECK_ENV(env);
  CHECK_ARG(env, arraybuffer);
  RETURN_STATUS_IF_FALSE(env, IsArrayBuffer(arraybuffer), napi_arraybuffer_expected);
  Detach(env->agent, AsObject(arraybuffer->value));
  if (env->agent.traits().bytes_finalized_apart) {
    EnqueueFinalizerOfBytes(env->agent, arraybuffer->value);
  }
  return ClearLastError(env);
}

napi_status napi_is_detached_arraybuffer(napi_env env, napi_value value, bool* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, value);
  CHECK_ARG(env, result);
  *result = IsArrayBuffer(value) && IsDetached(*AsObject(value->value));
  return ClearLastError(env);
}

napi_status napi_create_buffer(napi_env env, size_t length, void** data, napi_value* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, result);
  return CreateBuffer(env, length, nullptr, data, result);
}

napi_status napi_create_buffer_copy(napi_env env, size_t length, const void* data,
                                    void** result_data, napi_value* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, result);
  return CreateBuffer(env, length, data, result_data, result);
}

napi_status napi_create_external_buffer(napi_env env, size_t length, void* data,
                                        node_api_basic_finalize finalize_cb, void* finalize_hint,
                                        napi_value* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, result);
  if (!env->agent.external_buffers()) {
    if (HAS_DEFECT(refused_external_is_finalized)) {
      CreateExternal(env, SIZE_MAX, data, reinterpret_cast<napi_finalize>(finalize_cb),
                     finalize_hint);
    }
    return SetLastError(env, napi_no_external_buffers_allowed);
  }
  // A null pointer to bytes: Node aborts.
  RETURN_STATUS_IF_FALSE(env, data != nullptr || length == 0, napi_invalid_arg);
  auto finalize = reinterpret_cast<napi_finalize>(finalize_cb);
  Object* buffer = CreateExternal(env, length, data, finalize, finalize_hint);
  if (buffer == nullptr) return TooLarge(env);
  *result = Handle(env, Value::Of(buffer));
  return napi_ok;
}

napi_status node_api_create_buffer_from_arraybuffer(napi_env env, napi_value arraybuffer,
                                                    size_t byte_offset, size_t byte_length,
                                                    napi_value* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, arraybuffer);
  CHECK_ARG(env, result);
  // Node does not make this the last error.
  if (!IsArrayBuffer(arraybuffer)) return napi_invalid_arg;
  Object* buffer = AsObject(arraybuffer->value);
  size_t length = buffer->buffer.length;
  if (byte_offset > length || byte_length > length - byte_offset) {
    // Node answers napi_ok here, with the exception pending.
    return Throw(env, "RangeError", "The byte offset + length is out of range", "ERR_OUT_OF_RANGE",
                 napi_ok);
  }
  *result = Handle(env, Value::Of(NewBuffer(env->agent, buffer, byte_offset, byte_length)));
  return napi_ok;
}

napi_status napi_is_buffer(napi_env env, napi_value value, bool* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, value);
  CHECK_ARG(env, result);
  *result = IsView(value);
  return ClearLastError(env);
}

napi_status napi_get_buffer_info(napi_env env, napi_value value, void** data, size_t* length) {
  CHECK_ENV(env);
  CHECK_ARG(env, value);
  // As Node 24; Node 20 crashes on what is no view.
  RETURN_STATUS_IF_FALSE(
      env, IsView(value),
      env->agent.traits().buffer_info_openharmony ? napi_arraybuffer_expected : napi_invalid_arg);
  ViewExtent extent = ExtentOf(*AsObject(value->value));
  if (data != nullptr) *data = extent.data;
  if (length != nullptr) *length = extent.bytes;
  return ClearLastError(env);
}

}  // namespace napisan::host
