// Faults: what goes wrong around a case. From when they have struck the model expects what the
// documentation says of them.
#include <fmt/format.h>

#include "coverage.h"
#include "runner.h"

namespace napisan::cases {

void Runner::StrikeThose(size_t step) {
  for (size_t i = 0; i < case_->fault_count; ++i) {
    if ((faults_left_ >> i & 1) == 0) continue;
    const Fault& fault = case_->faults[i];
    bool behind_the_last = step == case_->count && fault.step > step;
    if (fault.step != step && !behind_the_last) continue;
    faults_left_ &= static_cast<uint8_t>(~(1u << i));
    Strike(fault.kind);
  }
}

void Runner::Strike(FaultKind kind) {
  // Once the env has gone, and where the tier has none, nothing does.
  if (case_->tier < TierOf(kind) || world_.gone) return;
  switch (kind) {
    case FaultKind::kTerminate:
      // The end has come already.
      if (js_is_off()) return;
      world_.terminated = true;
      break;
    case FaultKind::kNoExternalBuffers:
      world_.no_external_buffers = true;
      break;
    case FaultKind::kCoalescedWakeups:
      // libuv does so anyway.
      if (pool_ != Pool::kStepping) return;
      world_.coalesces = true;
      break;
    case FaultKind::kCount:
      return;
  }
  See(0xb00u | static_cast<uint64_t>(kind));
  CountFault(kind, frame_ == nullptr ? Phase::kOutside : frame_->phase);
  agent_.Strike(kind);
}

void Runner::Wake() {
  if (!world_.coalesces) {
    agent_.StepWake();
    return;
  }
  uint8_t count = world_.resource_count;
  uint8_t waiting[kResourcesMax] = {};
  uint8_t delivered[kResourcesMax];
  for (uint8_t i = 0; i < count; ++i) {
    const Resource& function = world_.resources[i];
    if (function.kind != HandleKind::kThreadsafeFunction || function.life != Life::kNew) continue;
    waiting[i] = function.waiting();
    delivered[i] = function.delivered;
  }
  agent_.StepWake();
  for (uint8_t i = 0; i < count; ++i) {
    const Resource& function = world_.resources[i];
    if (waiting[i] == 0 || function.life != Life::kNew) continue;
    if (static_cast<uint8_t>(function.delivered - delivered[i]) < waiting[i]) {
      Disagree(fmt::format("handle {} is not woken with the others", i));
    }
  }
}

// Its module releases what it has in a cleanup hook: the newest, and so before all others.
void Runner::AddTidyHook() {
  if (napi_add_env_cleanup_hook(env_, OnHook, &world_.cells[0]) != napi_ok) {
    Disagree("a cleanup hook cannot be added");
  }
}

void Runner::TidyInHook() {
  napi_handle_scope scope = nullptr;
  if (napi_open_handle_scope(env_, &scope) != napi_ok) Disagree("a hook has no scope");
  Frame frame{Phase::kHook, env_, nullptr, nullptr, world_.value_count, world_.depth};
  TidyIn(frame);
  if (napi_close_handle_scope(env_, scope) != napi_ok) Disagree("a scope cannot be closed");
}

}  // namespace napisan::cases
