// The functions whose thunks types cannot make, with the reason in the file that has them.
#pragma once

#include "api/node_api.h"

// FUNCTION(name): one row each.
#define NAPISAN_BY_HAND(FUNCTION)                                                 \
  /* by_hand_functions.cc: argv in and out, descriptors, callbacks */             \
  FUNCTION(napi_create_function)                                                  \
  FUNCTION(napi_define_properties)                                                \
  FUNCTION(napi_define_class)                                                     \
  FUNCTION(napi_get_cb_info)                                                      \
  FUNCTION(napi_call_function)                                                    \
  FUNCTION(napi_new_instance)                                                     \
  FUNCTION(napi_make_callback)                                                    \
  FUNCTION(node_api_create_object_with_properties)                                \
  /* by_hand_finalizers.cc: finalize callbacks */                                 \
  FUNCTION(napi_wrap)                                                             \
  FUNCTION(napi_add_finalizer)                                                    \
  FUNCTION(napi_create_external)                                                  \
  FUNCTION(napi_create_external_arraybuffer)                                      \
  FUNCTION(napi_create_external_buffer)                                           \
  FUNCTION(node_api_create_external_string_latin1)                                \
  FUNCTION(node_api_create_external_string_utf16)                                 \
  FUNCTION(napi_set_instance_data)                                                \
  FUNCTION(node_api_post_finalizer)                                               \
  /* by_hand_async_work.cc: callbacks */                                          \
  FUNCTION(napi_create_async_work)                                                \
  /* by_hand_scopes.cc: scopes are a stack, not records; the escape slot */       \
  FUNCTION(napi_open_handle_scope)                                                \
  FUNCTION(napi_close_handle_scope)                                               \
  FUNCTION(napi_open_escapable_handle_scope)                                      \
  FUNCTION(napi_close_escapable_handle_scope)                                     \
  FUNCTION(napi_escape_handle)                                                    \
  FUNCTION(napi_close_callback_scope)                                             \
  /* by_hand_tsfn.cc: any thread, no env, counts */                               \
  FUNCTION(napi_create_threadsafe_function)                                       \
  FUNCTION(napi_get_threadsafe_function_context)                                  \
  FUNCTION(napi_call_threadsafe_function)                                         \
  FUNCTION(napi_acquire_threadsafe_function)                                      \
  FUNCTION(napi_release_threadsafe_function)                                      \
  FUNCTION(napi_unref_threadsafe_function)                                        \
  FUNCTION(napi_ref_threadsafe_function)                                          \
  FUNCTION(napi_call_threadsafe_function_with_priority)                           \
  /* by_hand_cleanup.cc: keyed on the module's own (hook, argument); callbacks */ \
  FUNCTION(napi_add_env_cleanup_hook)                                             \
  FUNCTION(napi_remove_env_cleanup_hook)                                          \
  FUNCTION(napi_add_async_cleanup_hook)                                           \
  FUNCTION(napi_remove_async_cleanup_hook)                                        \
  /* by_hand_references.cc: counts to remember */                                 \
  FUNCTION(napi_create_reference)                                                 \
  FUNCTION(napi_reference_ref)                                                    \
  FUNCTION(napi_reference_unref)                                                  \
  /* by_hand_misc.cc: a shadow of the last error; no env, no return */            \
  FUNCTION(napi_get_last_error_info)                                              \
  FUNCTION(napi_module_register)                                                  \
  FUNCTION(napi_fatal_error)                                                      \
  FUNCTION(napi_create_ark_runtime)                                               \
  FUNCTION(napi_destroy_ark_runtime)

namespace napisan::checker::by_hand {

#define NAPISAN_DECLARE(name) decltype(::name) name;
NAPISAN_BY_HAND(NAPISAN_DECLARE)
#undef NAPISAN_DECLARE

}  // namespace napisan::checker::by_hand
