// The official headers, with everything they declare, what they hold to be experimental, and
// OpenHarmony's additions, for all of our own code.
#pragma once

#include <node_api.h>

#include "napi/native_api.h"
#include "napisan/experimental.h"

// The build sets it: a module may be held to less, we never are.
#if NAPI_VERSION < 10
#error "Compile with NAPI_VERSION=10"
#endif
