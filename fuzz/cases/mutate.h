// New cases: from nothing, from one, and from two. What they change is whole operations, so that
// what is left of the case keeps its meaning.
#pragma once

#include "case.h"
#include "random.h"

namespace napisan::cases {

using fuzz::Random;

// Most operations are the module's own, the others in a few callbacks.
void MakeRandom(Random& random, const Palette& palette, Case& result);

// One to four changes: insert, drop, swap, double or move an operation, to another block as well,
// another function with the same operands, other operands, the schedule, a fault, the tier.
void Mutate(Random& random, const Palette& palette, Case& changed);

// The beginning of one and the end of another, each with its faults.
void Cross(Random& random, const Case& first, const Case& second, Case& result);

}  // namespace napisan::cases
