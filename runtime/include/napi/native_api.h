// What an OpenHarmony module includes as "napi/native_api.h", for building it on a workstation.
//
// It is the official Node-API headers and OpenHarmony's additions to them that concern async work,
// event loops and the lifetime of envs. Names, numbers and signatures are those of OpenHarmony's
// interfaces/kits/napi/native_api.h and common.h.
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

// Node guards this one with NAPI_VERSION 9; OpenHarmony has it at 8.
NAPI_EXTERN napi_status NAPI_CDECL node_api_get_module_file_name(napi_env env, const char** result);

// Declared so that modules compile, implemented by the host in a later version. A module built with
// our toolchain file binds lazily: it loads without these, and fails where it first calls one.
NAPI_EXTERN napi_status NAPI_CDECL napi_queue_async_work_with_qos(napi_env env,
                                                                  napi_async_work work,
                                                                  napi_qos_t qos);
NAPI_EXTERN napi_status NAPI_CDECL napi_call_threadsafe_function_with_priority(
    napi_threadsafe_function func, void* data, napi_task_priority priority, bool isTail);
NAPI_EXTERN napi_status NAPI_CDECL napi_run_event_loop(napi_env env, napi_event_mode mode);
NAPI_EXTERN napi_status NAPI_CDECL napi_stop_event_loop(napi_env env);
NAPI_EXTERN napi_status NAPI_CDECL napi_create_ark_runtime(napi_env* env);
NAPI_EXTERN napi_status NAPI_CDECL napi_destroy_ark_runtime(napi_env* env);
NAPI_EXTERN napi_status NAPI_CDECL napi_create_ark_context(napi_env env, napi_env* newEnv);
NAPI_EXTERN napi_status NAPI_CDECL napi_switch_ark_context(napi_env env);
NAPI_EXTERN napi_status NAPI_CDECL napi_destroy_ark_context(napi_env env);
NAPI_EXTERN napi_status NAPI_CDECL napi_wrap_enhance(napi_env env, napi_value js_object,
                                                     void* native_object, napi_finalize finalize_cb,
                                                     bool async_finalizer, void* finalize_hint,
                                                     size_t native_binding_size, napi_ref* result);

EXTERN_C_END
