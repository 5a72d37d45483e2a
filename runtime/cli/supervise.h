// Running something in a child process, so that a crash, a hang or an exit inside the module ends
// the child and not the command. The child dies with the command, too.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "cli/run.h"

namespace napisan::cli {

enum class EndKind : uint8_t {
  kReturned,     // as it should: `status` is what the body returned
  kHalted,       // a report ended it, with `status`
  kExited,       // something called exit or _exit, with `status`
  kCrashed,      // a signal, `status`, ended it
  kHung,         // killed after the time that was allowed
  kInterrupted,  // killed because a signal, `status`, told this process to end
};

struct ChildEnd {
  EndKind kind = EndKind::kReturned;
  int status = 0;
  // What it was doing last, in words, and what was still under way when it was killed.
  std::string step;
  std::string under_way;
};

// Runs `body` in a forked child, whose observer passes everything on to `observer` here. No thread
// may be running. The child leaves with exit(what body returned), so that destructors run.
ChildEnd RunInChild(const std::function<int(RunObserver&)>& body, double timeout_seconds,
                    RunObserver& observer);

// What became of the child, as a line for people; empty where it returned.
std::string Describe(const ChildEnd& end, double timeout_seconds);

// What the command exits with: as shells have it after a signal, and kFailed after other bad ends.
int StatusOf(const ChildEnd& end);

}  // namespace napisan::cli
