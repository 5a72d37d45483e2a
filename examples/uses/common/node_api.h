// Node-API, from OpenHarmony's SDK, from napisan's toolchain file in its place, or from Node.js.
#pragma once

#ifndef NAPI_VERSION
#define NAPI_VERSION 8
#endif

#if __has_include("napi/native_api.h")
#include "napi/native_api.h"
#else
#include <node_api.h>
#endif

// Registers as OpenHarmony's guide does, which Node.js takes as well.
#define USES_MODULE(name, init)                                               \
  static napi_module uses_module = {1, 0, nullptr, init, #name, nullptr, {}}; \
  extern "C" __attribute__((constructor)) void RegisterUsesModule() {         \
    napi_module_register(&uses_module);                                       \
  }

namespace uses {

// An export or a method: a function of the module's.
inline napi_property_descriptor Method(const char* name, napi_callback call) {
  return {name, nullptr, call, nullptr, nullptr, nullptr, napi_enumerable, nullptr};
}

}  // namespace uses
