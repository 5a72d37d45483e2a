// The reference model of async work: what a host with the stepping executor, and the checker in
// front of it, must do with a program. It simulates both, and it knows nothing of either.
#pragma once

#include "program.h"
#include "script.h"

namespace napisan::fuzz {

// Writes everything that must happen, up to the end of the env.
void Predict(const Program& program, Script& script);

}  // namespace napisan::fuzz
