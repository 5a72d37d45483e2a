#include "program_text.h"

#include <fmt/format.h>

#include <iterator>

#include "line_parser.h"

namespace napisan::fuzz {
namespace {

// In the order of the enumerators.
constexpr const char* kTiers[] = {"legal", "documented", "hostile"};
constexpr const char* kKinds[] = {"create",  "queue",   "cancel", "delete", "then",    "during",
                                  "execute", "deliver", "turn",   "run",    "teardown"};
constexpr const char* kMakings[] = {
    "plain",       "object_resource",    "number_name", "null_complete",
    "no_execute",  "no_result",          "no_name",     "null_env",
    "symbol_name", "undefined_resource", "forged_name", "scope_as_name"};
constexpr const char* kPassings[] = {"own",   "null",  "null_env",  "low", "high",     "stack",
                                     "value", "scope", "reference", "env", "other_env"};
constexpr const char* kDeeds[] = {"start", "queue", "cancel", "delete", "throw"};

template <class Enum, size_t N>
const char* NameIn(const char* const (&names)[N], Enum value) {
  auto index = static_cast<size_t>(value);
  return index < N ? names[index] : "?";
}

bool ParseHeader(LineParser& line, Program& program) {
  if (!line.TakeName("tier", kTiers, program.tier)) return false;
  program.abandon = line.Take("abandon") && program.tier == Tier::kHostile;
  program.version_10 = line.Take("version10");
  if (line.Take("schedule") && !line.TakeNumber("a schedule", 1 << 16, program.schedule)) {
    return false;
  }
  return true;
}

bool ParseOperation(LineParser& line, Operation& operation) {
  if (!line.TakeName("operation", kKinds, operation.kind)) return false;
  auto slot = [&](uint8_t& to) { return line.TakeNumber("a slot", kSlots, to); };
  switch (operation.kind) {
    case OpKind::kCreate:
      return slot(operation.slot) &&
             (line.empty() || line.TakeName("way to create", kMakings, operation.variant));
    case OpKind::kQueue:
    case OpKind::kCancel:
    case OpKind::kDelete:
      return slot(operation.slot) &&
             (line.empty() || line.TakeName("thing to pass", kPassings, operation.variant));
    case OpKind::kThen:
    case OpKind::kDuring:
      if (!slot(operation.slot) || !line.TakeName("deed", kDeeds, operation.variant)) return false;
      return operation.deed() == Deed::kThrow || slot(operation.target);
    case OpKind::kExecute:
      return line.empty() || slot(operation.slot);
    case OpKind::kTurn:
      return line.empty() || line.TakeNumber("a choice", 16, operation.variant);
    case OpKind::kDeliver:
    case OpKind::kRun:
    case OpKind::kTeardown:
      return true;
  }
  return false;
}

}  // namespace

const char* NameOf(Tier tier) { return NameIn(kTiers, tier); }
const char* NameOf(OpKind kind) { return NameIn(kKinds, kind); }
const char* NameOf(Making making) { return NameIn(kMakings, making); }
const char* NameOf(Passing passing) { return NameIn(kPassings, passing); }
const char* NameOf(Deed deed) { return NameIn(kDeeds, deed); }

std::string HeaderText(const Program& program) {
  std::string text = NameOf(program.tier);
  if (program.abandon) text += " abandon";
  if (program.version_10) text += " version10";
  if (program.schedule != 0) text += fmt::format(" schedule {}", program.schedule);
  return text;
}

std::string ToText(const Operation& operation) {
  std::string text = NameOf(operation.kind);
  switch (operation.kind) {
    case OpKind::kCreate:
      text += fmt::format(" {}", operation.slot);
      if (operation.making() == Making::kPlain) break;
      text += fmt::format(" {}", NameOf(operation.making()));
      break;
    case OpKind::kQueue:
    case OpKind::kCancel:
    case OpKind::kDelete:
      text += fmt::format(" {}", operation.slot);
      if (operation.passing() == Passing::kOwn) break;
      text += fmt::format(" {}", NameOf(operation.passing()));
      break;
    case OpKind::kThen:
    case OpKind::kDuring:
      text += fmt::format(" {} {}", operation.slot, NameOf(operation.deed()));
      if (operation.deed() != Deed::kThrow) text += fmt::format(" {}", operation.target);
      break;
    case OpKind::kExecute:
      text += fmt::format(" {}", operation.slot);
      break;
    case OpKind::kTurn:
      text += fmt::format(" {}", operation.variant);
      break;
    case OpKind::kDeliver:
    case OpKind::kRun:
    case OpKind::kTeardown:
      break;
  }
  return text;
}

std::string ToText(const Program& program) {
  std::string text = HeaderText(program) + "\n";
  for (size_t i = 0; i < program.count; ++i) text += ToText(program.operations[i]) + "\n";
  return text;
}

bool Parse(std::string_view text, Program& program, std::string& error) {
  return ParseLines(text, kOperationsMax, "tier", ParseHeader, ParseOperation, program, error);
}

}  // namespace napisan::fuzz
