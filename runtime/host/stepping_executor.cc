#include "host/stepping_executor.h"

#include "api/defect.h"

namespace napisan::host {

SteppingExecutor::SteppingExecutor(Chooser& chooser, int workers)
    : chooser_(chooser), worker_count_(workers < kWorkersMax ? workers : kWorkersMax) {
  for (int i = 0; i < worker_count_; ++i) workers_[i] = &AcquireVirtualThread(ThreadKind::kWorker);
}

SteppingExecutor::~SteppingExecutor() {
  Reset();
  for (int i = 0; i < worker_count_; ++i) ReleaseVirtualThread(*workers_[i]);
}

void SteppingExecutor::Append(List& list, WorkRequest& request, Place place) {
  request.step = {nullptr, list.last, place};
  (list.last != nullptr ? list.last->step.next : list.first) = &request;
  list.last = &request;
  ++list.size;
}

void SteppingExecutor::Remove(List& list, WorkRequest& request) {
  (request.step.previous != nullptr ? request.step.previous->step.next : list.first) =
      request.step.next;
  (request.step.next != nullptr ? request.step.next->step.previous : list.last) =
      request.step.previous;
  --list.size;
  request.step.place = kIdle;
}

int SteppingExecutor::Queue(WorkRequest& request) {
  Append(queued_, request, kQueued);
  return 0;
}

int SteppingExecutor::Cancel(WorkRequest& request) {
  // As libuv: 0 again for a work whose cancellation is still to be delivered, which then goes
  // behind all others that are.
  bool again = request.step.place == kCancelled;
  if (HAS_DEFECT(second_cancel_is_busy) && again) return UV_EBUSY;
  if (request.step.place != kQueued && !again) return UV_EBUSY;
  bool lost = HAS_DEFECT(cancelled_work_never_completes) && !again && queued_.size == 1;
  Remove(again ? finished_ : queued_, request);
  if (!lost) Append(finished_, request, kCancelled);
  return 0;
}

int SteppingExecutor::Open(Wakeup& wakeup) {
  wakeup.step = {wakeups_, false, true, false};
  wakeups_ = &wakeup;
  return 0;
}

void SteppingExecutor::Close(Wakeup& wakeup) { wakeup.step.closing = true; }

void SteppingExecutor::SetReferenced(Wakeup& wakeup, bool referenced) {
  wakeup.step.referenced = referenced;
}

void SteppingExecutor::Ring(Wakeup& wakeup) { wakeup.step.pending = true; }

void SteppingExecutor::ExecuteNth(size_t index) {
  WorkRequest* request = queued_.first;
  while (index-- > 0) request = request->step.next;
  Remove(queued_, *request);
  // Not in a list while it executes, so that cancel answers UV_EBUSY.
  {
    ThreadRole role(*workers_[next_worker_]);
    next_worker_ = (next_worker_ + 1) % worker_count_;
    request->execute(*request);
  }
  Append(finished_, *request, kFinished);
}

bool SteppingExecutor::DeliverOne() {
  WorkRequest* request = finished_.first;
  if (HAS_DEFECT(newest_completion_first)) request = finished_.last;
  if (request == nullptr) return false;
  int status = request->step.place == kCancelled ? UV_ECANCELED : 0;
  Remove(finished_, *request);
  request->complete(*request, status);
  return true;
}

bool SteppingExecutor::RingOne() {
  bool rang = false;
  for (Wakeup* wakeup = wakeups_; wakeup != nullptr; wakeup = wakeup->step.next) {
    if (!wakeup->step.pending || wakeup->step.closing) continue;
    wakeup->step.pending = false;
    if (!HAS_DEFECT(coalesced_ring_is_lost) || !rang) wakeup->ring(*wakeup);
    rang = true;
    if (!coalesces_) break;
  }
  return rang;
}

bool SteppingExecutor::CloseOne() {
  for (Wakeup** link = &wakeups_; *link != nullptr; link = &(*link)->step.next) {
    Wakeup* wakeup = *link;
    if (!wakeup->step.closing) continue;
    *link = wakeup->step.next;
    wakeup->closed(*wakeup);
    return true;
  }
  return false;
}

bool SteppingExecutor::alive() const {
  if (queued_.size + finished_.size > 0) return true;
  for (Wakeup* wakeup = wakeups_; wakeup != nullptr; wakeup = wakeup->step.next) {
    if (wakeup->step.pending || wakeup->step.closing) return true;
  }
  return false;
}

void SteppingExecutor::Turn(Wait) {
  // The loop's own steps first have no alternative among themselves: closing, then ringing.
  if (CloseOne()) return;
  auto executes = static_cast<uint32_t>(queued_.size);
  uint32_t steps = executes + (finished_.size > 0 ? 1 : 0);
  bool rings = false;
  for (Wakeup* wakeup = wakeups_; wakeup != nullptr; wakeup = wakeup->step.next) {
    rings = rings || wakeup->step.pending;
  }
  steps += rings ? 1 : 0;
  if (steps == 0) return;
  uint32_t choice = steps == 1 ? 0 : chooser_.Choose(steps);
  if (choice < executes) {
    ExecuteNth(choice);
  } else if (choice == executes && finished_.size > 0) {
    DeliverOne();
  } else {
    RingOne();
  }
}

void SteppingExecutor::TurnAtTeardown() {
  // Those that ring again are not heard again.
  for (Wakeup* wakeup = wakeups_; wakeup != nullptr; wakeup = wakeup->step.next) {
    if (!wakeup->step.pending || wakeup->step.closing) continue;
    wakeup->step.pending = false;
    wakeup->ring(*wakeup);
  }
}

void SteppingExecutor::Settle() {
  while (CloseOne()) {
  }
}

uv_loop_t* SteppingExecutor::loop() {
  if (loop_ == nullptr) {
    loop_ = std::make_unique<uv_loop_t>();
    uv_loop_init(loop_.get());
  }
  return loop_.get();
}

void SteppingExecutor::Reset() {
  queued_ = {};
  finished_ = {};
  wakeups_ = nullptr;
  next_worker_ = 0;
  coalesces_ = false;
  if (loop_ != nullptr) {
    uv_loop_close(loop_.get());
    loop_.reset();
  }
}

}  // namespace napisan::host
