// ExpectedState: what must be true of one work at this moment, told by everything that was done to
// it and by nothing that host or checker say. Each event returns null, or how it disagrees.
//
// Ownership: one inside each Work; it outlives the work in the host, so that a late callback finds
// it and is told to be late.
// Threads: OnExecute… on the worker, all else on the agent's. What they share is deliberately not
// atomic: that execute happens before complete is the host's promise, and ThreadSanitizer holds it
// to that. The one exception is begun(), which is asked while a worker may run.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include <node_api.h>

namespace napisan::stress {

class ExpectedState {
 public:
  enum class State : uint8_t { kCreated, kQueued, kCompleted, kDeleted };

  // `cancel_tells` is false where the profile answers every cancel with ok.
  ExpectedState(uint64_t input, bool cancel_tells);

  const char* OnQueue(napi_status answer);

  // Whether a worker was seen in execute; to be asked before the cancel, not after.
  bool begun() const { return begun_.load(std::memory_order_relaxed); }
  const char* OnCancel(napi_status answer, bool begun_before);

  void OnExecuteBegin();
  void OnExecuteEnd();

  const char* OnComplete(napi_status status);
  const char* OnDelete(napi_status answer);

  State state() const { return state_; }
  bool executed() const { return execute_ends_ != 0; }
  std::string Describe() const;

 private:
  const char* OnCompleteOk() const;
  const char* OnCompleteCancelled() const;

  // Constant after construction, but read by the worker without a lock: queue hands it over.
  uint64_t input_;
  std::thread::id agent_thread_;
  bool cancel_tells_;

  // Agent's thread only.
  State state_ = State::kCreated;
  uint8_t completions_ = 0;
  uint32_t cancels_ok_ = 0;
  uint32_t cancels_refused_ = 0;
  napi_status completed_with_ = napi_ok;

  // Written by execute, read by complete.
  uint32_t execute_begins_ = 0;
  uint32_t execute_ends_ = 0;
  uint64_t output_[8] = {};
  uint64_t checksum_ = 0;

  // Relaxed: a hint in one direction only. Seen true, execute has begun.
  std::atomic<bool> begun_{false};
};

}  // namespace napisan::stress
