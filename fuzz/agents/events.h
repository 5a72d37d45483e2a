// What is seen of a worker or of the task pool: on its own threads, and by the agent that made it.
// Two streams, each in order; between the two of them and other streams no order is asked for.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace napisan::agents {

enum class EventKind : uint8_t {
  kBegun,      // its script has run
  kMessage,    // with its number
  kBuffer,     // a message that is a moved buffer, with the number in it
  kDone,       // a command, by its OpKind
  kRefused,    // what a command asked for, as JavaScript may not run or the value cannot be cloned
  kComplete,   // of a work; whether JavaScript may run
  kHook,       // the hook with this number runs
  kDown,       // the last of its cleanup hooks runs
  kLeak,       // a deferred is reported as forgotten
  kDuplicate,  // a hook is reported as added twice
  kCalled,     // by the main thread's call of a thread-safe function
  kFunctionGone,  // its finalizer, with the number of calls of a producer that did not arrive
  kFinalized,     // the env's data, with the number of async hooks that are not done; 128 and more
                  // where JavaScript runs
  kInner,         // a message of the worker's own worker
  kInnerExit,     // with its code
  kTaskRuns,      // the task with this number, on a pool thread
  kTaskReturns,
  kTaskSeesCancel,  // as it returns
  kTaskWorkDone,
  kFulfilled,  // the promise of a task
  kRejected,
  kCancelled,
  kError,  // an exception that nobody caught
  kExit,   // with its code
};

struct Event {
  EventKind kind;
  uint8_t value;
  bool operator==(const Event&) const = default;
};
using Events = std::vector<Event>;

std::string ToText(const Event& event);
// One line.
std::string ToText(const Events& events);

// A stream that one thread writes and another waits for.
class EventLog {
 public:
  void Add(Event event) {
    std::lock_guard lock(mutex_);
    events_.push_back(event);
    changed_.notify_all();
  }
  // Until there are so many as it should be, or it begins otherwise.
  void WaitFor(const Events& said, size_t from = 0) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      size_t count = std::min(events_.size(), said.size() - from);
      auto begin = said.begin() + static_cast<ptrdiff_t>(from);
      return count == said.size() - from ||
             !std::equal(events_.begin(), events_.begin() + static_cast<ptrdiff_t>(count), begin);
    });
  }
  void WaitFor(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return events_.size() >= count; });
  }
  Events Copy() {
    std::lock_guard lock(mutex_);
    return events_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  Events events_;
};

// What one thread opens and others wait for.
class Gate {
 public:
  void Open() {
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void Pass() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

}  // namespace napisan::agents
