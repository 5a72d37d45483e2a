#include "host/entry.h"

namespace napisan::host {

const HostTable kHostTable = {
#define FUNCTION(name, since, thread, pending, basic, event) .name = name,
#include "api/functions.def"
};

}  // namespace napisan::host
