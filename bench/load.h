// Load: async works in one of two ways, with the same shape and the same counting.
//
//   raw    uv_queue_work with requests that were allocated before; a completed one is queued again
//   napi   napi_create_async_work, queue, execute, complete, napi_delete_async_work for each work,
//          as modules do; steady, the next one is made in complete of the one before, with a name
//          string of its own; gated, all of a batch are made in one call, with one name
//
//   steady  as many works as fit are in flight all the time, and loop and worker run side by side
//   gated   the worker is held while all works are queued; then it executes all while the loop
//           waits; then the loop completes all. No wake-up and no contended lock is in the figures
//
// Threads: a load belongs to the thread that made it; the pool has one worker.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "measure.h"

namespace napisan::bench {

struct Shape {
  uint32_t in_flight = 1;
  // How long execute keeps the worker busy; 0 is an empty execute.
  int64_t execute_ns = 0;
  bool gated = false;
  // Planted: what napi works do beside, on both threads.
  int64_t slow_ns = 0;
};

struct Cost {
  Usage loop;
  Usage worker;
  int64_t wall_ns = 0;
  uint64_t works = 0;
};

class Load {
 public:
  virtual ~Load() = default;

  // Runs so many works, a multiple of in_flight, and adds what they used.
  void Run(uint64_t works, Cost& cost);
  // When set, ns from queue to complete of each work are put there.
  void set_latencies(std::vector<double>* latencies) { latencies_ = latencies; }

 protected:
  explicit Load(const Shape& shape) : shape_(shape) {}

  // Queues `works` in all, as many at once as fit, and turns the loop until all have completed.
  virtual void RunSteady(uint64_t works) = 0;
  virtual void QueueAll(uint32_t works) = 0;
  virtual void CompleteAll() = 0;

  void OnLatency(int64_t queued_at) {
    latencies_->push_back(static_cast<double>(WallNs() - queued_at));
  }

  Shape shape_;
  std::vector<double>* latencies_ = nullptr;

 private:
  void RunGated();
};

std::unique_ptr<Load> NewRawLoad(const Shape& shape);
std::unique_ptr<Load> NewNapiLoad(const Shape& shape);

// The meter of the one worker; made when first asked for. Ends the program when the pool has more.
const ThreadMeter& WorkerMeter();

}  // namespace napisan::bench
