// Random inputs, so that a build without libFuzzer fuzzes a little too. The same seed gives the
// same input, whatever came before.
#pragma once

#include <cstdint>
#include <vector>

namespace napisan::fuzz {

std::vector<uint8_t> RandomInput(uint64_t seed);

}  // namespace napisan::fuzz
