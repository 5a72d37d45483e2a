// OpenHarmony's additions that the host lacks: they answer napi_generic_failure, and do nothing.
// The rows of functions.def that say ABSENT; who needs one moves it to a file of its own.
#include "host/entry.h"
#include "host/env.h"

namespace napisan::host {
namespace {

napi_status Absent(napi_env env) {
  CHECK_ENV(env);
  return SetLastError(env, napi_generic_failure);
}

}  // namespace

napi_status napi_run_script_path(napi_env env, const char*, napi_value*) { return Absent(env); }
napi_status napi_load_module(napi_env env, const char*, napi_value*) { return Absent(env); }
napi_status napi_load_module_with_info(napi_env env, const char*, const char*, napi_value*) {
  return Absent(env);
}
napi_status napi_create_ark_runtime(napi_env*) { return napi_generic_failure; }
napi_status napi_destroy_ark_runtime(napi_env*) { return napi_generic_failure; }
napi_status napi_create_ark_context(napi_env env, napi_env*) { return Absent(env); }
napi_status napi_switch_ark_context(napi_env env) { return Absent(env); }
napi_status napi_destroy_ark_context(napi_env env) { return Absent(env); }
napi_status napi_create_object_with_properties(napi_env env, napi_value*, size_t,
                                               const napi_property_descriptor*) {
  return Absent(env);
}
napi_status napi_create_object_with_named_properties(napi_env env, napi_value*, size_t,
                                                     const char**, const napi_value*) {
  return Absent(env);
}
napi_status napi_create_external_string_utf16(napi_env env, const char16_t*, size_t,
                                              napi_finalize_callback, void*, napi_value*) {
  return Absent(env);
}
napi_status napi_create_external_string_ascii(napi_env env, const char*, size_t,
                                              napi_finalize_callback, void*, napi_value*) {
  return Absent(env);
}
napi_status napi_is_concurrent_function(napi_env env, napi_value, bool*) { return Absent(env); }
napi_status napi_wrap_enhance(napi_env env, napi_value, void*, napi_finalize, bool, void*, size_t,
                              napi_ref*) {
  return Absent(env);
}
napi_status napi_coerce_to_native_binding_object(napi_env env, napi_value,
                                                 napi_native_binding_detach_callback,
                                                 napi_native_binding_attach_callback, void*,
                                                 void*) {
  return Absent(env);
}
napi_status napi_add_detached_finalizer(napi_env env, napi_value, napi_detach_finalize_callback,
                                        void*) {
  return Absent(env);
}
napi_status napi_create_strong_reference(napi_env env, napi_value, napi_strong_ref*) {
  return Absent(env);
}
napi_status napi_delete_strong_reference(napi_env env, napi_strong_ref) { return Absent(env); }
napi_status napi_get_strong_reference_value(napi_env env, napi_strong_ref, napi_value*) {
  return Absent(env);
}
napi_status napi_create_strong_sendable_reference(napi_env env, napi_value, napi_sendable_ref*) {
  return Absent(env);
}
napi_status napi_delete_strong_sendable_reference(napi_env env, napi_sendable_ref) {
  return Absent(env);
}
napi_status napi_get_strong_sendable_reference_value(napi_env env, napi_sendable_ref, napi_value*) {
  return Absent(env);
}
napi_status napi_open_critical_scope(napi_env env, napi_critical_scope*) { return Absent(env); }
napi_status napi_close_critical_scope(napi_env env, napi_critical_scope) { return Absent(env); }
napi_status napi_get_buffer_string_utf16_in_critical_scope(napi_env env, napi_value,
                                                           const char16_t**, size_t*) {
  return Absent(env);
}
napi_status napi_serialize(napi_env env, napi_value, napi_value, napi_value, void**) {
  return Absent(env);
}
napi_status napi_deserialize(napi_env env, void*, napi_value*) { return Absent(env); }
napi_status napi_delete_serialization_data(napi_env env, void*) { return Absent(env); }
napi_status napi_create_map(napi_env env, napi_value*) { return Absent(env); }
napi_status napi_map_set_property(napi_env env, napi_value, napi_value, napi_value) {
  return Absent(env);
}
napi_status napi_map_set_named_property(napi_env env, napi_value, const char*, napi_value) {
  return Absent(env);
}
napi_status napi_map_get_property(napi_env env, napi_value, napi_value, napi_value*) {
  return Absent(env);
}
napi_status napi_map_get_named_property(napi_env env, napi_value, const char*, napi_value*) {
  return Absent(env);
}
napi_status napi_map_has_property(napi_env env, napi_value, napi_value, bool*) {
  return Absent(env);
}
napi_status napi_map_has_named_property(napi_env env, napi_value, const char*, bool*) {
  return Absent(env);
}
napi_status napi_map_delete_property(napi_env env, napi_value, napi_value) { return Absent(env); }
napi_status napi_map_clear(napi_env env, napi_value) { return Absent(env); }
napi_status napi_map_get_size(napi_env env, napi_value, uint32_t*) { return Absent(env); }
napi_status napi_map_get_entries(napi_env env, napi_value, napi_value*) { return Absent(env); }
napi_status napi_map_get_keys(napi_env env, napi_value, napi_value*) { return Absent(env); }
napi_status napi_map_get_values(napi_env env, napi_value, napi_value*) { return Absent(env); }
napi_status napi_map_iterator_get_next(napi_env env, napi_value, napi_value*) {
  return Absent(env);
}
napi_status napi_define_sendable_class(napi_env env, const char*, size_t, napi_callback, void*,
                                       size_t, const napi_property_descriptor*, napi_value,
                                       napi_value*) {
  return Absent(env);
}
napi_status napi_create_sendable_object_with_properties(napi_env env, size_t,
                                                        const napi_property_descriptor*,
                                                        napi_value*) {
  return Absent(env);
}
napi_status napi_create_sendable_array(napi_env env, napi_value*) { return Absent(env); }
napi_status napi_create_sendable_array_with_length(napi_env env, size_t, napi_value*) {
  return Absent(env);
}
napi_status napi_create_sendable_arraybuffer(napi_env env, size_t, void**, napi_value*) {
  return Absent(env);
}
napi_status napi_create_sendable_typedarray(napi_env env, napi_typedarray_type, size_t, napi_value,
                                            size_t, napi_value*) {
  return Absent(env);
}
napi_status napi_create_sendable_map(napi_env env, napi_value*) { return Absent(env); }
napi_status napi_is_sendable(napi_env env, napi_value, bool*) { return Absent(env); }
napi_status napi_wrap_sendable(napi_env env, napi_value, void*, napi_finalize, void*) {
  return Absent(env);
}
napi_status napi_wrap_sendable_with_size(napi_env env, napi_value, void*, napi_finalize, void*,
                                         size_t) {
  return Absent(env);
}
napi_status napi_unwrap_sendable(napi_env env, napi_value, void**) { return Absent(env); }
napi_status napi_remove_wrap_sendable(napi_env env, napi_value, void**) { return Absent(env); }

}  // namespace napisan::host
