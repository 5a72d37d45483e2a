// Preflight: whether one thread can play all of a module's: it makes no threads, and nothing in it
// waits for another.
#pragma once

#include <string>
#include <vector>

#include "cli/fuzz/child.h"

namespace napisan::cli::fuzz {

struct Preflight {
  const ExecutorKind* executor = nullptr;
  // Why that one, in words.
  std::string reason;
  // Empty, or why the module cannot be fuzzed at all.
  std::string problem;
  bool interrupted = false;
};

// Looks at what the file imports; where that says nothing, runs a few inputs one step at a time.
Preflight ChooseExecutor(ChildPlan plan, Knowledge& knowledge, const std::vector<std::string>& only,
                         uint64_t seed);

// The first function that it imports which makes a thread or waits for one; empty where there is
// none.
std::string ThreadImport(const std::string& file);

}  // namespace napisan::cli::fuzz
