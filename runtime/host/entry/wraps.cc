// Native data behind objects: wraps, finalizers, externals.
#include "api/defect.h"
#include "host/entry.h"
#include "host/env.h"
#include "host/objects.h"
#include "host/reference.h"

namespace napisan::host {
namespace {

napi_status FindWrap(napi_env env, napi_value js_object, Object*& object) {
  CHECK_ARG(env, js_object);
  RETURN_STATUS_IF_FALSE(env, IsObject(js_object->value), napi_invalid_arg);
  object = AsObject(js_object->value);
  RETURN_STATUS_IF_FALSE(env, object->extras != nullptr && object->extras->wrap != nullptr,
                         napi_invalid_arg);
  return napi_ok;
}

}  // namespace

napi_status napi_wrap(napi_env env, napi_value js_object, void* native_object,
                      napi_finalize finalize_cb, void* finalize_hint, napi_ref* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, js_object);
  RETURN_STATUS_IF_FALSE(env, IsObject(js_object->value), napi_invalid_arg);
  Extras& extras = ExtrasOf(env->agent, AsObject(js_object->value));
  RETURN_STATUS_IF_FALSE(env, extras.wrap == nullptr, napi_invalid_arg);
  if (result != nullptr) CHECK_ARG(env, finalize_cb);
  extras.wrap = NewReference(env, js_object->value, 0,
                             result != nullptr ? Ownership::kUserland : Ownership::kRuntime,
                             finalize_cb, native_object, finalize_hint);
  if (result != nullptr) *result = extras.wrap;
  return napi_ok;
}

napi_status napi_unwrap(napi_env env, napi_value js_object, void** result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, js_object);
  CHECK_ARG(env, result);
  Object* object;
  if (napi_status status = FindWrap(env, js_object, object); status != napi_ok) return status;
  *result = object->extras->wrap->data;
  return napi_ok;
}

napi_status napi_remove_wrap(napi_env env, napi_value js_object, void** result) {
  NAPI_PREAMBLE(env);
  Object* object;
  if (napi_status status = FindWrap(env, js_object, object); status != napi_ok) return status;
  Reference* wrap = std::exchange(object->extras->wrap, nullptr);
  if (result != nullptr) *result = wrap->data;
  if (wrap->ownership == Ownership::kUserland) {
    // The module has the reference, and deletes it; only the finalizer is off.
    wrap->finalize = nullptr;
  } else if (!HAS_DEFECT(removed_wrap_is_finalized)) {
    DeleteReference(*wrap);
  }
  return napi_ok;
}

napi_status napi_add_finalizer(napi_env env, napi_value js_object, void* finalize_data,
                               node_api_basic_finalize finalize_cb, void* finalize_hint,
                               napi_ref* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, js_object);
  CHECK_ARG(env, finalize_cb);
  RETURN_STATUS_IF_FALSE(env, IsObject(js_object->value), napi_invalid_arg);
  Reference* made = NewReference(env, js_object->value, 0,
                                 result != nullptr ? Ownership::kUserland : Ownership::kRuntime,
                                 finalize_cb, finalize_data, finalize_hint);
  if (result != nullptr) *result = made;
  return ClearLastError(env);
}

napi_status napi_create_external(napi_env env, void* data, node_api_basic_finalize finalize_cb,
                                 void* finalize_hint, napi_value* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, result);
  Object* external = NewObject(env->agent, CellKind::kExternal);
  external->external.data = data;
  external->flags |= kNotExtensible;
  if (finalize_cb != nullptr) {
    NewReference(env, Value::Of(external), 0, Ownership::kRuntime, finalize_cb, data,
                 finalize_hint);
  }
  *result = Handle(env, Value::Of(external));
  return ClearLastError(env);
}

napi_status napi_get_value_external(napi_env env, napi_value value, void** result) {
  CHECK_ENV(env);
  CHECK_ARG(env, value);
  CHECK_ARG(env, result);
  RETURN_STATUS_IF_FALSE(env, Is(value->value, CellKind::kExternal), napi_invalid_arg);
  *result = AsObject(value->value)->external.data;
  return ClearLastError(env);
}

}  // namespace napisan::host
