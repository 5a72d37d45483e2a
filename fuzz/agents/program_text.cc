#include <fmt/format.h>

#include "agents/program.h"
#include "line_parser.h"

namespace napisan::agents {
namespace {

constexpr const char* kEnds[] = {"handles first", "agent first"};
constexpr const char* kNames[] = {
#define OPERATION(name, ...) #name,
#include "operations.def"
};

bool ParseHeader(fuzz::LineParser& line, Program& program) {
  for (const char* end : {"handles", "agent"}) {
    if (!line.Take(end)) continue;
    program.agent_first = end[0] == 'a';
    if (line.Take("first")) return true;
  }
  return line.Refuse(fmt::format("the first line is \"{}\" or \"{}\"", kEnds[0], kEnds[1]));
}

bool ParseOperation(fuzz::LineParser& line, Operation& operation) {
  operation = {};
  if (!line.TakeName("operation", kNames, operation.kind)) return false;
  const OpInfo& info = InfoOf(operation.kind);
  auto slots = static_cast<uint32_t>(SlotsOf(info.place));
  if (slots > 0 && !line.TakeNumber("a slot", slots, operation.slot)) return false;
  while (!line.empty()) {
    if (info.place == Place::kCommand && line.Take("during")) {
      operation.during = true;
    } else if (!line.TakeName("variant of it", info.variants, operation.variant)) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::string ToText(const Operation& operation) {
  const OpInfo& info = InfoOf(operation.kind);
  std::string text = info.name;
  if (SlotsOf(info.place) > 0) text += fmt::format(" {}", operation.slot);
  if (!info.variants.empty()) text += fmt::format(" {}", info.variants[operation.variant]);
  if (operation.during) text += " during";
  return text;
}

std::string ToText(const Program& program) {
  std::string text = fmt::format("{}\n", kEnds[program.agent_first ? 1 : 0]);
  for (size_t i = 0; i < program.count; ++i) text += ToText(program.operations[i]) + "\n";
  return text;
}

bool Parse(std::string_view text, Program& program, std::string& error) {
  return fuzz::ParseLines(text, kOperationsMax, "end", ParseHeader, ParseOperation, program, error);
}

}  // namespace napisan::agents
