// Task pools: threads with an agent each, that run functions for the agent that owns the pool. As
// `taskpool`, with Task, execute, priorities and cancel.
//
//   HostTaskPool pool(agent, {.start = [](HostAgent& own, HostAgent::ModuleRef& module,
//                                         std::string& error) {
//                       return own.Load(path, module, error);
//                     }});
//   HostTask task([](HostTaskScope& self) { … return value; });
//   agent.Run(module, [&](napi_env env) { promise = pool.Execute(env, task, {a, b}); });
//   agent.RunLoop();  // until every promise of the pool has settled
//   pool.WaitIdle();  // until what the tasks began has ended, too
//
// execute() settles when the task's function returns, or the promise that it returned: before the
// native callbacks of what it began, which arrive later on the same pool thread. Arguments and
// results are cloned as messages of a worker are.
//
// Threads: HostTaskPool on its agent's; a task's function and its HostTaskScope on a pool thread.
// HostTask on any.
// Lifetimes: a HostTaskPool may go before or after its agent is torn down; it ends its threads as
// workers end. A HostTaskScope is good while the function runs.
// Executors: as in worker.h.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <node_api.h>

#include "napisan/host.h"

namespace napisan {

// The highest goes first; after five of high or medium in a row a lower one has its turn. Idle
// ones run when no other waits.
enum class HostTaskPriority : uint8_t { kHigh, kMedium, kLow, kIdle };

// What a task's function is given.
struct HostTaskScope {
  // The pool thread's, shared by all tasks that run there.
  HostAgent& agent;
  // Of the module that the pool's start named.
  napi_env env;
  const std::vector<napi_value>& arguments;
  // Whether it was cancelled meanwhile.
  const std::atomic<bool>& cancelled;
};

// A function that may be executed any number of times. It returns what execute() resolves with,
// null for undefined; with an exception pending it rejects. Copies are the same task.
class HostTask {
 public:
  explicit HostTask(std::function<napi_value(HostTaskScope& self)> function);

 private:
  friend class HostTaskPool;
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

class HostTaskPool {
 public:
  struct Options {
    // They begin as tasks need them.
    size_t threads_max = 3;
    // On each thread, before its first task: loads what tasks use, and names the module in whose
    // env they run. Where it fails, the thread's tasks are rejected with an Error of this text.
    std::function<bool(HostAgent& agent, HostAgent::ModuleRef& module, std::string& error)> start;
  };

  HostTaskPool(HostAgent& agent, Options options);
  // Stops the threads and waits; what has not settled never does.
  ~HostTaskPool();
  HostTaskPool(const HostTaskPool&) = delete;
  HostTaskPool& operator=(const HostTaskPool&) = delete;

  // The promise; null where the agent is being stopped. It is rejected with a DataCloneError where
  // arguments or result cannot be cloned.
  napi_value Execute(napi_env env, const HostTask& task,
                     const std::vector<napi_value>& arguments = {},
                     HostTaskPriority priority = HostTaskPriority::kMedium);
  // What waits of this task is rejected and never runs; what runs goes on and is rejected when it
  // returns. False where there is neither.
  bool Cancel(const HostTask& task);

  // Blocks until no task waits or runs and nothing keeps a pool thread's loop alive; then promises
  // that are due settle, and exceptions nobody caught on those threads are the agent's.
  void WaitIdle();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace napisan
