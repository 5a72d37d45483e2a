// The stepping executor: one real thread plays the loop and every worker, and each step is a
// choice. "Run one execute" and "deliver one completion" are the choices; the caller picks.
//
// The same choices give the same run, byte for byte: no clock, no OS thread, no address decides.
// Threads: the loop's only; Ring too, for the thread that rings is played as well.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "api/thread.h"
#include "host/executor.h"

namespace napisan::host {

// Answers which of `count` (2 or more) possible steps comes next: 0 … count - 1.
class Chooser {
 public:
  virtual ~Chooser() = default;
  virtual uint32_t Choose(uint32_t count) = 0;
};

class SteppingExecutor final : public Executor {
 public:
  // `workers` is how many executes can have begun before the loop hears of the first; with
  // run-to-completion steps it only names the threads. The chooser outlives the executor.
  SteppingExecutor(Chooser& chooser, int workers = 4);
  ~SteppingExecutor() override;

  bool plays_threads() const override { return true; }
  int Queue(WorkRequest& request) override;
  int Cancel(WorkRequest& request) override;
  int Open(Wakeup& wakeup) override;
  void Close(Wakeup& wakeup) override;
  void SetReferenced(Wakeup& wakeup, bool referenced) override;
  void Ring(Wakeup& wakeup) override;
  // One step: an execute on a played worker, or a completion, a ring or a close on the loop.
  void Turn(Wait wait) override;
  bool alive() const override;
  void TurnAtTeardown() override;
  void Settle() override;
  uv_loop_t* loop() override;
  void Reset() override;

  // The steps that Turn may take now, for callers that steer by themselves.
  size_t queued() const { return queued_.size; }
  size_t finished() const { return finished_.size; }
  void ExecuteNth(size_t index);
  // Completions are delivered in the order of finishing.
  bool DeliverOne();
  bool RingOne();
  // From now on, until Reset, whoever rings one rings all that are pending, as libuv does.
  void CoalesceRings() { coalesces_ = true; }

 private:
  enum Place : uint8_t { kIdle, kQueued, kFinished, kCancelled };
  struct List {
    WorkRequest* first = nullptr;
    WorkRequest* last = nullptr;
    size_t size = 0;
  };

  static void Append(List& list, WorkRequest& request, Place place);
  static void Remove(List& list, WorkRequest& request);
  bool CloseOne();

  Chooser& chooser_;
  static constexpr int kWorkersMax = 16;
  Thread* workers_[kWorkersMax] = {};
  int worker_count_;
  int next_worker_ = 0;
  bool coalesces_ = false;
  List queued_;
  // Executed or cancelled, and not yet completed.
  List finished_;
  // Every open wakeup, newest first.
  Wakeup* wakeups_ = nullptr;
  std::unique_ptr<uv_loop_t> loop_;
};

}  // namespace napisan::host
