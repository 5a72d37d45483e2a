// The resource and the name that async work, thread-safe functions and async contexts are made
// with. Without async_hooks nobody reads them; what counts is what is refused.
#pragma once

#include "host/entry/to_object.h"
#include "host/env.h"
#include "host/objects.h"

namespace napisan::host {

// The resource may be null. Node makes an object of it, and a string of the name.
inline napi_status CheckAsyncResource(napi_env env, napi_value resource, napi_value name) {
  bool looked_at = !env->agent.traits().async_resource_ignored;
  if (resource != nullptr && looked_at) {
    bool nothing = resource->value.IsUndefined() || resource->value.IsNull();
    RETURN_STATUS_IF_FALSE(env, !nothing, napi_object_expected);
  }
  CHECK_ARG(env, name);
  RETURN_STATUS_IF_FALSE(env, !looked_at || !IsSymbol(name->value), napi_string_expected);
  return napi_ok;
}

}  // namespace napisan::host
