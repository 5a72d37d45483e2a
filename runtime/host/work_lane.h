// WorkLanes: works that were queued with one task id execute one after the other, in the order of
// queueing; OpenHarmony's napi_queue_async_work_with_queue.
//
// With real threads every work is given to the pool at once, and a worker that comes too early
// waits: the pool takes works in order, so that those before it are done, cancelled or running.
// With played threads a work is given to the executor when its turn has come.
//
// Ownership: the agent's. A lane goes with the completion of its last work.
// Threads: Begin and End on a worker, the rest on the loop thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>

#include "host/async_work.h"

namespace napisan::host {

class WorkLane {
 public:
  WorkLane(Executor& executor, uintptr_t task_id) : executor_(executor), task_id_(task_id) {}

  uintptr_t task_id() const { return task_id_; }
  int Enter(napi_async_work__& work);
  int Cancel(napi_async_work__& work);
  // False: it was cancelled while it waited, and does not execute.
  bool Begin(napi_async_work__& work);
  void End(napi_async_work__& work);
  // It completed. True for the last one.
  bool Leave() { return --entered_ == 0; }

 private:
  // Out of the lane, so that the next may begin.
  void Remove(napi_async_work__& work);

  Executor& executor_;
  const uintptr_t task_id_;
  // Loop thread only: entered and not completed.
  size_t entered_ = 0;

  std::mutex mutex_;
  std::condition_variable turn_;
  // Protected by mutex_: neither executed nor cancelled, and the first may be executing.
  std::deque<napi_async_work__*> works_;
};

class WorkLanes {
 public:
  explicit WorkLanes(Executor& executor) : executor_(executor) {}

  // 0 or a libuv error, as uv_queue_work has it.
  int Queue(napi_async_work__& work, uintptr_t task_id);
  void Complete(napi_async_work__& work);

 private:
  Executor& executor_;
  std::map<uintptr_t, WorkLane> lanes_;
};

}  // namespace napisan::host
