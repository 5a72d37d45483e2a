#include <fmt/format.h>

#include "line_parser.h"
#include "threads/program.h"

namespace napisan::threads {
namespace {

constexpr const char* kNames[] = {
#define OPERATION(name, ...) #name,
#include "threads/operations.def"
};

// "node24 producers 2 bound 1 throws schedule random20 17".
bool ParseHeader(fuzz::LineParser& line, Program& program) {
  if (!line.TakeName("profile", kProfiles, program.profile)) return false;
  if (line.Take("producers")) {
    if (!line.TakeNumber("how many producers there are", kProducers + 1, program.producers)) {
      return false;
    }
    if (program.profile != 0 && program.producers != 0) {
      return line.Refuse("producers are for node24 alone");
    }
  }
  if (line.Take("bound") && !line.TakeNumber("the bound", kBounds, program.bound)) return false;
  program.throws = line.Take("throws");
  if (!line.Take("schedule")) return line.Refuse("the schedule is missing");
  return line.TakeName("strategy", kStrategies, program.strategy) &&
         line.TakeNumber("the schedule's seed", 1u << 16, program.seed);
}

bool ParseOperation(fuzz::LineParser& line, Operation& operation) {
  operation = {};
  if (!line.TakeName("operation", kNames, operation.kind)) return false;
  uint32_t slots = InfoOf(operation.kind).slots;
  return slots == 0 || line.TakeNumber("a slot", slots, operation.slot);
}

}  // namespace

std::string ToText(const Program& program) {
  std::string text = kProfiles[program.profile];
  if (program.producers > 0) {
    text += fmt::format(" producers {} bound {}", program.producers, program.bound);
  }
  if (program.throws) text += " throws";
  text += fmt::format(" schedule {} {}\n", kStrategies[program.strategy], program.seed);
  for (size_t i = 0; i < program.count; ++i) {
    const OpInfo& info = InfoOf(program.operations[i].kind);
    text += info.name;
    if (info.slots > 0) text += fmt::format(" {}", program.operations[i].slot);
    text += "\n";
  }
  return text;
}

bool Parse(std::string_view text, Program& program, std::string& error) {
  return fuzz::ParseLines(text, kOperationsMax, "profile and the schedule", ParseHeader,
                          ParseOperation, program, error);
}

}  // namespace napisan::threads
