#include "agents/events.h"

#include <fmt/format.h>

#include <iterator>

#include "agents/program.h"

namespace napisan::agents {
namespace {

// In the order of the enumerators.
constexpr const char* kNames[] = {"begun",
                                  "message",
                                  "buffer",
                                  "done",
                                  "refused",
                                  "complete",
                                  "hook",
                                  "down",
                                  "leak reported",
                                  "duplicate reported",
                                  "called",
                                  "function gone",
                                  "finalized",
                                  "inner says",
                                  "inner exit",
                                  "task runs",
                                  "task returns",
                                  "task sees it is cancelled",
                                  "work done of task",
                                  "fulfilled",
                                  "rejected",
                                  "cancelled",
                                  "error",
                                  "exit"};
static_assert(std::size(kNames) == static_cast<size_t>(EventKind::kExit) + 1);

}  // namespace

std::string ToText(const Event& event) {
  const char* name = kNames[static_cast<size_t>(event.kind)];
  switch (event.kind) {
    case EventKind::kDone:
    case EventKind::kRefused:
      return fmt::format("{} {}", InfoOf(static_cast<OpKind>(event.value)).name, name);
    case EventKind::kBegun:
    case EventKind::kDown:
    case EventKind::kLeak:
    case EventKind::kDuplicate:
    case EventKind::kCalled:
    case EventKind::kError:
      return name;
    default:
      return fmt::format("{} {}", name, event.value);
  }
}

std::string ToText(const Events& events) {
  std::string text;
  for (const Event& event : events) text += (text.empty() ? "" : ", ") + ToText(event);
  return text.empty() ? "nothing" : text;
}

}  // namespace napisan::agents
