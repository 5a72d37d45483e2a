// The raw load: libuv and nothing else.

#include <uv.h>

#include <vector>

#include "load.h"

namespace napisan::bench {
namespace {

class RawLoad final : public Load {
 public:
  explicit RawLoad(const Shape& shape) : Load(shape), requests_(shape.in_flight) {
    uv_loop_init(&loop_);
    for (Request& request : requests_) {
      request.load = this;
      request.uv.data = &request;
    }
  }
  ~RawLoad() override { uv_loop_close(&loop_); }

 protected:
  void RunSteady(uint64_t works) override {
    left_ = works;
    for (Request& request : requests_) {
      if (left_ > 0) Queue(request);
    }
    uv_run(&loop_, UV_RUN_DEFAULT);
  }

  void QueueAll(uint32_t works) override {
    left_ = works;
    for (uint32_t i = 0; i < works; ++i) Queue(requests_[i]);
  }

  void CompleteAll() override { uv_run(&loop_, UV_RUN_DEFAULT); }

 private:
  struct Request {
    uv_work_t uv;
    RawLoad* load;
    int64_t queued_at;
  };

  void Queue(Request& request) {
    --left_;
    if (latencies_ != nullptr) request.queued_at = WallNs();
    uv_queue_work(&loop_, &request.uv, Execute, Complete);
  }

  static void Execute(uv_work_t* work) {
    const Shape& shape = static_cast<Request*>(work->data)->load->shape_;
    if (shape.execute_ns != 0) Spin(shape.execute_ns);
  }

  static void Complete(uv_work_t* work, int) {
    auto& request = *static_cast<Request*>(work->data);
    RawLoad& load = *request.load;
    if (load.latencies_ != nullptr) load.OnLatency(request.queued_at);
    if (load.left_ > 0) load.Queue(request);
  }

  uv_loop_t loop_;
  std::vector<Request> requests_;
  // Works that are still to be queued.
  uint64_t left_ = 0;
};

}  // namespace

std::unique_ptr<Load> NewRawLoad(const Shape& shape) { return std::make_unique<RawLoad>(shape); }

}  // namespace napisan::bench
