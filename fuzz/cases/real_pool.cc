#include "real_pool.h"

#include <cstdlib>

namespace napisan::cases {

RealPool::RealPool() {
  setenv("UV_THREADPOOL_SIZE", "1", 1);
  uv_loop_init(&loop_);
  marker_.data = this;
}

RealPool::~RealPool() { uv_loop_close(&loop_); }

void RealPool::Queued() {
  if (holds_one_) return;
  taken_.acquire();
  holds_one_ = true;
}

void RealPool::Execute(bool others) {
  holds_one_ = others;
  if (others) {
    go_.release();
    taken_.acquire();
    return;
  }
  uv_queue_work(&loop_, &marker_, Mark, [](uv_work_t*, int) {});
  go_.release();
  marked_.acquire();
  uv_run(&loop_, UV_RUN_DEFAULT);
}

void RealPool::Begin() {
  taken_.release();
  go_.acquire();
}

void RealPool::Mark(uv_work_t* marker) { static_cast<RealPool*>(marker->data)->marked_.release(); }

}  // namespace napisan::cases
