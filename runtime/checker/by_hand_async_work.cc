// Async work: execute and complete go through trampolines that know their phase, and that hold the
// host to its side of the contract. The record itself travels as the data pointer.

#include <cstring>

#include "api/defect.h"
#include "checker/by_hand.h"
#include "checker/clock.h"
#include "checker/closure.h"
#include "checker/symbolize.h"

namespace napisan::checker {
namespace {

// 64 ticks to a unit: 32 bits hold a minute and more at any rate there is.
constexpr int kTicksShift = 6;

[[gnu::cold, gnu::noinline]] void OnHostMisuse(ThreadState& thread, WorkRecord& work, RuleId rule,
                                               const char* what) {
  // A runtime whose cancel always says ok did not promise that execute will not run.
  if (rule == RuleId::HostExecuteAfterCancel && CancelIsUnreliable()) return;
  ViolateOutside(thread, work.env,
                 {.rule = rule, .message = Describe(work) + what, .object = &work}, 0,
                 Action::kForwarded);
}

void ExecuteTrampoline(napi_env, void* data) {
  auto& work = *static_cast<WorkRecord*>(data);
  ThreadState& thread = CurrentState();
  Step step = Next(StateOf(work), Event::ExecuteStart);
  if (!step.legal())
    OnHostMisuse(thread, work, step.rule, " executes after a cancel that succeeded");
  // For under_way.h alone, which asks on any thread: nothing else acquires it, so that no race of
  // the module's is hidden.
  if (!HAS_DEFECT(execute_not_stored)) {
    work.state.store(static_cast<uint8_t>(State::WorkExecuting), std::memory_order_release);
  }
  Moment moment{.pc = EntryPc(reinterpret_cast<const void*>(work.execute)),
                .image_epoch = CurrentImageEpoch(),
                .thread_kind = thread.thread->kind,
                .thread_number = thread.thread->number,
                .phase = Phase::kNone,
                .is_entry = true,
                .subject = 0};
  work.executed.Store(moment);
  uint64_t began = execute_times ? Ticks() : 0;
  {
    PhaseScope phase(thread, Phase::kExecute, work.id, work.env, &work, Handles::kNo);
    work.execute(EnvHandle(*work.env), work.data);
  }
  if (execute_times) {
    moment.subject = static_cast<uint32_t>((Ticks() - began) >> kTicksShift) | 1;
    work.executed.Store(moment);
  }
  // Unless a host has completed it meanwhile.
  if (StateOf(work) == State::WorkExecuting) {
    work.state.store(static_cast<uint8_t>(State::WorkExecuted), std::memory_order_relaxed);
  }
}

// The rule of the host's that this completion breaks, or none. The status counts, too: a work that
// never executed completes with napi_cancelled, and a host may cancel one by itself.
RuleId RuleOfCompletion(State state, napi_status status) {
  if (state != State::WorkQueued && state != State::WorkCancelled) {
    return Next(state, Event::CompleteStart).rule;
  }
  return status == napi_cancelled ? RuleId::kCount : RuleId::HostCompleteBeforeExecute;
}

void CompleteTrampoline(napi_env, napi_status status, void* data) {
  auto& work = *static_cast<WorkRecord*>(data);
  EnvRecord& env = *work.env;
  ThreadState& thread = CurrentState();
  if (env.owner != &thread) {
    OnHostMisuse(thread, work, RuleId::HostCompleteOffThread, " completes on another thread");
    return;
  }
  RuleId broken = RuleOfCompletion(StateOf(work), status);
  if (broken != RuleId::kCount) {
    OnHostMisuse(thread, work, broken,
                 broken == RuleId::HostCompleteTwice ? " completes twice"
                                                     : " completes before execute has returned");
  }
  // Deleted, by its record: there is no module memory left to call with.
  if (StateOf(work) == State::WorkDeleted) return;
  work.state.store(static_cast<uint8_t>(State::WorkCompleting), std::memory_order_relaxed);
  uint32_t generation = work.generation.load(std::memory_order_relaxed);
  napi_async_complete_callback complete = work.complete;
  if (complete == nullptr) {
    work.state.store(static_cast<uint8_t>(State::WorkCompleted), std::memory_order_relaxed);
    return;
  }
  work.completed.Store({.pc = EntryPc(reinterpret_cast<const void*>(complete)),
                        .image_epoch = CurrentImageEpoch(),
                        .thread_kind = thread.thread->kind,
                        .thread_number = thread.thread->number,
                        .phase = Phase::kNone,
                        .is_entry = true,
                        .subject = 0});
  {
    PhaseScope phase(thread, Phase::kComplete, work.id, &env,
                     reinterpret_cast<const void*>(complete), Handles::kYes);
    complete(EnvHandle(env), status, work.data);
    AfterCallback(env);
  }
  // The module has likely deleted it: then its record is a tombstone, or even someone else's.
  if (work.generation.load(std::memory_order_relaxed) == generation &&
      StateOf(work) == State::WorkCompleting) {
    work.state.store(static_cast<uint8_t>(State::WorkCompleted), std::memory_order_relaxed);
  }
}

// The name, for reports; cut at the record's size. Before the module's own call: that this one
// fails where the name is no string must not be its last error.
void ReadName(Call& call, napi_value host_name, WorkRecord& work) {
  auto host_env = static_cast<napi_env>(call.env->host);
  size_t length = 0;
  if (host.napi_get_value_string_utf8(host_env, host_name, work.name, kNameBytes, &length) !=
      napi_ok) {
    work.name[0] = '\0';
  }
}

}  // namespace

uint64_t ExecuteNs(uint32_t subject) {
  return subject == 0 ? 0 : TicksToNs(static_cast<uint64_t>(subject) << kTicksShift);
}

namespace by_hand {

napi_status napi_create_async_work(napi_env env, napi_value async_resource,
                                   napi_value async_resource_name,
                                   napi_async_execute_callback execute,
                                   napi_async_complete_callback complete, void* data,
                                   napi_async_work* result) {
  constexpr auto kId = FunctionId::napi_create_async_work;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  if (!EnterEnv<kId>(call, env)) return call.refused;
  napi_value resource, name;
  if (!FindValue(call, async_resource, resource, "async_resource") ||
      !FindValue(call, async_resource_name, name, "async_resource_name")) {
    return Refused(call, result);
  }
  WorkRecord& work = NewRecord(pools.works, *call.env, Kind::kWork, State::WorkCreated);
  work.execute = execute;
  work.complete = complete;
  work.data = data;
  work.made_in = call.thread.top() != nullptr ? call.thread.top()->phase : Phase::kNone;
  ReadName(call, name, work);
  napi_async_work made = nullptr;
  // Where complete may be null the host gets ours all the same: only that tells when a work which
  // has none may be deleted.
  bool observed = complete != nullptr || !CompleteIsRequired();
  napi_status status = host.napi_create_async_work(
      static_cast<napi_env>(call.env->host), resource, name,
      execute != nullptr ? ExecuteTrampoline : nullptr, observed ? CompleteTrampoline : nullptr,
      &work, result != nullptr ? &made : nullptr);
  if (status != napi_ok || result == nullptr) {
    BuryRecord(pools.works, work);
    return Leave<kId>(call, status, result);
  }
  work.host = made;
  work.created.Store(call.now());
  work.queued.Clear();
  work.executed.Clear();
  work.cancelled.Clear();
  work.completed.Clear();
  work.deleted.Clear();
  *result = HandleOf<napi_async_work>(pools.works.TokenFor(work));
  if (complete == nullptr) {
    Violate(call, {.rule = RuleId::WorkNullComplete,
                   .message = Describe(work) + " is made without a complete callback",
                   .argument = "complete",
                   .object = &work});
  }
  return Leave<kId>(call, status);
}

}  // namespace by_hand
}  // namespace napisan::checker
