#include "agents/watchdog.h"

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

namespace napisan::agents {
namespace {

// An operation takes less than a millisecond, on a machine that is not busy.
constexpr std::chrono::seconds kPatience{20};

}  // namespace

struct Watchdog::State {
  std::mutex mutex;
  std::condition_variable changed;
  uint64_t notes = 0;
  bool resting = true;
};

Watchdog::Watchdog(void (*tell)(void* context), void* context) : state_(new State) {
  std::thread([tell, context, state = state_] {
    std::unique_lock lock(state->mutex);
    while (true) {
      state->changed.wait(lock, [&] { return !state->resting; });
      uint64_t notes = state->notes;
      // It looks now and then: who notes need not wake it.
      state->changed.wait_for(lock, kPatience, [&] { return state->resting; });
      if (state->resting || state->notes != notes) continue;
      tell(context);
      std::abort();
    }
  }).detach();
}

void Watchdog::Note() {
  std::lock_guard lock(state_->mutex);
  ++state_->notes;
  if (!state_->resting) return;
  state_->resting = false;
  state_->changed.notify_all();
}

void Watchdog::Rest() {
  std::lock_guard lock(state_->mutex);
  state_->resting = true;
  state_->changed.notify_all();
}

}  // namespace napisan::agents
