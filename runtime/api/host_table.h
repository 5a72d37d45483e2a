// The functions of a host, as a table: what the checker calls, and all that it knows of a host.
#pragma once

#include "api/node_api.h"

namespace napisan {

struct HostTable {
#define FUNCTION(name, since, thread, pending, basic, event) decltype(&::name) name;
#include "api/functions.def"
};

}  // namespace napisan
