// TaskQueue: what waits for a thread of a task pool, by priority.
//
// The higher priority goes first; but after five of one in a row one of the next has its turn, and
// the idle ones only when nothing else waits: as in OpenHarmony. Within a priority, first come,
// first served.
//
// Threads: whoever has it locks.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "api/node_api.h"
#include "host/agent.h"
#include "host/structured_clone.h"
#include "host/value.h"

namespace napisan::host {

enum class TaskPriority : uint8_t { kHigh, kMedium, kLow, kIdle };

// What a task's function is given, on a pool thread.
struct TaskRun {
  Agent& agent;
  // What the pool's start function made for this thread.
  void* state;
  // They have handles while it runs.
  const std::vector<Value>& arguments;
  // Set when it is cancelled meanwhile; it may look, and end early.
  const std::atomic<bool>& cancelled;
};

// A function to be run on pool threads, any number of times.
struct Task {
  // Returns a value, or Hole with an exception thrown in the agent.
  std::function<Value(const TaskRun& run)> function;
};

// One execution of a task.
struct Execution {
  // Constant once it waits.
  uint32_t id;
  std::shared_ptr<const Task> task;
  TaskPriority priority;
  CloneData arguments;

  std::atomic<bool> cancelled{false};
  // The pool thread's until it is finished, then the parent's.
  CloneData result;
  bool rejected = false;
  bool uncloned = false;  // the result: rejected with a DataCloneError

  // The parent's only.
  napi_deferred deferred;
  // Its loop waits for it.
  bool awaited = true;
};

class TaskQueue {
 public:
  void Push(std::shared_ptr<Execution> execution);
  // Null where none waits.
  std::shared_ptr<Execution> Next();
  // Takes out every execution of a task.
  std::vector<std::shared_ptr<Execution>> Remove(const Task& task);
  size_t size() const;

 private:
  static constexpr int kPriorities = 4;
  static constexpr int kInARowMax = 5;

  bool HasItsTurn(int priority) const;

  std::deque<std::shared_ptr<Execution>> waiting_[kPriorities];
  // How many of a priority went one after another.
  int in_a_row_[kPriorities] = {};
};

}  // namespace napisan::host
