// A child process, watched: what it wrote, and how it ended.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "explore/shared.h"

namespace napisan::explore {

struct ChildEnd {
  int status = 0;  // of exit, where `signal` is 0
  int signal = 0;
  bool hung = false;
  bool interrupted = false;
  std::string output;  // what the last schedule wrote to its standard error, at most 64 KiB
};

// Runs `body`, which does not return, in a child. `tick` is called about ten times in a second. A
// child whose schedules do not go on for `hang_seconds` is killed.
ChildEnd RunForked(const std::function<void()>& body, const std::function<void()>& tick,
                   double hang_seconds, Shared& shared);

// While one lives, SIGINT and SIGTERM end children and not this process.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  static int signal();  // 0 while there was none
};

// What is wrong, told by how the child ended; nothing where it ended well.
struct Fault {
  FindingKind kind;
  std::string what;
};
std::optional<Fault> FaultOf(const ChildEnd& end, const Shared& shared);

}  // namespace napisan::explore
