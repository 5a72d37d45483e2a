// The reference model of a task pool, written from task_pool.h: who runs when, and what becomes of
// each promise.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "agents/events.h"
#include "agents/program.h"

namespace napisan::agents {

// In the order of the variants of execute.
enum class TaskKind : uint8_t { kValue, kLarge, kThrow, kSymbol, kGated, kWorks, kPromised };

class PoolModel {
 public:
  // False where it is left out, as it cannot be done now.
  bool Do(const Operation& operation, uint8_t number);
  // The main loop turns, or the pool is asked to.
  void Deliver();
  // It ends with its agent, or its handle goes.
  void End();

  bool there() const { return there_; }
  // No promise waits for a task.
  bool idle() const { return queued() == 0 && running_.empty(); }
  // A work of a task waits to be let.
  bool has_work() const { return work_.has_value(); }
  bool is_full() const { return running_.size() == seats_; }
  // What cancel must say, and of which task it was asked.
  bool found() const { return found_; }
  uint8_t asked() const { return asked_; }
  // Whether the order of what is seen is determined.
  bool in_order() const { return seats_ == 1 && !raced_ && !raced_before_; }

  const Events& inside() const { return inside_; }
  const Events& outside() const { return outside_; }
  // So that the next operation sees nothing of it.
  void Forget() { *this = {}; }

 private:
  struct Task {
    TaskKind kind;
    uint8_t number;
    bool cancelled;
  };

  bool Execute(const Operation& operation, uint8_t number);
  bool Let(bool work);
  bool Cancel(const Operation& operation);
  bool Race(uint8_t number);
  // Free seats take what waits.
  void Take();
  void Run(Task task);
  void Return(const Task& task);
  size_t queued() const;
  bool HasWaiting(TaskKind kind) const;
  bool Runs(TaskKind kind) const;

  bool there_ = false;
  size_t seats_ = 0;
  bool raced_ = false;
  // An earlier pool of the program had no order.
  bool raced_before_ = false;
  // How many of each priority there were: more than five in a row would have to give way, and what
  // counts as a row is a matter of time.
  size_t executed_[kPriorities] = {};
  std::deque<Task> queue_[kPriorities];
  // In the order of taking: those that occupy a seat.
  std::vector<Task> running_;
  // The task whose work executes.
  std::optional<Task> work_;
  // Promises that settle when the loop turns.
  Events due_;
  std::vector<uint8_t> settled_;
  bool found_ = false;
  uint8_t asked_ = 0;
  Events inside_;
  Events outside_;
};

}  // namespace napisan::agents
