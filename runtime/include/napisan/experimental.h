// What Node's headers declare under NAPI_EXPERIMENTAL, and the npm package node-api-headers leaves
// out: for modules and tests that are built with that package.
//
// The env of a basic finalizer is napi_env here, as in every module that is not experimental: the
// types of such a module differ in a const only, and not at all in what is called. Where Node's own
// headers have declared a function, theirs stands.
#pragma once

#include <node_api.h>

EXTERN_C_START

#ifndef NODE_API_EXPERIMENTAL_HAS_CREATE_OBJECT_WITH_PROPERTIES
NAPI_EXTERN napi_status NAPI_CDECL node_api_create_object_with_properties(
    napi_env env, napi_value prototype_or_null, napi_value* property_names,
    napi_value* property_values, size_t property_count, napi_value* result);
#endif

#ifndef NODE_API_EXPERIMENTAL_HAS_SET_PROTOTYPE
NAPI_EXTERN napi_status NAPI_CDECL node_api_set_prototype(napi_env env, napi_value object,
                                                          napi_value value);
#endif

#ifndef NODE_API_EXPERIMENTAL_HAS_CREATE_EXTERNAL_SHAREDARRAYBUFFER
NAPI_EXTERN napi_status NAPI_CDECL node_api_create_external_sharedarraybuffer(
    napi_env env, void* external_data, size_t byte_length,
    void(NAPI_CDECL* finalize_cb)(void* finalize_data, void* finalize_hint), void* finalize_hint,
    napi_value* result);
#endif

#ifndef NODE_API_EXPERIMENTAL_HAS_SHAREDARRAYBUFFER
NAPI_EXTERN napi_status NAPI_CDECL node_api_is_sharedarraybuffer(napi_env env, napi_value value,
                                                                 bool* result);
NAPI_EXTERN napi_status NAPI_CDECL node_api_create_sharedarraybuffer(napi_env env,
                                                                     size_t byte_length,
                                                                     void** data,
                                                                     napi_value* result);
#endif

#ifndef NODE_API_EXPERIMENTAL_HAS_POST_FINALIZER
NAPI_EXTERN napi_status NAPI_CDECL node_api_post_finalizer(node_api_basic_env env,
                                                           napi_finalize finalize_cb,
                                                           void* finalize_data,
                                                           void* finalize_hint);
#endif

EXTERN_C_END
