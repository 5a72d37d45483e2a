// The fuzz target, for whoever feeds it: libFuzzer, or the replay program.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tally.h"

namespace napisan::fuzz {

// Runs one input. Returns only where everything was as the reference model says; else the process
// has printed the difference and aborts.
void RunInput(const uint8_t* data, size_t size);

// Everything that was seen during the last input, as one number.
uint64_t LastTraceHash();
// Of all inputs so far.
const Tally& TallySoFar();

}  // namespace napisan::fuzz
