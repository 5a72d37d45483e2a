// The inputs of a replay, and how bad ones are told.
#pragma once

#include <string>
#include <vector>

#include "target.h"

namespace napisan::fuzz {

struct Input {
  std::string name;
  Bytes bytes;
};

// What the command line asks for cannot be done: one line, and status 2.
[[noreturn]] void Refuse(const std::string& why);

// Of files, and of folders of files in the order of their names. With `text` they hold the target's
// text form.
std::vector<Input> ReadInputs(const std::vector<std::string>& paths, bool text);

// One that the target makes of a seed.
Bytes RandomInput(const Target& target, uint64_t seed);

// Writes the target's seed corpus, one file for each; returns how many.
size_t WriteSeeds(const Target& target, const std::string& folder);

}  // namespace napisan::fuzz
