// Literals of --call as values of the host.
#pragma once

#include <functional>

#include "cli/call_syntax.h"
#include "host/agent.h"

namespace napisan::cli {

// `callback()` makes the function that stands for the word callback. Handles are not used: the
// caller keeps the result where the collector finds it.
host::Value MakeValue(host::Agent& agent, const Literal& literal,
                      const std::function<host::Value()>& callback);

}  // namespace napisan::cli
