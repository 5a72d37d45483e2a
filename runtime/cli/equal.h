// Whether two values are the same to a script.
#pragma once

#include "host/agent.h"

namespace napisan::cli {

// Primitives by SameValue; arrays, plain objects and buffers by what is in them; errors by name and
// message, dates by their time; other objects by identity.
bool DeepEqual(host::Agent& agent, host::Value a, host::Value b);

}  // namespace napisan::cli
