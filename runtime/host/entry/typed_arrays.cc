// Typed arrays and data views.
#include <string>

#include "host/backing_store.h"
#include "host/entry.h"
#include "host/entry/c_enum.h"
#include "host/entry/pending.h"
#include "host/env.h"

namespace napisan::host {
namespace {

napi_status IsKind(napi_env env, napi_value value, CellKind kind, bool* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, value);
  CHECK_ARG(env, result);
  *result = Is(value->value, kind);
  return ClearLastError(env);
}

// `bytes` from `offset` on are within the array buffer.
bool Within(const Object& buffer, size_t offset, size_t bytes) {
  return offset <= buffer.buffer.length && bytes <= buffer.buffer.length - offset;
}

void GetWhere(napi_env env, const Object& view, void** data, napi_value* arraybuffer,
              size_t* byte_offset) {
  ViewExtent extent = ExtentOf(view);
  if (data != nullptr) *data = extent.data;
  if (arraybuffer != nullptr) *arraybuffer = Handle(env, Value::Of(view.view.buffer));
  if (byte_offset != nullptr) *byte_offset = extent.offset;
}

}  // namespace

napi_status napi_is_typedarray(napi_env env, napi_value value, bool* result) {
  return IsKind(env, value, CellKind::kTypedArray, result);
}

napi_status napi_create_typedarray(napi_env env, napi_typedarray_type type, size_t length,
                                   napi_value arraybuffer, size_t byte_offset, napi_value* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, arraybuffer);
  CHECK_ARG(env, result);
  RETURN_STATUS_IF_FALSE(env, Is(arraybuffer->value, CellKind::kArrayBuffer), napi_invalid_arg);
  RETURN_STATUS_IF_FALSE(env, NumberOf(type) <= napi_float16_array, napi_invalid_arg);
  const char* name = TypedArrayName(type);
  RETURN_STATUS_IF_FALSE(
      env, type != napi_float16_array || env->agent.traits().engine.has_float16_arrays,
      napi_invalid_arg);
  Object* buffer = AsObject(arraybuffer->value);
  size_t size = ElementSize(type);
  if (byte_offset % size != 0) {
    std::string message =
        std::string("start offset of ") + name + " should be a multiple of " + std::to_string(size);
    return Throw(env, "RangeError", message, "ERR_NAPI_INVALID_TYPEDARRAY_ALIGNMENT",
                 napi_generic_failure);
  }
  // Node's sum may wrap around, and then it aborts.
  if (length > SIZE_MAX / size || !Within(*buffer, byte_offset, length * size)) {
    return Throw(env, "RangeError", "Invalid typed array length",
                 "ERR_NAPI_INVALID_TYPEDARRAY_LENGTH", napi_generic_failure);
  }
  *result = Handle(env, Value::Of(NewTypedArray(env->agent, type, buffer, byte_offset, length)));
  return napi_ok;
}

napi_status napi_get_typedarray_info(napi_env env, napi_value typedarray,
                                     napi_typedarray_type* type, size_t* length, void** data,
                                     napi_value* arraybuffer, size_t* byte_offset) {
  CHECK_ENV(env);
  CHECK_ARG(env, typedarray);
  RETURN_STATUS_IF_FALSE(env, Is(typedarray->value, CellKind::kTypedArray), napi_invalid_arg);
  const Object& view = *AsObject(typedarray->value);
  if (type != nullptr) *type = view.view.type;
  if (length != nullptr) *length = ExtentOf(view).elements;
  GetWhere(env, view, data, arraybuffer, byte_offset);
  return ClearLastError(env);
}

napi_status napi_create_dataview(napi_env env, size_t length, napi_value arraybuffer,
                                 size_t byte_offset, napi_value* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, arraybuffer);
  CHECK_ARG(env, result);
  RETURN_STATUS_IF_FALSE(env, Is(arraybuffer->value, CellKind::kArrayBuffer), napi_invalid_arg);
  Object* buffer = AsObject(arraybuffer->value);
  if (!Within(*buffer, byte_offset, length)) {
    return Throw(env, "RangeError",
                 "byte_offset + byte_length should be less than or equal to the size in bytes of "
                 "the array passed in",
                 "ERR_NAPI_INVALID_DATAVIEW_ARGS", napi_pending_exception);
  }
  *result = Handle(env, Value::Of(NewDataView(env->agent, buffer, byte_offset, length)));
  return napi_ok;
}

napi_status napi_is_dataview(napi_env env, napi_value value, bool* result) {
  return IsKind(env, value, CellKind::kDataView, result);
}

napi_status napi_get_dataview_info(napi_env env, napi_value dataview, size_t* bytelength,
                                   void** data, napi_value* arraybuffer, size_t* byte_offset) {
  CHECK_ENV(env);
  CHECK_ARG(env, dataview);
  RETURN_STATUS_IF_FALSE(env, Is(dataview->value, CellKind::kDataView), napi_invalid_arg);
  const Object& view = *AsObject(dataview->value);
  if (bytelength != nullptr) *bytelength = ExtentOf(view).bytes;
  GetWhere(env, view, data, arraybuffer, byte_offset);
  return ClearLastError(env);
}

}  // namespace napisan::host
