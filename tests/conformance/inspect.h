// Values as text, as Node-API itself shows them. Getters are run; exceptions of theirs are cleared.
#pragma once

#include <node_api.h>

#include <string>

#include "machine.h"

namespace napisan::conformance {

// Objects within objects are shown down to this depth.
inline constexpr int kShallow = 1;
inline constexpr int kDeep = 3;

std::string Inspect(Machine& machine, napi_env env, napi_value value, int depth = kShallow);

}  // namespace napisan::conformance
