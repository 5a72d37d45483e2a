// One run of a module: load, call, turn the loop until idle, tear down. In this process, on the
// calling thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "api/profile.h"
#include "cli/call_syntax.h"
#include "host/stepping_executor.h"
#include "napisan/gc_mode.h"

namespace napisan::cli {

struct RunPlan {
  std::string module;
  std::vector<CallSyntax> calls;
  Profile profile = kDefaultProfile;
  GcMode gc = GcMode::kIdle;
};

// Exit statuses, for scripts.
inline constexpr int kOk = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;

// Told of everything as it happens, on the thread that runs.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  // What begins now, in words: "in call 1, asyncWork(1024)".
  virtual void OnStep(const std::string& step) = 0;
  // What came of a call, by its place in the plan: "resolved with 1024".
  virtual void OnOutcome(size_t call, const std::string& text) = 0;
  // What belongs to no call: an uncaught exception.
  virtual void OnUncaught(const std::string& text) = 0;
  // Why the run cannot go on: one line.
  virtual void OnError(const std::string& line) = 0;
};

// kOk, kFailed after an uncaught exception, or kUsage where the module cannot be loaded or an
// export is missing. With a chooser under the stepping executor; without one on libuv's pool.
int RunModule(const RunPlan& plan, host::Chooser* chooser, RunObserver& observer);

}  // namespace napisan::cli
