// How a callback of a hostile case ends: with scopes open, with a value that is dead, with an
// exception; and what is done where no callback runs.
#include <stdexcept>

#include "runner.h"

namespace napisan::cases {

void Runner::Bury(const Value& value, bool by_scope) {
  world_.dead[world_.dead_count++ % kDeadKept] = {value.handle, by_scope};
}

void Runner::BuryFrame(const Frame& frame) {
  for (uint8_t i = frame.values; i < world_.value_count; ++i) {
    Bury(world_.values[i], world_.values[i].depth > frame.depth);
  }
  if (frame.info != nullptr) world_.ended_info = frame.info;
}

// What is decided before anything of the frame is closed.
void Runner::BeginEnd(Frame& frame) {
  // One at a time.
  if (world_.pending) frame.unwinds = false;
  if (frame.returns_newest && world_.value_count > frame.values) {
    const Value& newest = world_.values[world_.value_count - 1];
    frame.returned = newest.handle;
    frame.dangles = newest.depth > frame.depth && !frame.leaves;
  } else if (frame.returns_stale && world_.dead_count > 0) {
    frame.returned =
        static_cast<napi_value>(world_.dead[(world_.dead_count - 1) % kDeadKept].handle);
    frame.dangles = true;
  }
  BuryFrame(frame);
  if (frame.leaves) LeaveOpen(frame);
}

// An exception that leaves the callback tells it all.
void Runner::LeaveOpen(Frame& frame) {
  for (uint8_t i = world_.resource_count; i-- > 0;) {
    Resource& scope = world_.resources[i];
    if (scope.life == Life::kEnded) continue;
    if (scope.kind == HandleKind::kCallbackScope && scope.opened_in == &frame) {
      scope.life = Life::kEnded;
      if (!frame.unwinds) Await(Rule::kCallbackScopeMismatch);
    }
    bool is_scope = scope.kind == HandleKind::kScope || scope.kind == HandleKind::kEscapableScope;
    if (!is_scope || scope.depth <= frame.depth) continue;
    scope.life = Life::kEnded;
    if (!frame.unwinds && !scope.excused) Await(Rule::kScopeNotClosed);
    scope.excused = true;
  }
  world_.depth = frame.depth;
}

napi_value Runner::Return(const Frame& frame) {
  if (frame.dangles) Await(Rule::kScopeReturnDangling);
  return frame.returned;
}

void Runner::Unwind(const Frame& frame) {
  if (!frame.unwinds) return;
  Await(Rule::kNativeUnwind);
  // What a worker's leaves behind is no matter of the env's.
  if (frame.phase != Phase::kExecute) world_.unwound = true;
  throw std::runtime_error("a case unwinds");
}

void Runner::PerformOutside(const Operation& operation, Phase phase) {
  Frame frame{phase, env_, nullptr, nullptr, world_.value_count, world_.depth};
  frame_ = &frame;
  Perform(frame, operation);
  frame_ = nullptr;
}

// What the case needs besides its own module.
void Runner::BeginHostile() {
  bool needs_other = false;
  bool abandons = false;
  for (uint8_t i = 0; i < case_->count; ++i) {
    needs_other = needs_other || case_->operations[i].twist == Twist::kOtherEnv;
    abandons = abandons || case_->operations[i].twist == Twist::kAbandons;
  }
  other_env_ = nullptr;
  if (needs_other) {
    HostAgent::ModuleRef other = 0;
    std::string error;
    if (!agent_.Add("other", nullptr, case_->version_10 ? 10 : 8, other, error)) {
      Disagree("the other module cannot be added: " + error);
    }
    agent_.Run(other, [this](napi_env env) { other_env_ = env; });
  }
  if (!abandons) return;
  // The first: it runs after those of thread-safe functions.
  if (napi_add_env_cleanup_hook(env_, OnHooksRan, this) != napi_ok) {
    Disagree("a cleanup hook cannot be added");
  }
}

void Runner::OnHooksRan(void* runner) { static_cast<Runner*>(runner)->world_.hooks_ran = true; }

// Operations after the teardown; then what threads would release, for nobody can later.
void Runner::EndHostile() {
  if (!world_.gone) return;
  bool after = false;
  for (uint8_t i = 0; i < case_->count; ++i) {
    const Operation& operation = case_->operations[i];
    if (operation.block != 0) continue;
    if (operation.is_step()) {
      after = after || operation.step() == Step::kTeardown;
    } else if (after) {
      PerformOutside(operation, Phase::kGone);
    }
  }
  ReleaseHeld();
}

void Runner::ReleaseHeld() {
  for (uint8_t i = 0; i < world_.resource_count; ++i) {
    Resource& resource = world_.resources[i];
    if (resource.kind != HandleKind::kThreadsafeFunction || resource.count == 0) continue;
    if (Release(resource) != napi_ok) Disagree("a thread-safe function cannot be released");
  }
}

}  // namespace napisan::cases
