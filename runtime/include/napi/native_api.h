// What an OpenHarmony module includes as "napi/native_api.h", for building it on a workstation.
//
// It is the official Node-API headers and OpenHarmony's additions to them. Names, numbers and
// signatures are those of OpenHarmony's interfaces/kits/napi/native_api.h and common.h.
//
// The host has the additions that concern async work and event loops: the first group below, in the
// profile openharmony. The rest is declared so that modules compile and load: every one of those
// answers napi_generic_failure and does nothing, in every profile; and so does the first group in
// a profile of Node, which has none of it.
//
// Two differences from OpenHarmony's own header are deliberate:
// - NAPI_VERSION is 8 there and here, but NAPI_EXPERIMENTAL is not defined here: in Node's headers
//   it changes the type of env in finalizers and in some functions, which OpenHarmony's do not.
// - OpenHarmony gives the status numbers 22 to 24 names of its own; Node has other names for 22 and
//   23, so a module that names OpenHarmony's does not build with the official headers.
#pragma once

#ifndef NAPI_VERSION
#define NAPI_VERSION 8
#endif

#include <node_api.h>

typedef enum {
  napi_qos_background = 0,
  napi_qos_utility = 1,
  napi_qos_default = 2,
  napi_qos_user_initiated = 3,
} napi_qos_t;

typedef enum {
  napi_event_mode_default = 0,
  napi_event_mode_nowait = 1,
} napi_event_mode;

typedef enum {
  napi_priority_immediate = 0,
  napi_priority_high = 1,
  napi_priority_low = 2,
  napi_priority_idle = 3,
} napi_task_priority;

EXTERN_C_START

typedef struct napi_strong_ref__* napi_strong_ref;
typedef struct napi_sendable_ref__* napi_sendable_ref;
typedef struct napi_critical_scope__* napi_critical_scope;

typedef void (*napi_finalize_callback)(void* finalize_data, void* finalize_hint);
typedef void* (*napi_native_binding_detach_callback)(napi_env env, void* native_object, void* hint);
typedef napi_value (*napi_native_binding_attach_callback)(napi_env env, void* native_object,
                                                          void* hint);
typedef void (*napi_detach_finalize_callback)(void* detachedObject, void* finalizeHint);

// Node guards this one with NAPI_VERSION 9; OpenHarmony has it at 8.
NAPI_EXTERN napi_status NAPI_CDECL node_api_get_module_file_name(napi_env env, const char** result);

// --- Async work and event loops ---

NAPI_EXTERN napi_status NAPI_CDECL napi_queue_async_work_with_qos(napi_env env,
                                                                  napi_async_work work,
                                                                  napi_qos_t qos);
// Works with the same task id execute one after the other, in the order of queueing.
NAPI_EXTERN napi_status NAPI_CDECL napi_queue_async_work_with_queue(napi_env env,
                                                                    napi_async_work work,
                                                                    napi_qos_t qos,
                                                                    uintptr_t taskId);
// Past the queue of the thread-safe function: not counted, not bounded, not drained.
NAPI_EXTERN napi_status NAPI_CDECL napi_call_threadsafe_function_with_priority(
    napi_threadsafe_function func, void* data, napi_task_priority priority, bool isTail);
// Only in an env that belongs to a native thread.
NAPI_EXTERN napi_status NAPI_CDECL napi_run_event_loop(napi_env env, napi_event_mode mode);
NAPI_EXTERN napi_status NAPI_CDECL napi_stop_event_loop(napi_env env);

// --- Declared only ---

NAPI_EXTERN napi_status NAPI_CDECL napi_run_script_path(napi_env env, const char* path,
                                                        napi_value* result);
NAPI_EXTERN napi_status NAPI_CDECL napi_load_module(napi_env env, const char* path,
                                                    napi_value* result);
NAPI_EXTERN napi_status NAPI_CDECL napi_load_module_with_info(napi_env env, const char* path,
                                                              const char* module_info,
                                                              napi_value* result);

NAPI_EXTERN napi_status NAPI_CDECL napi_create_ark_runtime(napi_env* env);
NAPI_EXTERN napi_status NAPI_CDECL napi_destroy_ark_runtime(napi_env* env);
NAPI_EXTERN napi_status NAPI_CDECL napi_create_ark_context(napi_env env, napi_env* newEnv);
NAPI_EXTERN napi_status NAPI_CDECL napi_switch_ark_context(napi_env env);
NAPI_EXTERN napi_status NAPI_CDECL napi_destroy_ark_context(napi_env env);

NAPI_EXTERN napi_status NAPI_CDECL
napi_create_object_with_properties(napi_env env, napi_value* result, size_t property_count,
                                   const napi_property_descriptor* properties);
NAPI_EXTERN napi_status NAPI_CDECL
napi_create_object_with_named_properties(napi_env env, napi_value* result, size_t property_count,
                                         const char** keys, const napi_value* values);
NAPI_EXTERN napi_status NAPI_CDECL napi_create_external_string_utf16(
    napi_env env, const char16_t* str, size_t length, napi_finalize_callback finalize_callback,
    void* finalize_hint, napi_value* result);
NAPI_EXTERN napi_status NAPI_CDECL napi_create_external_string_ascii(
    napi_env env, const char* str, size_t length, napi_finalize_callback finalize_callback,
    void* finalize_hint, napi_value* result);
NAPI_EXTERN napi_status NAPI_CDECL napi_is_concurrent_function(napi_env env, napi_value value,
                                                               bool* result);

NAPI_EXTERN napi_status NAPI_CDECL napi_wrap_enhance(napi_env env, napi_value js_object,
                                                     void* native_object, napi_finalize finalize_cb,
                                                     bool async_finalizer, void* finalize_hint,
                                                     size_t native_binding_size, napi_ref* result);
NAPI_EXTERN napi_status NAPI_CDECL napi_coerce_to_native_binding_object(
    napi_env env, napi_value js_object, napi_native_binding_detach_callback detach_cb,
    napi_native_binding_attach_callback attach_cb, void* native_object, void* hint);
NAPI_EXTERN napi_status NAPI_CDECL
napi_add_detached_finalizer(napi_env env, napi_value native_binding_object,
                            napi_detach_finalize_callback detach_finalize_cb, void* finalize_hint);

NAPI_EXTERN napi_status NAPI_CDECL napi_create_strong_reference(napi_env env, napi_value value,
                                                                napi_strong_ref* result);
NAPI_EXTERN napi_status NAPI_CDECL napi_delete_strong_reference(napi_env env, napi_strong_ref ref);
NAPI_EXTERN napi_status NAPI_CDECL napi_get_strong_reference_value(napi_env env,
                                                                   napi_strong_ref ref,
                                                                   napi_value* result);
NAPI_EXTERN napi_status NAPI_CDECL napi_create_strong_sendable_reference(napi_env env,
                                                                         napi_value value,
                                                                         napi_sendable_ref* result);
NAPI_EXTERN napi_status NAPI_CDECL napi_delete_strong_sendable_reference(napi_env env,
                                                                         napi_sendable_ref ref);
NAPI_EXTERN napi_status NAPI_CDECL napi_get_strong_sendable_reference_value(napi_env env,
                                                                            napi_sendable_ref ref,
                                                                            napi_value* result);

NAPI_EXTERN napi_status NAPI_CDECL napi_open_critical_scope(napi_env env,
                                                            napi_critical_scope* scope);
NAPI_EXTERN napi_status NAPI_CDECL napi_close_critical_scope(napi_env env,
                                                             napi_critical_scope scope);
NAPI_EXTERN napi_status NAPI_CDECL napi_get_buffer_string_utf16_in_critical_scope(
    napi_env env, napi_value value, const char16_t** buffer, size_t* length);

NAPI_EXTERN napi_status NAPI_CDECL napi_serialize(napi_env env, napi_value object,
                                                  napi_value transfer_list, napi_value clone_list,
                                                  void** result);
NAPI_EXTERN napi_status NAPI_CDECL napi_deserialize(napi_env env, void* buffer, napi_value* object);
NAPI_EXTERN napi_status NAPI_CDECL napi_delete_serialization_data(napi_env env, void* buffer);

NAPI_EXTERN napi_status NAPI_CDECL napi_create_map(napi_env env, napi_value* result);
NAPI_EXTERN napi_status NAPI_CDECL napi_map_set_property(napi_env env, napi_value map,
                                                         napi_value key, napi_value value);
NAPI_EXTERN napi_status NAPI_CDECL napi_map_set_named_property(napi_env env, napi_value map,
                                                               const char* utf8name,
                                                               napi_value value);
NAPI_EXTERN napi_status NAPI_CDECL napi_map_get_property(napi_env env, napi_value map,
                                                         napi_value key, napi_value* result);
NAPI_EXTERN napi_status NAPI_CDECL napi_map_get_named_property(napi_env env, napi_value map,
                                                               const char* utf8name,
                                                               napi_value* result);
NAPI_EXTERN napi_status NAPI_CDECL napi_map_has_property(napi_env env, napi_value map,
                                                         napi_value key, bool* result);
NAPI_EXTERN napi_status NAPI_CDECL napi_map_has_named_property(napi_env env, napi_value map,
                                                               const char* utf8name, bool* result);
NAPI_EXTERN napi_status NAPI_CDECL napi_map_delete_property(napi_env env, napi_value map,
                                                            napi_value key);
NAPI_EXTERN napi_status NAPI_CDECL napi_map_clear(napi_env env, napi_value map);
NAPI_EXTERN napi_status NAPI_CDECL napi_map_get_size(napi_env env, napi_value map,
                                                     uint32_t* result);
NAPI_EXTERN napi_status NAPI_CDECL napi_map_get_entries(napi_env env, napi_value map,
                                                        napi_value* result);
NAPI_EXTERN napi_status NAPI_CDECL napi_map_get_keys(napi_env env, napi_value map,
                                                     napi_value* result);
NAPI_EXTERN napi_status NAPI_CDECL napi_map_get_values(napi_env env, napi_value map,
                                                       napi_value* result);
NAPI_EXTERN napi_status NAPI_CDECL napi_map_iterator_get_next(napi_env env, napi_value iterator,
                                                              napi_value* result);

// Sendable objects, which several threads share.
NAPI_EXTERN napi_status NAPI_CDECL napi_define_sendable_class(
    napi_env env, const char* utf8name, size_t length, napi_callback constructor, void* data,
    size_t property_count, const napi_property_descriptor* properties, napi_value parent,
    napi_value* result);
NAPI_EXTERN napi_status NAPI_CDECL napi_create_sendable_object_with_properties(
    napi_env env, size_t property_count, const napi_property_descriptor* properties,
    napi_value* result);
NAPI_EXTERN napi_status NAPI_CDECL napi_create_sendable_array(napi_env env, napi_value* result);
NAPI_EXTERN napi_status NAPI_CDECL napi_create_sendable_array_with_length(napi_env env,
                                                                          size_t length,
                                                                          napi_value* result);
NAPI_EXTERN napi_status NAPI_CDECL napi_create_sendable_arraybuffer(napi_env env,
                                                                    size_t byte_length, void** data,
                                                                    napi_value* result);
NAPI_EXTERN napi_status NAPI_CDECL
napi_create_sendable_typedarray(napi_env env, napi_typedarray_type type, size_t length,
                                napi_value arraybuffer, size_t byte_offset, napi_value* result);
NAPI_EXTERN napi_status NAPI_CDECL napi_create_sendable_map(napi_env env, napi_value* result);
NAPI_EXTERN napi_status NAPI_CDECL napi_is_sendable(napi_env env, napi_value value, bool* result);
NAPI_EXTERN napi_status NAPI_CDECL napi_wrap_sendable(napi_env env, napi_value js_object,
                                                      void* native_object,
                                                      napi_finalize finalize_cb,
                                                      void* finalize_hint);
NAPI_EXTERN napi_status NAPI_CDECL napi_wrap_sendable_with_size(napi_env env, napi_value js_object,
                                                                void* native_object,
                                                                napi_finalize finalize_cb,
                                                                void* finalize_hint,
                                                                size_t native_binding_size);
NAPI_EXTERN napi_status NAPI_CDECL napi_unwrap_sendable(napi_env env, napi_value js_object,
                                                        void** result);
NAPI_EXTERN napi_status NAPI_CDECL napi_remove_wrap_sendable(napi_env env, napi_value js_object,
                                                             void** result);

EXTERN_C_END
