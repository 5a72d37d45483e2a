// The host's entry points: one function a row of functions.def, under a private name, in this
// namespace. Host code calls these, never an exported napi_*.
#pragma once

#include "api/host_table.h"
#include "api/node_api.h"

namespace napisan::host {

#define FUNCTION(name, since, thread, pending, basic, event) \
  decltype(::name) name __asm__("napisan_host_" #name);
#include "api/functions.def"

// All of them, for whoever stands in front.
extern const HostTable kHostTable;

}  // namespace napisan::host
