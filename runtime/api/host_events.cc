#include "api/host_events.h"

namespace napisan {

const HostEvents* host_events = nullptr;

}  // namespace napisan
