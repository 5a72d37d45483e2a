#include "expected_state.h"

#include <fmt/format.h>

namespace napisan::stress {
namespace {

// SplitMix64's step: every bit of the input decides every bit of the output.
uint64_t Mix(uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

const char* NameOf(ExpectedState::State state) {
  switch (state) {
    case ExpectedState::State::kCreated:
      return "created";
    case ExpectedState::State::kQueued:
      return "queued";
    case ExpectedState::State::kCompleted:
      return "completed";
    case ExpectedState::State::kDeleted:
      return "deleted";
  }
  return "?";
}

}  // namespace

ExpectedState::ExpectedState(uint64_t input, bool cancel_tells)
    : input_(input), agent_thread_(std::this_thread::get_id()), cancel_tells_(cancel_tells) {}

const char* ExpectedState::OnQueue(napi_status answer) {
  if (answer != napi_ok) return "queue was refused, though the work was new";
  state_ = State::kQueued;
  return nullptr;
}

const char* ExpectedState::OnCancel(napi_status answer, bool begun_before) {
  if (answer == napi_ok) {
    ++cancels_ok_;
    if (!cancel_tells_) return nullptr;
    if (state_ == State::kCompleted) return "cancel succeeded after complete";
    if (begun_before) return "cancel succeeded after execute had begun";
    if (cancels_refused_ != 0) return "cancel succeeded after one that was refused";
    return nullptr;
  }
  ++cancels_refused_;
  if (!cancel_tells_) return "cancel was refused by a profile that never does";
  if (answer != napi_generic_failure) return "cancel answered neither ok nor generic_failure";
  if (cancels_ok_ != 0) return "cancel was refused after one that succeeded";
  // A worker may have taken the work and not begun it: complete tells whether it did.
  return nullptr;
}

void ExpectedState::OnExecuteBegin() {
  begun_.store(true, std::memory_order_relaxed);
  ++execute_begins_;
}

void ExpectedState::OnExecuteEnd() {
  uint64_t sum = 0;
  uint64_t value = input_;
  for (uint64_t& word : output_) {
    value = Mix(value);
    word = value;
    sum = sum * 31 + value;
  }
  checksum_ = sum;
  ++execute_ends_;
}

const char* ExpectedState::OnComplete(napi_status status) {
  if (std::this_thread::get_id() != agent_thread_) return "complete ran on another thread";
  if (++completions_ > 1) return "complete ran again";
  if (state_ == State::kCreated) return "complete ran, though the work was never queued";
  if (state_ == State::kDeleted) return "complete ran after the work was deleted";
  state_ = State::kCompleted;
  completed_with_ = status;
  if (execute_begins_ != execute_ends_) return "complete ran before execute had returned";
  if (status == napi_ok) return OnCompleteOk();
  if (status == napi_cancelled) return OnCompleteCancelled();
  return "complete got neither ok nor cancelled";
}

const char* ExpectedState::OnCompleteOk() const {
  if (execute_ends_ == 0) return "complete got ok, though execute never ran";
  if (execute_ends_ != 1) return "execute ran more than once";
  if (cancels_ok_ != 0 && cancel_tells_) return "complete got ok after a cancel that succeeded";
  uint64_t sum = 0;
  uint64_t expected = input_;
  for (uint64_t word : output_) {
    expected = Mix(expected);
    if (word != expected) return "complete sees other data than execute wrote";
    sum = sum * 31 + word;
  }
  return sum == checksum_ ? nullptr : "complete sees another checksum than execute wrote";
}

const char* ExpectedState::OnCompleteCancelled() const {
  if (cancels_ok_ == 0) return "complete got cancelled without a cancel that succeeded";
  if (execute_begins_ != 0) return "execute ran, though complete got cancelled";
  return nullptr;
}

const char* ExpectedState::OnDelete(napi_status answer) {
  if (answer != napi_ok) return "delete was refused, though nothing used the work";
  state_ = State::kDeleted;
  return nullptr;
}

std::string ExpectedState::Describe() const {
  return fmt::format("{}, cancels ok {} refused {}, completed {} times (status {})", NameOf(state_),
                     cancels_ok_, cancels_refused_, completions_,
                     static_cast<int>(completed_with_));
}

}  // namespace napisan::stress
