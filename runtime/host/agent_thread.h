// AgentThread: an OS thread with an agent of its own, which any thread may stop at any moment.
//
// Stopping it forbids JS at once and ends its loop at the next turn; then its agent is torn down as
// the profile has it: works complete, hooks and finalizers run. Nothing is cut off in the middle.
//
// Ownership: whoever starts it joins it, by Join or by destroying it.
// Threads: Stop on any; Join and the destructor on one that is not its own.
#pragma once

#include <functional>
#include <mutex>
#include <thread>

#include "host/agent.h"
#include "host/executor.h"

namespace napisan::host {

class AgentThread {
 public:
  struct Plan {
    AgentOptions options;
    // Runs code and the loop, until it is done or JS is forbidden. Not called where it was stopped
    // before it began.
    std::function<void(Agent&)> run;
    // Its agent has been torn down and still is there. May be null.
    std::function<void()> torn_down;
    // Its agent is gone; the last thing the thread does.
    std::function<void()> ended;
  };

  explicit AgentThread(Plan plan);
  // Stops and joins.
  ~AgentThread();
  AgentThread(const AgentThread&) = delete;
  AgentThread& operator=(const AgentThread&) = delete;

  // More than once does no harm.
  void Stop();
  void Join();
  // There was something left to stop. Said under the lock of Stop itself: its caller may still be
  // in there when the thread has ended and been joined.
  bool stopped() const;

 private:
  void Main();

  // Constant after construction.
  const Plan plan_;

  // Protected by mutex_.
  mutable std::mutex mutex_;
  bool stopped_ = false;
  // Its code and its loop are done, and teardown is what is left.
  bool ended_ = false;
  // While it can be stopped.
  Agent* agent_ = nullptr;

  // What wakes its loop; open while agent_ is set.
  Wakeup stopper_{};

  // Begun when the rest is there.
  std::thread thread_;
};

}  // namespace napisan::host
