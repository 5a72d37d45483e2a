// The parent's side of a task pool.

#include "host/task_pool.h"

#include <utility>

#include "api/defect.h"
#include "host/atoms.h"
#include "host/objects.h"
#include "host/promise.h"
#include "host/properties.h"
#include "host/strings.h"

namespace napisan::host {

TaskPool::TaskPool(Starting, Agent& parent, Options options)
    : parent_(parent), options_(std::move(options)) {
  ring = [](Wakeup& wakeup) { static_cast<TaskPool&>(wakeup).OnRing(); };
  closed = [](Wakeup& wakeup) { static_cast<TaskPool&>(wakeup).self_.reset(); };
}

TaskPool::~TaskPool() = default;

std::shared_ptr<TaskPool> TaskPool::New(Agent& parent, Options options) {
  auto pool = std::make_shared<TaskPool>(Starting(), parent, std::move(options));
  pool->self_ = pool;
  parent.executor().Open(*pool);
  parent.executor().SetReferenced(*pool, false);
  parent.AddDependent(*pool);
  return pool;
}

Value TaskPool::Execute(std::shared_ptr<const Task> task, const std::vector<Value>& arguments,
                        TaskPriority priority) {
  auto execution = std::make_shared<Execution>();
  execution->id = ++last_id_;
  execution->task = std::move(task);
  execution->priority = priority;
  Object* list = NewArray(parent_);
  for (uint32_t i = 0; i < arguments.size(); ++i) {
    Set(parent_, list, Key::Of(i), arguments[i]);
  }
  if (!Serialize(parent_, Value::Of(list), {}, execution->arguments)) {
    Object* promise = NewPromise(parent_);
    RejectPromise(parent_, promise, parent_.TakeException());
    return Value::Of(promise);
  }
  execution->deferred = NewDeferred(parent_);
  Value promise = execution->deferred->promise;
  unsettled_[execution->id] = execution;
  if (awaited_++ == 0) parent_.executor().SetReferenced(*this, true);
  size_t free_seats = 0;
  size_t waiting = 0;
  {
    std::lock_guard lock(mutex_);
    queue_.Push(std::move(execution));
    waiting = queue_.size();
    for (const auto& seat : seats_) free_seats += seat->current == 0 ? 1 : 0;
    WakeSeatsLocked();
  }
  if (free_seats < waiting && seats_.size() < options_.threads_max) StartThread();
  return promise;
}

void TaskPool::StartThread() {
  auto made = std::make_unique<Seat>(*this);
  Seat* seat = made.get();
  seat->waker.ring = [](Wakeup&) {};
  seat->waker.closed = [](Wakeup&) {};
  {
    std::lock_guard lock(mutex_);
    seats_.push_back(std::move(made));
  }
  AgentOptions options;
  options.profile = parent_.profile();
  options.gc = parent_.collector().mode();
  options.on_uncaught = [this](Agent& agent, Value exception) { OnUncaught(agent, exception); };
  seat->thread = std::make_unique<AgentThread>(AgentThread::Plan{
      .options = std::move(options),
      .run = [this, seat](Agent& agent) { RunSeat(*seat, agent); },
      .torn_down = [seat] { seat->state.reset(); },
      .ended = [] {},
  });
}

void TaskPool::WakeSeatsLocked() {
  changed_.notify_all();
  for (const auto& seat : seats_) {
    bool sleeps = seat->agent != nullptr && seat->current == 0;
    if (HAS_DEFECT(task_wakes_no_busy_loop)) sleeps = false;
    if (sleeps) seat->agent->executor().Ring(seat->waker);
  }
}

bool TaskPool::Cancel(const Task& task) {
  std::vector<std::shared_ptr<Execution>> removed;
  bool found = false;
  {
    std::lock_guard lock(mutex_);
    removed = queue_.Remove(task);
    for (auto& [id, execution] : running_) {
      if (execution->task.get() != &task || HAS_DEFECT(cancel_misses_what_runs)) continue;
      execution->cancelled.store(true, std::memory_order_relaxed);
      found = true;
    }
  }
  for (const auto& execution : removed) {
    execution->cancelled.store(true, std::memory_order_relaxed);
    Deliver({execution});
    found = true;
  }
  return found;
}

void TaskPool::WaitIdle() {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] {
      for (const auto& seat : seats_) {
        if (!seat->idle) return false;
      }
      return queue_.size() == 0;
    });
  }
  // With nothing to wait for, the loop would not look.
  OnRing();
}

void TaskPool::OnRing() {
  std::shared_ptr<TaskPool> keep = self_;
  std::vector<Ended> finished;
  {
    std::lock_guard lock(mutex_);
    finished.swap(finished_);
  }
  for (const Ended& ended : finished) {
    if (ended_ || !parent_.can_run_js()) return;
    AutoScope scope(parent_.handles());
    parent_.OpenCallbackScope();
    Deliver(ended);
    parent_.CloseCallbackScope();
  }
  if (!ended_) TellUncaught();
}

void TaskPool::TellUncaught() {
  std::vector<CloneData> uncaught;
  {
    std::lock_guard lock(mutex_);
    uncaught.swap(uncaught_);
  }
  for (const CloneData& data : uncaught) {
    AutoScope scope(parent_.handles());
    Value exception = Deserialize(parent_, data);
    parent_.handles().Push(exception);
    parent_.Uncaught(exception);
  }
}

void TaskPool::StopWaitingFor(Execution& execution) {
  if (!execution.awaited) return;
  execution.awaited = false;
  if (--awaited_ == 0) parent_.executor().SetReferenced(*this, false);
}

void TaskPool::Deliver(const Ended& ended) {
  Execution& execution = *ended.execution;
  StopWaitingFor(execution);
  if (ended.abandoned) return;
  Object* promise = TakeDeferred(parent_, execution.deferred);
  parent_.handles().Push(Value::Of(promise));
  unsettled_.erase(execution.id);
  if (execution.cancelled.load(std::memory_order_relaxed)) {
    Value text = Value::Of(NewString(parent_, "taskpool:: task has been canceled"));
    Object* error = NewError(parent_, "Error", text);
    Define(parent_, error, AtomKey(Atom::k_code), Value::Number(0), kPlainProperty);
    RejectPromise(parent_, promise, Value::Of(error));
    return;
  }
  Value result = Deserialize(parent_, execution.result);
  parent_.handles().Push(result);
  if (execution.uncloned) {
    Value message = Get(parent_, result, AsObject(result), AtomKey(Atom::k_message));
    std::string text = IsString(message) ? ToUtf8(*AsString(message)) : "";
    result = Value::Of(NewDataCloneError(parent_, text));
  }
  if (execution.rejected) {
    RejectPromise(parent_, promise, result);
  } else {
    ResolvePromise(parent_, promise, result);
  }
}

void TaskPool::EndWithAgent() {
  if (ended_) return;
  ended_ = true;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const auto& seat : seats_) {
      if (seat->thread != nullptr) seat->thread->Stop();
    }
    if (!HAS_DEFECT(pool_end_wakes_no_waiter)) changed_.notify_all();
  }
  for (const auto& seat : seats_) seat->thread->Join();
  TellUncaught();
  // Their promises settle no more.
  for (auto& [id, execution] : unsettled_) TakeDeferred(parent_, execution->deferred);
  unsettled_.clear();
  parent_.RemoveDependent(*this);
  parent_.executor().Close(*this);
}

}  // namespace napisan::host
