#include "agents/pool_model.h"

#include <utility>

namespace napisan::agents {
namespace {

constexpr size_t kInARowMax = 5;

}  // namespace

bool PoolModel::Do(const Operation& operation, uint8_t number) {
  if (operation.kind == OpKind::k_pool) {
    if (there_) return false;
    there_ = true;
    seats_ = operation.variant == 0 ? 1 : 2;
    return true;
  }
  if (!there_) return false;
  switch (operation.kind) {
    case OpKind::k_execute:
      return Execute(operation, number);
    case OpKind::k_let:
      return Let(operation.variant == 1);
    case OpKind::k_cancel:
      return Cancel(operation);
    case OpKind::k_race:
      return Race(number);
    case OpKind::k_idle:
      if (!idle() || has_work()) return false;
      Deliver();
      return true;
    default:
      End();
      return true;
  }
}

bool PoolModel::Execute(const Operation& operation, uint8_t number) {
  auto kind = static_cast<TaskKind>(operation.variant);
  bool works = kind == TaskKind::kWorks || kind == TaskKind::kPromised;
  if (works && (has_work() || HasWaiting(TaskKind::kWorks) || HasWaiting(TaskKind::kPromised))) {
    return false;
  }
  // Where the two meet on a thread the completion waits for the task; and whether they do is a
  // matter of time.
  if (kind == TaskKind::kWorks && (HasWaiting(TaskKind::kGated) || Runs(TaskKind::kGated))) {
    return false;
  }
  bool work_completes = has_work() && work_->kind == TaskKind::kWorks;
  if (kind == TaskKind::kGated && (work_completes || HasWaiting(TaskKind::kWorks))) return false;
  if (executed_[operation.slot] == kInARowMax) return false;
  ++executed_[operation.slot];
  queue_[operation.slot].push_back({kind, number, false});
  Take();
  return true;
}

// The higher priority first; in it, first come, first served.
void PoolModel::Take() {
  while (running_.size() < seats_ && queued() > 0) {
    for (auto& queue : queue_) {
      if (queue.empty()) continue;
      Task task = queue.front();
      queue.pop_front();
      Run(task);
      break;
    }
  }
}

void PoolModel::Run(Task task) {
  inside_.push_back({EventKind::kTaskRuns, task.number});
  if (task.kind >= TaskKind::kWorks) work_ = task;
  if (task.kind == TaskKind::kGated || task.kind == TaskKind::kPromised) {
    running_.push_back(task);
  } else {
    Return(task);
  }
}

void PoolModel::Return(const Task& task) {
  bool sees = task.cancelled && task.kind == TaskKind::kGated;
  // What returned a promise has returned before.
  if (task.kind != TaskKind::kPromised) {
    inside_.push_back({sees ? EventKind::kTaskSeesCancel : EventKind::kTaskReturns, task.number});
  }
  bool rejects = task.kind == TaskKind::kThrow || task.kind == TaskKind::kSymbol;
  EventKind kind = task.cancelled ? EventKind::kCancelled
                   : rejects      ? EventKind::kRejected
                                  : EventKind::kFulfilled;
  due_.push_back({kind, task.number});
}

bool PoolModel::Let(bool work) {
  if (work && !has_work()) return false;
  if (work) {
    Task task = *work_;
    work_.reset();
    inside_.push_back({EventKind::kTaskWorkDone, task.number});
    if (task.kind == TaskKind::kWorks) return true;
    for (size_t i = 0; i < running_.size(); ++i) {
      if (running_[i].number != task.number) continue;
      task = running_[i];
      running_.erase(running_.begin() + static_cast<ptrdiff_t>(i));
      break;
    }
    Return(task);
    Take();
    return true;
  }
  for (size_t i = 0; i < running_.size(); ++i) {
    if (running_[i].kind != TaskKind::kGated) continue;
    Task task = running_[i];
    asked_ = task.number;
    running_.erase(running_.begin() + static_cast<ptrdiff_t>(i));
    Return(task);
    Take();
    return true;
  }
  return false;
}

bool PoolModel::Cancel(const Operation& operation) {
  if (operation.variant == 2) {
    if (settled_.empty()) return false;
    asked_ = settled_.back();
    found_ = false;
    return true;
  }
  // Which is the oldest, or the newest, of all that wait or run.
  std::optional<uint8_t> number;
  auto ask = [&](const Task& task) {
    bool better = !number || (operation.variant == 0) == (task.number < *number);
    if (better) number = task.number;
  };
  for (const Task& task : running_) ask(task);
  for (const auto& queue : queue_) {
    for (const Task& task : queue) ask(task);
  }
  if (!number) return false;
  asked_ = *number;
  found_ = true;
  for (Task& task : running_) task.cancelled |= task.number == asked_;
  for (auto& queue : queue_) {
    auto removed = std::erase_if(queue, [&](const Task& task) { return task.number == asked_; });
    if (removed == 0) continue;
    outside_.push_back({EventKind::kCancelled, asked_});
    settled_.push_back(asked_);
  }
  return true;
}

// Whether it has begun is a matter of time; that it is cancelled is not.
bool PoolModel::Race(uint8_t number) {
  constexpr size_t kMedium = 1;
  if (executed_[kMedium] == kInARowMax) return false;
  ++executed_[kMedium];
  raced_ = true;
  found_ = true;
  asked_ = number;
  Deliver();
  outside_.push_back({EventKind::kCancelled, number});
  settled_.push_back(number);
  return true;
}

void PoolModel::Deliver() {
  for (const Event& event : std::exchange(due_, {})) {
    outside_.push_back(event);
    settled_.push_back(event.value);
  }
}

void PoolModel::End() {
  // First, as what its seat takes then is to be determined.
  if (has_work() && work_->kind == TaskKind::kPromised) Let(true);
  if (has_work()) inside_.push_back({EventKind::kTaskWorkDone, work_->number});
  work_.reset();
  for (auto& queue : queue_) queue.clear();
  running_.clear();
  due_.clear();
  settled_.clear();
  for (size_t& count : executed_) count = 0;
  raced_before_ |= raced_ || seats_ > 1;
  raced_ = false;
  there_ = false;
}

bool PoolModel::HasWaiting(TaskKind kind) const {
  for (const auto& queue : queue_) {
    for (const Task& task : queue) {
      if (task.kind == kind) return true;
    }
  }
  return false;
}

bool PoolModel::Runs(TaskKind kind) const {
  for (const Task& task : running_) {
    if (task.kind == kind) return true;
  }
  return false;
}

size_t PoolModel::queued() const {
  size_t count = 0;
  for (const auto& queue : queue_) count += queue.size();
  return count;
}

}  // namespace napisan::agents
