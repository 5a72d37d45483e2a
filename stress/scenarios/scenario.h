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
#define NAPISAN_EVIDENCE(X) \
  X(queued)                 \
  X(executed)               \
  X(cancelled)              \
  X(completed) X(deleted) X(called) X(terminated) X(interrupted) X(finalized) X(agents) X(forked)

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

#define SCENARIO(name, function, expects, text) std::string function();
#include "scenarios/scenarios.def"

// A work with a name of no meaning. Aborts where the host refuses it.
napi_async_work NewWork(napi_env env, napi_async_execute_callback execute,
                        napi_async_complete_callback complete, void* data);

// An agent with one module in it, for a scenario's length.
class Stage {
 public:
  explicit Stage(const HostOptions& options = {}) : agent_(options) {
    std::string error;
    if (!agent_.Add("scenario", nullptr, 9, module_, error)) Abort(error);
    Count(evidence->agents);
  }
  HostAgent& agent() { return agent_; }
  HostAgent::ModuleRef module() const { return module_; }
  template <class Body>
  void Run(Body&& body) {
    agent_.Run(module_, body);
  }

 private:
  [[noreturn]] static void Abort(const std::string& error);
  HostAgent agent_;
  HostAgent::ModuleRef module_ = 0;
};

// A thread-safe function that calls Receiver::OnCall(env, data) on the agent's thread, and counts.
class Tsfn {
 public:
  class Receiver {
   public:
    // `env` is null for what is left in the queue of a function that is closing.
    virtual void OnCall(napi_env env, void* data) = 0;

   protected:
    ~Receiver() = default;
  };

  // `threads` hold it: each releases it, or is told that it is closing.
  void Create(napi_env env, Receiver& receiver, size_t threads, size_t queue_max);
  napi_threadsafe_function get() const { return function_; }
  // Once, and not before the last thread is done with it.
  int finalized() const { return finalized_.load(std::memory_order_relaxed); }

 private:
  static void OnCall(napi_env env, napi_value function, void* context, void* data);
  static void OnFinalize(napi_env env, void* data, void* context);

  napi_threadsafe_function function_ = nullptr;
  Receiver* receiver_ = nullptr;
  std::atomic<int> finalized_{0};
};

}  // namespace napisan::stress
