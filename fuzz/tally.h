// What was done, in the API's own terms: how many calls of each function in each state of the work,
// and which callbacks ran. It is also what libFuzzer is told beside the edges.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "script.h"

namespace napisan::fuzz {

struct Tally {
  uint64_t programs;
  uint64_t operations;
  uint64_t left_out;
  uint64_t reports;
  uint64_t calls[kLineKinds][kWorkStates];
  uint64_t lines[kLineKinds];
};

// Once the whole script has come true.
void Count(const Script& script, Tally& tally);
// How many pairs of a call and the state of its work were seen.
uint64_t CountPairs(const Tally& tally);
std::string ToText(const Tally& tally);

}  // namespace napisan::fuzz
