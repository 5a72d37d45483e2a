// Which operation was done in which state of its worker, or of the pool: libFuzzer takes the pairs
// for coverage, as the edges of the host say little of how its threads stand to each other.
//
// Threads: the main thread's.
#pragma once

#include <cstddef>

#include "agents/model.h"
#include "agents/program.h"

namespace napisan::agents {

// The pair, before the operation is done.
size_t PairOf(const Operation& operation, const Model& model);
void CountPair(size_t pair);
// How many were seen by all inputs.
size_t CountPairs();

}  // namespace napisan::agents
