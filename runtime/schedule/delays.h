// Delays: threads as they come, some of them stopped for a moment where they would come to a point.
// Real timing finds other bugs than choices do.
//
// Threads: Begin before there are others.
#pragma once

#include <cstdint>

namespace napisan::schedule {

void BeginDelays(uint64_t seed);

// --- For what is interposed ---

extern bool delays_on;
void Delay();

}  // namespace napisan::schedule
