// Whether the same input runs the same way each time: the same events, the same edges as often
// where the target has them alike.
#pragma once

#include <cstdint>
#include <vector>

#include "replay/inputs.h"

namespace napisan::fuzz {

// Runs each input so many times, and tells on stdout. How many did not run alike.
uint64_t TellStability(Target& target, const std::vector<Input>& inputs, uint64_t times);

}  // namespace napisan::fuzz
