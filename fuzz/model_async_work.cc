#include "model_async_work.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "contract_async_work.h"

namespace napisan::fuzz {
namespace {

// How often one work is queued at most, so that every program ends.
constexpr uint8_t kTimesQueuedMax = 3;
constexpr size_t kDeedsMax = 3;

struct Plan {
  uint8_t count;
  Operation deeds[kDeedsMax];
};

struct Slot {
  Work work;
  Plan then;
  Plan during;
};

class Model {
 public:
  Model(const Program& program, Script& script)
      : program_(program), script_(script), random_(program.schedule) {}

  void Run() {
    for (at_ = 0; at_ < program_.count; ++at_) {
      bool performed = Perform(program_.operations[at_]);
      ++(performed ? script_.performed : script_.left_out);
    }
    if (env_gone_) return;
    if (tidy() && alive()) RunLoop();
    Teardown();
  }

 private:
  bool tidy() const { return !program_.abandon; }
  bool alive() const { return queued_count_ + finished_count_ > 0; }
  bool Holds(size_t at) const {
    WorkState state = slots_[at].work.state;
    return state != WorkState::kNone && state != WorkState::kDeleted;
  }

  Line& Add(LineKind kind) {
    if (script_.count == kLinesMax) {
      std::fputs("fuzz: a program makes a script longer than kLinesMax\n", stderr);
      std::abort();
    }
    Line& line = script_.lines[script_.count++];
    line = {};
    line.kind = kind;
    line.operation = static_cast<uint8_t>(at_);
    return line;
  }

  // --- Operations. False: left out. ---

  bool Perform(const Operation& operation) {
    switch (operation.kind) {
      case OpKind::kCreate:
        return !env_gone_ && Call([&] { return Create(operation.slot, operation.making()); });
      case OpKind::kQueue:
        return Call([&] { return Use(LineKind::kQueue, operation.slot, operation.passing()); });
      case OpKind::kCancel:
        return Call([&] { return Use(LineKind::kCancel, operation.slot, operation.passing()); });
      case OpKind::kDelete:
        return Call([&] { return Use(LineKind::kDelete, operation.slot, operation.passing()); });
      case OpKind::kThen:
        return Holds(operation.slot) && AddDeed(slots_[operation.slot].then, operation);
      case OpKind::kDuring:
        return program_.tier == Tier::kHostile && Holds(operation.slot) &&
               AddDeed(slots_[operation.slot].during, operation);
      case OpKind::kExecute:
        return !env_gone_ && StepExecute(operation.slot);
      case OpKind::kDeliver:
        return !env_gone_ && StepDeliver();
      case OpKind::kTurn:
        return !env_gone_ && StepTurn(operation.variant);
      case OpKind::kRun:
        return !env_gone_ && RunLoop();
      case OpKind::kTeardown:
        return !env_gone_ && Teardown();
    }
    return false;
  }

  static bool AddDeed(Plan& plan, const Operation& operation) {
    if (plan.count == kDeedsMax) return false;
    plan.deeds[plan.count++] = operation;
    return true;
  }

  // Makes calls as a function that JavaScript called; after teardown there is none to call.
  template <class Body>
  bool Call(Body body) {
    if (env_gone_) {
      caller_ = Caller::kNobody;
      return body();
    }
    caller_ = Caller::kCall;
    size_t before = script_.count;
    Add(LineKind::kOpenCall);
    if (!body()) {
      script_.count = before;
      return false;
    }
    Add(LineKind::kCloseCall);
    return true;
  }

  bool Fits(const Outcome& outcome) const { return TierOf(outcome) <= program_.tier; }

  bool Create(size_t at, Making making) {
    Slot& slot = slots_[at];
    WorkState before = slot.work.state;
    if (Holds(at)) return false;
    // What a name would be made with is itself a call, and is refused in execute.
    if (caller_ == Caller::kExecute) making = Making::kNoName;
    Outcome outcome = OnCreate(making, caller_, env_gone_);
    if (!Fits(outcome)) return false;
    // What a conversion throws, of the name or of the resource, is pending for nobody: it is
    // uncaught, as in Node.
    bool converts =
        outcome.status == napi_string_expected || outcome.status == napi_object_expected;
    if (converts) ++uncaught_;
    Line& line = Add(LineKind::kCreate);
    line.slot = static_cast<uint8_t>(at);
    line.variant = static_cast<uint8_t>(making);
    line.state = before;
    line.status = outcome.status;
    line.rule = outcome.rule;
    if (outcome.status != napi_ok) return true;
    slot = {};
    slot.work.state = outcome.next;
    slot.work.null_complete = making == Making::kNullComplete;
    return true;
  }

  bool Use(LineKind function, size_t at, Passing passing) {
    Work& work = slots_[at].work;
    bool borrows =
        passing == Passing::kValue || passing == Passing::kScope || passing == Passing::kReference;
    // There is nothing to borrow a handle from.
    if (borrows && env_gone_) return false;
    Outcome outcome = OnWork(function, work, passing, caller_, env_gone_);
    if (!Fits(outcome)) return false;
    bool queues = function == LineKind::kQueue && outcome.status == napi_ok;
    if (queues && work.times_queued == kTimesQueuedMax) return false;
    Line& line = Add(function);
    line.slot = static_cast<uint8_t>(at);
    line.variant = static_cast<uint8_t>(passing);
    line.state = work.state;
    line.status = outcome.status;
    line.rule = outcome.rule;
    Remember(work, static_cast<uint8_t>(at), function, passing, outcome);
    return true;
  }

  void Remember(Work& work, uint8_t at, LineKind function, Passing passing,
                const Outcome& outcome) {
    if (passing != Passing::kOwn && passing != Passing::kOtherEnv) return;
    if (env_gone_ || caller_ == Caller::kExecute) return;
    if (outcome.refused) work.refused = true;
    if (function == LineKind::kCancel && outcome.status == napi_generic_failure) {
      work.cancel_failed = true;
    }
    if (outcome.status != napi_ok) return;
    if (function == LineKind::kQueue) {
      work.cancel_failed = false;
      ++work.times_queued;
      queued_[queued_count_++] = at;
    } else if (function == LineKind::kCancel) {
      // A second cancel puts its completion behind the others: libuv posts it once more.
      if (work.state == WorkState::kQueued) {
        Remove(queued_, queued_count_, at);
      } else {
        Remove(finished_, finished_count_, at);
      }
      finished_[finished_count_++] = at;
    }
    work.state = outcome.next;
  }

  bool Throw() {
    if (caller_ != Caller::kComplete && caller_ != Caller::kExecute) return false;
    Outcome outcome{napi_ok, nullptr, false, WorkState::kNone};
    if (caller_ == Caller::kExecute) {
      outcome.status = napi_generic_failure;
      outcome.rule = "async-work/execute-calls-napi";
    } else if (stopping_) {
      outcome.status = program_.version_10 ? napi_cannot_run_js : napi_pending_exception;
    } else if (pending_) {
      outcome.status = napi_pending_exception;
      outcome.rule = "exception/call-while-pending";
    }
    if (!Fits(outcome)) return false;
    Line& line = Add(LineKind::kThrow);
    line.status = outcome.status;
    line.rule = outcome.rule;
    if (outcome.status == napi_ok) pending_ = true;
    return true;
  }

  // --- Callbacks. ---

  // By value: a deed may put another work, with other plans, in the slot.
  void Carry(Plan plan) {
    for (size_t i = 0; i < plan.count; ++i) {
      size_t target = plan.deeds[i].target;
      switch (plan.deeds[i].deed()) {
        case Deed::kStart:
          Start(target);
          break;
        case Deed::kQueue:
          Use(LineKind::kQueue, target, Passing::kOwn);
          break;
        case Deed::kCancel:
          Use(LineKind::kCancel, target, Passing::kOwn);
          break;
        case Deed::kDelete:
          Use(LineKind::kDelete, target, Passing::kOwn);
          break;
        case Deed::kThrow:
          Throw();
          break;
      }
    }
  }

  void Start(size_t at) {
    if (!Create(at, Making::kPlain) || slots_[at].work.state != WorkState::kCreated) return;
    auto slot = static_cast<uint8_t>(at);
    AddDeed(slots_[at].then, {OpKind::kThen, slot, slot, static_cast<uint8_t>(Deed::kDelete)});
    Use(LineKind::kQueue, at, Passing::kOwn);
  }

  void ExecuteNth(size_t index) {
    uint8_t at = queued_[index];
    Remove(queued_, queued_count_, at);
    slots_[at].work.state = WorkState::kExecuting;
    Add(LineKind::kEnterExecute).slot = at;
    caller_ = Caller::kExecute;
    Carry(slots_[at].during);
    Add(LineKind::kLeave);
    slots_[at].work.state = WorkState::kExecuted;
    finished_[finished_count_++] = at;
  }

  void DeliverOne() {
    uint8_t at = finished_[0];
    --finished_count_;
    std::memmove(finished_, finished_ + 1, finished_count_);
    Slot& slot = slots_[at];
    bool cancelled = slot.work.state == WorkState::kCancelled;
    slot.work.state = WorkState::kCompleting;
    if (!slot.work.null_complete) {
      Line& line = Add(LineKind::kEnterComplete);
      line.slot = at;
      line.status = cancelled ? napi_cancelled : napi_ok;
      caller_ = Caller::kComplete;
      pending_ = false;
      Carry(slot.then);
      // Nobody can delete it later.
      if (stopping_ && tidy() && slot.work.state == WorkState::kCompleting) {
        Use(LineKind::kDelete, at, Passing::kOwn);
      }
      if (pending_) ++uncaught_;
      Add(LineKind::kLeave);
    }
    if (slot.work.state == WorkState::kCompleting) slot.work.state = WorkState::kCompleted;
  }

  static void Remove(uint8_t* list, size_t& count, uint8_t at) {
    size_t index = 0;
    while (list[index] != at) ++index;
    --count;
    std::memmove(list + index, list + index + 1, count - index);
  }

  // --- Steps. ---

  void EndStep() {
    Line& line = Add(LineKind::kStepEnd);
    line.queued = static_cast<uint8_t>(queued_count_);
    line.finished = static_cast<uint8_t>(finished_count_);
    line.uncaught = uncaught_;
    line.leaks = leaks_;
  }

  // The steps that the executor has: each queued work, and the oldest completion.
  template <class Chooser>
  void TakeStep(Chooser choose) {
    size_t count = queued_count_ + (finished_count_ > 0 ? 1 : 0);
    if (count == 0) return;
    size_t index = 0;
    if (count > 1) {
      index = choose() % count;
      Line& line = Add(LineKind::kChoose);
      line.count = static_cast<uint8_t>(count);
      line.index = static_cast<uint8_t>(index);
    }
    if (index < queued_count_) {
      ExecuteNth(index);
    } else {
      DeliverOne();
    }
  }

  void RunUntilIdle() {
    while (alive()) {
      TakeStep([this] {
        random_ = static_cast<uint16_t>(random_ * 25173 + 13849);
        return static_cast<size_t>(random_ >> 8);
      });
    }
  }

  bool StepExecute(size_t asked) {
    size_t line = script_.count;
    bool any = queued_count_ > 0;
    uint8_t index = any ? static_cast<uint8_t>(asked % queued_count_) : uint8_t{0};
    Add(LineKind::kStepExecute).index = index;
    script_.lines[line].answer = any;
    if (any) ExecuteNth(index);
    EndStep();
    return true;
  }

  bool StepDeliver() {
    size_t line = script_.count;
    Add(LineKind::kStepDeliver);
    script_.lines[line].answer = finished_count_ > 0;
    if (finished_count_ > 0) DeliverOne();
    EndStep();
    return true;
  }

  bool StepTurn(size_t choice) {
    size_t line = script_.count;
    Add(LineKind::kStepTurn);
    TakeStep([&] { return choice; });
    script_.lines[line].answer = alive();
    EndStep();
    return true;
  }

  bool RunLoop() {
    Add(LineKind::kStepRun);
    RunUntilIdle();
    EndStep();
    return true;
  }

  bool Teardown() {
    if (tidy()) DeleteIdleWorks();
    Add(LineKind::kStepTeardown);
    stopping_ = true;
    RunUntilIdle();
    for (size_t at = 0; at < kSlots; ++at) leaks_ += Holds(at) && !slots_[at].work.refused;
    env_gone_ = true;
    EndStep();
    return true;
  }

  void DeleteIdleWorks() {
    Call([this] {
      bool any = false;
      for (size_t at = 0; at < kSlots; ++at) {
        WorkState state = slots_[at].work.state;
        if (state != WorkState::kCreated && state != WorkState::kCompleted) continue;
        any = Use(LineKind::kDelete, at, Passing::kOwn) || any;
      }
      return any;
    });
  }

  const Program& program_;
  Script& script_;
  Slot slots_[kSlots] = {};
  // Slots, in the order in which their works were queued; and finished or cancelled.
  uint8_t queued_[kSlots] = {};
  uint8_t finished_[kSlots] = {};
  size_t queued_count_ = 0;
  size_t finished_count_ = 0;
  size_t at_ = 0;
  uint16_t random_;
  Caller caller_ = Caller::kCall;
  // The running complete has thrown.
  bool pending_ = false;
  bool stopping_ = false;
  bool env_gone_ = false;
  uint8_t uncaught_ = 0;
  uint8_t leaks_ = 0;
};

}  // namespace

void Predict(const Program& program, Script& script) {
  script.count = script.performed = script.left_out = 0;
  Model(program, script).Run();
}

}  // namespace napisan::fuzz
