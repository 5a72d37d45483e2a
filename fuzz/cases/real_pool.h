// A real pool whose works execute when the case says so: libuv's, with one thread, which stops at
// the beginning of each execute until it is told to go on. What the pool does at any moment is
// thereby known, although the threads are real.
//
// A pool takes a work as soon as a thread is free. So the oldest queued work is always taken: it
// cannot be cancelled any more.
//
// Threads: Begin and End are the pool's, everything else is the JS thread's. They run by turns: the
// one waits while the other has the case.
#pragma once

#include <semaphore>

#include <uv.h>

namespace napisan::cases {

class RealPool {
 public:
  // Before the process's first work: that is when libuv reads how many threads its pool has.
  RealPool();
  ~RealPool();
  RealPool(const RealPool&) = delete;
  RealPool& operator=(const RealPool&) = delete;

  // A work was queued: returns when the thread has taken it, or is busy with another.
  void Queued();
  // The work that is taken executes: returns when its completion is posted, and the thread has
  // taken the next one if there are `others`.
  void Execute(bool others);

  // In execute.
  void Begin();

 private:
  static void Mark(uv_work_t* marker);

  std::binary_semaphore taken_{0};
  std::binary_semaphore go_{0};
  std::binary_semaphore marked_{0};
  bool holds_one_ = false;
  // A loop of its own: what is queued there is over when all that was queued before it is.
  uv_loop_t loop_;
  uv_work_t marker_;
};

}  // namespace napisan::cases
