// One input, run: an agent and an env of their own, the module in it, the statements, the loop,
// the end of the env. In this process, on the calling thread.
#pragma once

#include <string>

#include "api/profile.h"
#include "cli/fuzz/executors.h"
#include "cli/fuzz/features.h"
#include "cli/fuzz/input.h"
#include "cli/fuzz/knowledge.h"
#include "cli/fuzz/program.h"

namespace napisan::cli::fuzz {

// The same for every input.
struct Subject {
  // An absolute path: children run elsewhere.
  std::string module;
  Profile profile = kDefaultProfile;
  const ExecutorKind* executor = &SteppingKind();
};

struct RunResult {
  // Why the module could not be loaded; empty where it was.
  std::string load_error;
  Program::Tally tally;
  // Choices of the schedule that were asked for.
  size_t choices_used = 0;
};

RunResult RunInput(const Subject& subject, const Input& input, Knowledge& knowledge,
                   Features& features, ProgramObserver& observer);

}  // namespace napisan::cli::fuzz
