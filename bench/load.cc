#include "load.h"

#include <semaphore.h>
#include <uv.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace napisan::bench {
namespace {

const ThreadMeter* worker_meter = nullptr;

// A loop of its own, so that neither load's loop has anything else to do.
class HelperLoop {
 public:
  HelperLoop() { uv_loop_init(&loop_); }
  ~HelperLoop() {
    uv_run(&loop_, UV_RUN_DEFAULT);
    uv_loop_close(&loop_);
  }
  void Queue(uv_work_t& work, uv_work_cb execute) {
    uv_queue_work(&loop_, &work, execute, [](uv_work_t*, int) {});
  }
  void Run() { uv_run(&loop_, UV_RUN_DEFAULT); }

 private:
  uv_loop_t loop_;
};

struct Gate {
  Gate() {
    sem_init(&reached, 0, 0);
    sem_init(&opened, 0, 0);
    sem_init(&passed, 0, 0);
  }
  sem_t reached, opened, passed;
  uv_work_t first, last;
};

void Wait(sem_t& semaphore) {
  while (sem_wait(&semaphore) != 0) {
  }
}

}  // namespace

const ThreadMeter& WorkerMeter() {
  if (worker_meter != nullptr) return *worker_meter;
  const char* size = std::getenv("UV_THREADPOOL_SIZE");
  if (size == nullptr || std::strcmp(size, "1") != 0) {
    std::fprintf(stderr, "bench: set UV_THREADPOOL_SIZE=1: one worker is what is measured\n");
    std::exit(2);
  }
  // Which threads share a core decides what a work costs more than anything else does, and the
  // kernel decides otherwise in each run. Apart is how they are where there are cores enough.
  KeepTo(0);
  HelperLoop loop;
  uv_work_t work;
  loop.Queue(work, [](uv_work_t*) {
    KeepTo(1);
    // Never freed: the worker lives as long as the process.
    worker_meter = new ThreadMeter;
  });
  loop.Run();
  return *worker_meter;
}

void Load::Run(uint64_t works, Cost& cost) {
  static const ThreadMeter loop_meter;
  const ThreadMeter& worker = WorkerMeter();
  Usage worker_before = worker.Read();
  Usage loop_before = loop_meter.Read();
  int64_t wall_before = WallNs();
  if (shape_.gated) {
    for (uint64_t left = works; left > 0; left -= shape_.in_flight) RunGated();
  } else {
    RunSteady(works);
  }
  cost.wall_ns += WallNs() - wall_before;
  cost.loop += loop_meter.Read() - loop_before;
  cost.worker += worker.Read() - worker_before;
  cost.works += works;
}

void Load::RunGated() {
  Gate gate;
  HelperLoop helper;
  gate.first.data = gate.last.data = &gate;
  helper.Queue(gate.first, [](uv_work_t* work) {
    auto& held = *static_cast<Gate*>(work->data);
    sem_post(&held.reached);
    Wait(held.opened);
  });
  Wait(gate.reached);
  QueueAll(shape_.in_flight);
  helper.Queue(gate.last,
               [](uv_work_t* work) { sem_post(&static_cast<Gate*>(work->data)->passed); });
  sem_post(&gate.opened);
  Wait(gate.passed);
  CompleteAll();
}

}  // namespace napisan::bench
