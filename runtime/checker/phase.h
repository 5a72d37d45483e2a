// Phases: which callback of the module is running, kept by the trampolines.
//
// Entries carry their stack address and deeper ones are dropped when the next callback begins, so
// that exceptions, longjmp and pthread_exit, which skip the end of a trampoline, leave no wrong
// phase behind. Threads: each thread its own.
#pragma once

#include <cstdint>

#include "checker/state.h"

namespace napisan::checker {

// Opens the implicit scope of a callback that makes values; false for execute and cleanup hooks.
enum class Handles : uint8_t { kNo, kYes };

class PhaseScope {
 public:
  PhaseScope(ThreadState& thread, Phase phase, uint32_t subject, EnvRecord* env,
             const void* callback, Handles handles)
      : thread_(thread), handles_(handles) {
    auto frame = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
    // The stack grows down: what lies below this frame is gone.
    if (thread.depth > 0 && thread.frames[thread.depth - 1].frame < frame) DropDead(frame);
    if (thread.depth == ThreadState::kFramesMax) TooDeep();
    index_ = thread.depth++;
    PhaseFrame& entry = thread.frames[index_];
    entry = {frame, phase, subject, env, callback, 0, 0, nullptr, 0};
    if (handles == Handles::kYes) {
      ValueTable& values = thread.agent->values;
      entry.last_callback_scope =
          thread.agent->slots[static_cast<int>(Kind::kCallbackScope)].last_id;
      entry.scope_depth = values.depth();
      Scope& scope = values.Open(Scope::Type::kCallback);
      scope.phase = phase;
      scope.subject = subject;
      scope.pc = reinterpret_cast<uintptr_t>(callback);
      scope.image_epoch = CurrentImageEpoch();
    }
  }
  ~PhaseScope() {
    if (thread_.depth != index_ + 1) {
      // A longjmp: dropped by a callback since, or the ones inside are still to be.
      if (thread_.depth <= index_) return;
      DropDead(thread_.frames[index_].frame);
    }
    PhaseFrame& entry = thread_.frames[index_];
    thread_.depth = index_;
    if (handles_ == Handles::kNo) return;
    if (entry.env->lists[static_cast<int>(Kind::kCallbackScope)] != kNoSlot) {
      RepairCallbackScopes(entry);
    }
    ValueTable& values = thread_.agent->values;
    // More than the callback's own scope: some were not closed.
    if (values.depth() > entry.scope_depth + 1) RepairScopes(entry);
    values.Close();
  }
  PhaseScope(const PhaseScope&) = delete;
  PhaseScope& operator=(const PhaseScope&) = delete;

 private:
  void DropDead(uintptr_t frame);
  // Reports the scopes that the callback left open, and closes them in the host.
  void RepairScopes(const PhaseFrame& entry);
  void RepairCallbackScopes(const PhaseFrame& entry);
  [[noreturn]] static void TooDeep();

  ThreadState& thread_;
  // Its frame's place.
  uint32_t index_;
  Handles handles_;
};

}  // namespace napisan::checker
