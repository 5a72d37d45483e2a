#include "host/task_queue.h"

#include <utility>

namespace napisan::host {

void TaskQueue::Push(std::shared_ptr<Execution> execution) {
  waiting_[static_cast<int>(execution->priority)].push_back(std::move(execution));
}

std::shared_ptr<Execution> TaskQueue::Next() {
  // The second time round, those that gave way to nobody begin anew.
  for (int round = 0; round < 2; ++round) {
    for (int priority = 0; priority < kPriorities; ++priority) {
      if (!HasItsTurn(priority)) {
        in_a_row_[priority] = 0;
        continue;
      }
      ++in_a_row_[priority];
      std::shared_ptr<Execution> next = std::move(waiting_[priority].front());
      waiting_[priority].pop_front();
      return next;
    }
  }
  return nullptr;
}

bool TaskQueue::HasItsTurn(int priority) const {
  if (waiting_[priority].empty()) return false;
  switch (static_cast<TaskPriority>(priority)) {
    case TaskPriority::kHigh:
    case TaskPriority::kMedium:
      return in_a_row_[priority] < kInARowMax;
    case TaskPriority::kLow:
      return true;
    case TaskPriority::kIdle:
      return size() == waiting_[priority].size();
  }
  return false;
}

std::vector<std::shared_ptr<Execution>> TaskQueue::Remove(const Task& task) {
  std::vector<std::shared_ptr<Execution>> removed;
  for (auto& waiting : waiting_) {
    for (auto at = waiting.begin(); at != waiting.end();) {
      if ((*at)->task.get() != &task) {
        ++at;
        continue;
      }
      removed.push_back(std::move(*at));
      at = waiting.erase(at);
    }
  }
  return removed;
}

size_t TaskQueue::size() const {
  size_t size = 0;
  for (const auto& waiting : waiting_) size += waiting.size();
  return size;
}

}  // namespace napisan::host
