#include "host/work_lane.h"

#include <algorithm>

#include "api/defect.h"

namespace napisan::host {

int WorkLane::Enter(napi_async_work__& work) {
  std::unique_lock lock(mutex_);
  works_.push_back(&work);
  ++entered_;
  bool held = executor_.plays_threads() && works_.size() > 1;
  lock.unlock();
  int error = held ? 0 : executor_.Queue(work);
  if (error == 0) return 0;
  --entered_;
  Remove(work);
  return error;
}

void WorkLane::Remove(napi_async_work__& work) {
  napi_async_work__* next = nullptr;
  {
    std::lock_guard lock(mutex_);
    bool was_first = works_.front() == &work;
    works_.erase(std::find(works_.begin(), works_.end(), &work));
    if (was_first && !works_.empty()) next = works_.front();
  }
  HAS_DEFECT(lane_wakes_one_waiter) ? turn_.notify_one() : turn_.notify_all();
  if (next != nullptr && executor_.plays_threads()) executor_.Queue(*next);
}

int WorkLane::Cancel(napi_async_work__& work) {
  {
    std::lock_guard lock(mutex_);
    // As libuv: 0 again for a work whose cancellation is still to be delivered.
    if (work.lane_place == LanePlace::kCancelled) return 0;
  }
  int error = executor_.Cancel(work);
  {
    std::lock_guard lock(mutex_);
    // One that a worker has taken, and that waits there for its turn, has not begun.
    bool begun = work.lane_place != LanePlace::kWaiting && !HAS_DEFECT(lane_cancels_what_begun);
    if (error != 0 && begun) return error;
    work.lane_place = LanePlace::kCancelled;
  }
  Remove(work);
  if (error != 0 && executor_.plays_threads()) {
    // The executor has never seen it; it is the one to deliver the completion.
    executor_.Queue(work);
    executor_.Cancel(work);
  }
  return 0;
}

bool WorkLane::Begin(napi_async_work__& work) {
  std::unique_lock lock(mutex_);
  turn_.wait(lock, [&] {
    return work.lane_place == LanePlace::kCancelled || works_.front() == &work ||
           HAS_DEFECT(lane_does_not_wait);
  });
  if (work.lane_place == LanePlace::kCancelled) return false;
  work.lane_place = LanePlace::kBegun;
  return true;
}

void WorkLane::End(napi_async_work__& work) { Remove(work); }

int WorkLanes::Queue(napi_async_work__& work, uintptr_t task_id) {
  WorkLane& lane = lanes_.try_emplace(task_id, executor_, task_id).first->second;
  work.lane = &lane;
  work.lane_place = LanePlace::kWaiting;
  int error = lane.Enter(work);
  if (error != 0) work.lane = nullptr;
  return error;
}

void WorkLanes::Complete(napi_async_work__& work) {
  if (work.lane->Leave()) lanes_.erase(work.lane->task_id());
  work.lane = nullptr;
}

}  // namespace napisan::host
