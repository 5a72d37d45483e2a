// Scenarios: what the host and its threads are put through, one schedule at a time.
//
// A scenario runs once under each schedule. It makes its agents and threads, ends them, and leaves
// nothing behind. What it expects is what Node-API promises whatever the order; what the checker
// and the sanitizers see is found without its doing.
//
// Threads: those that a scenario makes; it begins on the first thread of a child process.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include <node_api.h>

#include "napisan/host.h"

namespace napisan::stress {

// What was done, over all schedules. In memory that children share with the process that looks on.
// Relaxed: counting must not put threads in an order.
#define NAPISAN_EVIDENCE(X)                                                                       \
  X(queued)                                                                                       \
  X(executed) X(cancelled) X(completed) X(deleted) X(called) X(terminated) X(finalized) X(agents) \
      X(forked)

struct Evidence {
#define NAPISAN_COUNT(name) std::atomic<uint64_t> name{0};
  NAPISAN_EVIDENCE(NAPISAN_COUNT)
#undef NAPISAN_COUNT
};
extern Evidence* evidence;

inline void Count(std::atomic<uint64_t>& counter) {
  counter.fetch_add(1, std::memory_order_relaxed);
}

// The first thing that a schedule finds wrong; the rest follows from it. Any thread.
class Wrong {
 public:
  void Say(const char* what) {
    const char* none = nullptr;
    what_.compare_exchange_strong(none, what, std::memory_order_relaxed);
  }
  // Says so unless `right`; returns it.
  bool Expect(bool right, const char* what) {
    if (!right) Say(what);
    return right;
  }
  std::string Take() const {
    const char* what = what_.load(std::memory_order_relaxed);
    return what != nullptr ? what : "";
  }

 private:
  std::atomic<const char*> what_{nullptr};
};

#define SCENARIO(name, function, text) std::string function();
#include "scenarios/scenarios.def"

// A work with a name of no meaning. Aborts where the host refuses it.
napi_async_work NewWork(napi_env env, napi_async_execute_callback execute,
                        napi_async_complete_callback complete, void* data);

}  // namespace napisan::stress
