// The host's table with a scheduling point before each function.
#pragma once

#include "api/host_table.h"

namespace napisan::front {

// Null, as an address, in programs that are never under control.
extern const HostTable kPointedHost [[gnu::weak]];

}  // namespace napisan::front
