// PostedCalls: calls of thread-safe functions with a priority, posted to an agent's thread past
// their queues; OpenHarmony's napi_call_threadsafe_function_with_priority.
//
// The most urgent goes first, one a turn of the loop. Nothing counts, bounds or drains them: one
// whose function is freed meanwhile is dropped (OpenHarmony would use freed memory).
//
// Ownership: the agent's; as long as its loop. Threads: Post from any, the rest on the loop thread.
#pragma once

#include <deque>
#include <mutex>

#include "api/node_api.h"
#include "host/executor.h"

namespace napisan::host {

class PostedCalls : Wakeup {
 public:
  explicit PostedCalls(Executor& executor);

  // The caller keeps `function` alive during the call.
  void Post(napi_threadsafe_function function, void* data, napi_task_priority priority, bool tail);
  // Posted on the loop thread itself, it keeps the loop alive; otherwise the function does.
  void KeepLoopAlive() { executor_.SetReferenced(*this, true); }
  // How many were dropped.
  size_t Forget(napi_threadsafe_function function);

 private:
  static constexpr int kPriorities = napi_priority_idle + 1;

  struct Call {
    napi_threadsafe_function function;
    void* data;
  };

  void RunOne();

  Executor& executor_;
  std::mutex mutex_;
  // Protected by mutex_: by priority, the most urgent first.
  std::deque<Call> calls_[kPriorities];
};

}  // namespace napisan::host
