// Input: what one run of a fuzzed module is made from: statements, a schedule, what the collector
// does, and faults. Its text is a script that napisan check can run, too; what a script cannot say
// stands in comments in front of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/call_syntax.h"
#include "napisan/gc_mode.h"

namespace napisan::cli::fuzz {

// The `call`th call (0 for the first) of a Node-API function fails.
struct Fault {
  std::string function;
  uint32_t call = 0;
};

// Where the statements run: in the main agent, or in a Worker's. Its parent stops a Worker after so
// many points of its own, where a schedule controls the two; kNever leaves it to its end.
struct InWorker {
  static constexpr uint32_t kNever = UINT32_MAX;
  uint32_t stop_after = kNever;
};

struct Input {
  std::vector<Statement> statements;
  std::optional<InWorker> worker;
  // The choices in the order in which they are asked for; after them each is 0.
  std::vector<uint32_t> schedule;
  GcMode gc = GcMode::kIdle;
  std::vector<Fault> faults;
};

// A function that is a callback whose name begins so throws when it is called.
inline constexpr std::string_view kThrowingCallback = "throws";

std::string Print(const Input& input);
// Several inputs, each in an env of its own, one after another in one process.
std::string Print(const std::vector<Input>& inputs);

// False with a message for people; `file` is what it names.
bool Parse(const std::string& file, const std::string& text, std::vector<Input>& inputs,
           std::string& problem);

// Makes it a program again after statements were taken out or put in: what refers to a result that
// is not there before it becomes undefined, or goes.
void Repair(Input& input);

}  // namespace napisan::cli::fuzz
