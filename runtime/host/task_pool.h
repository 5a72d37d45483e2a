// TaskPool: threads with an agent each, that run an agent's tasks.
//
// A task's execution is a promise in the agent that owns the pool. It settles when the task's
// function returns, or when the promise settles that it returned: before the native callbacks of
// what the function began, which arrive later on the same pool thread. A thread takes the next task
// when the one before has settled; its loop goes on turning meanwhile, and it waits for tasks when
// nothing keeps its loop alive.
//
// Ownership: shared; it keeps itself until its agent's loop has let go of it. An agent that is torn
// down first stops its pools and waits for them.
// Threads: its agent's, but for what a seat does.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "host/agent.h"
#include "host/agent_thread.h"
#include "host/executor.h"
#include "host/task_queue.h"

namespace napisan::host {

class TaskPool final : public Dependent, private Wakeup {
 public:
  struct Options {
    // Threads begin as tasks need them.
    size_t threads_max = 3;
    // On each of them, before its first task: what tasks are given as state, dropped there when the
    // thread's agent has been torn down. Null with a line in `error` where it cannot be; then its
    // tasks fail.
    std::function<std::shared_ptr<void>(Agent& agent, std::string& error)> start;
    // On each of them, when the pool ends, before the agent is torn down. May be null.
    std::function<void(void* state)> stop;
  };

  static std::shared_ptr<TaskPool> New(Agent& parent, Options options);
  ~TaskPool();

  // The promise; rejected where the arguments cannot be cloned.
  Value Execute(std::shared_ptr<const Task> task, const std::vector<Value>& arguments,
                TaskPriority priority);
  // What waits is rejected and never runs; what runs goes on, and is rejected when it returns.
  // False where there is neither.
  bool Cancel(const Task& task);
  // Blocks until no task waits or runs and no thread's loop has anything to wait for; then settles
  // the promises that are due.
  void WaitIdle();

  void EndWithAgent() override;

 private:
  struct Starting {};

 public:
  // For New alone.
  TaskPool(Starting, Agent& parent, Options options);

 private:
  // One thread of the pool.
  struct Seat {
    explicit Seat(TaskPool& of) : pool(of) {}

    // Its thread's only.
    TaskPool& pool;
    std::shared_ptr<void> state;
    std::string error;

    // Protected by mutex_.
    Agent* agent = nullptr;  // while its loop can be woken
    uint32_t current = 0;    // the execution that has not settled, or 0
    bool idle = false;       // waits for tasks, with nothing in its loop

    Wakeup waker{};
    std::unique_ptr<AgentThread> thread;
  };

  // How an execution ended, on its way to the parent.
  struct Ended {
    std::shared_ptr<Execution> execution;
    // Its promise cannot settle any more, as far as the thread's loop can tell.
    bool abandoned = false;
  };

  // On a pool thread.
  void RunSeat(Seat& seat, Agent& agent);
  std::shared_ptr<Execution> Take(Seat& seat);
  void Perform(Seat& seat, Agent& agent, const std::shared_ptr<Execution>& execution);
  void Follow(Seat& seat, Agent& agent, uint32_t id, Object* promise);
  template <bool kRejected>
  static Value OnSettled(Agent& agent, CallFrame& frame);
  void Settle(Seat& seat, Agent& agent, uint32_t id, Value value, bool rejected);
  // False where the pool ends.
  bool WaitForTask(Seat& seat);
  void OnUncaught(Agent& agent, Value exception);

  // On the parent's.
  void OnRing();
  void Deliver(const Ended& ended);
  void TellUncaught();
  void StopWaitingFor(Execution& execution);
  void StartThread();
  void WakeSeatsLocked();

  // Constant after construction.
  Agent& parent_;
  const Options options_;

  // The parent's thread only.
  uint32_t last_id_ = 0;
  size_t awaited_ = 0;
  std::unordered_map<uint32_t, std::shared_ptr<Execution>> unsettled_;
  std::shared_ptr<TaskPool> self_;
  bool ended_ = false;

  // Protected by mutex_. Seats are added by the parent only, and never move.
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Seat>> seats_;
  TaskQueue queue_;
  std::unordered_map<uint32_t, std::shared_ptr<Execution>> running_;
  std::vector<Ended> finished_;
  std::vector<CloneData> uncaught_;
  bool stopping_ = false;
};

}  // namespace napisan::host
