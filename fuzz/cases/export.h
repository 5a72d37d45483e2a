// Cases as code: what was recorded of a run, as a program or as an addon that makes the same calls.
#pragma once

#include <string>

#include "recording.h"

namespace napisan::cases {

// One C++ file: builds against the engine-free host (napisan::checked or napisan::unchecked), plays
// the schedule by the embedding API, and ends with 1 where a status or a callback is another.
std::string ExportCpp(const Case& program, const Recording& recording);

// An addon for a real Node.js: addon.cc, a CMakeLists.txt that builds it, and driver.mjs, which
// plays the schedule as far as Node.js can be told it. Both tell each call's status and each
// callback.
struct Addon {
  std::string addon;
  std::string driver;
  std::string cmake;
};
Addon ExportAddon(const Case& program, const Recording& recording);

}  // namespace napisan::cases
