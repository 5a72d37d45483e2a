// The steps of a case: what the loop, and who executes works, do between the calls of the module.
#include <fmt/format.h>

#include "runner.h"

namespace napisan::cases {

void Runner::PerformStep(const Operation& operation) {
  at_ = &operation;
  StrikeFaults(static_cast<size_t>(&operation - case_->operations));
  if (world_.terminated) return;
  ++world_.performed;
  uint8_t operand = operation.operands[0];
  See(operation.what);
  switch (operation.step()) {
    case Step::kReturn:
      break;
    case Step::kExecute:
      if (world_.queued_count > 0) {
        Execute(one_by_one() ? 0 : operand % world_.queued_count);
      } else if (pool_ != Pool::kReal && agent_.StepExecute(0)) {
        Disagree("a work executes that the model does not know");
      }
      break;
    case Step::kDeliver:
      Deliver();
      break;
    case Step::kWake:
      if (pool_ == Pool::kStepping) {
        Wake();
      } else if (pool_ == Pool::kReal && !comparable_) {
        agent_.Turn(false);
      }
      break;
    case Step::kTurn:
      if (pool_ == Pool::kStepping || !comparable_) {
        agent_.Turn(false);
      } else {
        Deliver();
      }
      break;
    case Step::kRun:
      RunToEnd();
      if (world_.queued_count + world_.finished_count > 0 && !world_.terminated) {
        Disagree("the loop ends with works");
      }
      break;
    case Step::kCollect:
      agent_.CollectGarbage();
      if (case_->tier != Tier::kHostile) NoteCollected();
      break;
    case Step::kTeardown:
      TearDown(IsTwisted(operation, Twist::kAbandons));
      break;
    case Step::kCount:
      break;
  }
  CheckReported(0, "a step");
  CheckProbes();
  if (pool_ == Pool::kReal) return;
  if (agent_.queued_works() != world_.queued_count ||
      agent_.finished_works() != world_.finished_count) {
    Disagree(fmt::format("{} works are queued and {} finished", agent_.queued_works(),
                         agent_.finished_works()));
  }
}

void Runner::Execute(size_t index) {
  uint8_t work = world_.queued[index];
  if (pool_ == Pool::kReal) {
    real_pool_->Execute(world_.queued_count > 1);
  } else if (!agent_.StepExecute(index)) {
    Disagree("no work executes");
  }
  if (world_.resources[work].life == Life::kQueued) Disagree("another work executed");
}

// The oldest completion, or as libuv does it, all that are there by now.
void Runner::Deliver() {
  uint8_t before = world_.finished_count;
  if (before == 0) {
    bool any = pool_ != Pool::kReal && agent_.StepComplete();
    if (any) Disagree("the step delivers what nobody did");
    return;
  }
  // They are counted as they come: each may have another cancelled.
  int left = one_by_one() ? before : 1;
  delivered_ = 0;
  while (delivered_ < left) {
    if (pool_ == Pool::kReal) {
      agent_.Turn(true);
    } else if (!agent_.StepComplete()) {
      Disagree("nothing is delivered");
    }
  }
}

void Runner::RunToEnd() {
  // A pool's works would wait for the case, and the loop for them.
  while (one_by_one() && world_.queued_count + world_.finished_count > 0) {
    while (world_.queued_count > 0) Execute(0);
    Deliver();
  }
  if (pool_ != Pool::kReal) return agent_.RunLoop();
  // Thread-safe functions, and what is for another turn.
  constexpr int kTurns = 4;
  for (int i = 0; i < kTurns; ++i) {
    agent_.Turn(false);
    while (world_.queued_count > 0) Execute(0);
    if (world_.finished_count > 0) Deliver();
  }
}

// No call runs, so that no handle holds anything.
void Runner::NoteCollected() {
  auto counts = [&](uint8_t identity) {
    for (uint8_t i = 0; i < world_.resource_count; ++i) {
      const Resource& other = world_.resources[i];
      bool is_reference = other.kind == HandleKind::kReference && other.life != Life::kEnded;
      if (is_reference && other.identity == identity && other.count > 0) return true;
    }
    return false;
  };
  for (uint8_t i = 0; i < world_.resource_count; ++i) {
    Resource& resource = world_.resources[i];
    if (resource.kind != HandleKind::kReference || resource.life == Life::kEnded) continue;
    uint8_t identity = resource.identity;
    // A promise is its deferred's, too.
    bool known = identity != kNobody && identity != world_.global &&
                 (Only(resource.value_kind) & kObject & ~kPromise) != 0;
    if (known && !world_.identities[identity].held && !counts(identity)) resource.is_gone = true;
  }
}

}  // namespace napisan::cases
