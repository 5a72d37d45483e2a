#include "script.h"

#include <fmt/format.h>

#include <iterator>

#include "program_text.h"

namespace napisan::fuzz {
namespace {

constexpr const char* kStates[] = {"none",      "created",    "queued",    "executing", "executed",
                                   "cancelled", "completing", "completed", "deleted"};
static_assert(std::size(kStates) == kWorkStates);

constexpr const char* kKinds[] = {
    "call",        "end of call",   "create",        "queue",         "cancel",    "delete",
    "throw",       "step: execute", "step: deliver", "step: turn",    "step: run", "step: teardown",
    "end of step", "choose",        "execute runs",  "complete runs", "returns"};
static_assert(std::size(kKinds) == kLineKinds);

std::string Answer(const Line& line) {
  std::string text = fmt::format("status {}", static_cast<int>(line.status));
  return line.rule != nullptr ? text + ", report " + line.rule : text;
}

}  // namespace

const char* NameOf(WorkState state) { return kStates[static_cast<size_t>(state)]; }
const char* NameOf(LineKind kind) { return kKinds[static_cast<size_t>(kind)]; }

std::string ToText(const Line& line) {
  std::string text = NameOf(line.kind);
  switch (line.kind) {
    case LineKind::kCreate:
      return fmt::format("{} {} {}: {}", text, line.slot, NameOf(static_cast<Making>(line.variant)),
                         Answer(line));
    case LineKind::kQueue:
    case LineKind::kCancel:
    case LineKind::kDelete:
      return fmt::format("{} {} ({}) {}: {}", text, line.slot, NameOf(line.state),
                         NameOf(static_cast<Passing>(line.variant)), Answer(line));
    case LineKind::kThrow:
      return fmt::format("{}: {}", text, Answer(line));
    case LineKind::kStepExecute:
      return fmt::format("{} {}", text, line.index);
    case LineKind::kStepEnd:
      return fmt::format("{}: {} queued, {} finished, {} uncaught, {} leaks", text, line.queued,
                         line.finished, line.uncaught, line.leaks);
    case LineKind::kChoose:
      return fmt::format("{} {} of {}", text, line.index, line.count);
    case LineKind::kEnterExecute:
      return fmt::format("{} {}", text, line.slot);
    case LineKind::kEnterComplete:
      return fmt::format("{} {} with status {}", text, line.slot, static_cast<int>(line.status));
    case LineKind::kOpenCall:
    case LineKind::kCloseCall:
    case LineKind::kStepDeliver:
    case LineKind::kStepTurn:
    case LineKind::kStepRun:
    case LineKind::kStepTeardown:
    case LineKind::kLeave:
      return text;
  }
  return text;
}

}  // namespace napisan::fuzz
