// The official headers, with everything they declare, for all of our own code.
#pragma once

// The newest stable version the headers know: a module may be held to less, we never are.
#define NAPI_VERSION 10
#include <node_api.h>
