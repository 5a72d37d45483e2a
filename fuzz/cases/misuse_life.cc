// Which rules a call breaks by the life of what it is given; and what a refused call leaves behind.
#include "runner.h"

namespace napisan::cases {
namespace {

constexpr uint8_t kTimesQueuedMost = 3;
// As many as a thread remembers that they are closing, and one less.
constexpr uint8_t kClosingsMost = 7;

bool Settles(FunctionId function) {
  return function == FunctionId::napi_resolve_deferred ||
         function == FunctionId::napi_reject_deferred;
}

}  // namespace

bool Runner::ExpectOfLife(Call& call) {
  Expectation& expected = call.expectation;
  if (call.resource == kNobody) return false;
  Resource& resource = world_.resources[call.resource];
  switch (resource.kind) {
    case HandleKind::kWork:
      return ExpectOfWork(call, resource);
    case HandleKind::kScope:
    case HandleKind::kEscapableScope:
      return ExpectOfScope(call, resource);
    case HandleKind::kReference:
      if (call.function != FunctionId::napi_reference_unref || resource.count > 0) return false;
      expected.Tells(Rule::kReferenceUnrefBelowZero, napi_generic_failure);
      return true;
    case HandleKind::kCallbackScope:
      if (call.function != FunctionId::napi_close_callback_scope) return false;
      // Which of one callback's own is closed first is nobody's rule.
      if (call.twist == Twist::kOuter && resource.opened_in == call.frame) {
        expected.Misuse();
        return true;
      }
      if (resource.opened_in == call.frame) return false;
      expected.Refuses(Rule::kCallbackScopeMismatch, napi_callback_scope_mismatch);
      return true;
    case HandleKind::kThreadsafeFunction:
      ExpectOfTsfn(call, resource);
      return true;
    case HandleKind::kAsyncHook:
      if (call.frame->phase == Phase::kExecute) {
        expected.Refuses(Rule::kEnvWrongThread, napi_generic_failure);
      } else if (call.frame->phase == Phase::kGone) {
        expected.Refuses(Rule::kEnvUseAfterTeardown, napi_invalid_arg);
      } else {
        return false;
      }
      return true;
    default:
      return false;
  }
}

bool Runner::ExpectOfWork(Call& call, Resource& work) {
  Expectation& expected = call.expectation;
  Life life = work.life;
  bool in_flight = life == Life::kQueued || life == Life::kExecuting || life == Life::kExecuted ||
                   life == Life::kCancelled;
  switch (call.function) {
    case FunctionId::napi_queue_async_work:
      if (in_flight) {
        expected.Refuses(Rule::kWorkQueueTwice, napi_generic_failure);
        return true;
      }
      // Without complete nobody says when it has completed; at teardown some would never.
      if (work.no_complete || world_.stopping || work.times_queued == kTimesQueuedMost) {
        expected.Misuse();
        return true;
      }
      if (life == Life::kNew) return false;
      expected.Tells(Rule::kWorkRequeue, napi_ok);
      return true;
    case FunctionId::napi_cancel_async_work:
      if (life != Life::kNew) return false;
      expected.Refuses(Rule::kWorkCancelNotQueued, napi_invalid_arg);
      return true;
    case FunctionId::napi_delete_async_work:
      if (!in_flight) return false;
      if (life == Life::kCancelled) {
        expected.Refuses(Rule::kWorkDeleteAfterCancel, napi_generic_failure);
      } else if (work.cancel_failed) {
        expected.Refuses(Rule::kCancelStatusIgnored, napi_generic_failure);
      } else {
        expected.Refuses(life == Life::kExecuting ? Rule::kWorkDeleteWhileExecuting
                                                  : Rule::kWorkDeleteWhileQueued,
                         napi_generic_failure);
      }
      return true;
    default:
      return false;
  }
}

bool Runner::ExpectOfScope(Call& call, Resource& scope) {
  Expectation& expected = call.expectation;
  bool innermost = scope.depth == world_.depth && scope.depth > call.frame->depth;
  if (call.function == FunctionId::napi_escape_handle) {
    // From an outer scope one may; that is not modelled.
    if (!innermost || scope.count == 0) return false;
    expected.Tells(Rule::kScopeEscapeTwice, napi_escape_called_twice);
    return true;
  }
  if (innermost) return false;
  expected.Refuses(Rule::kScopeCloseOutOfOrder, napi_handle_scope_mismatch);
  return true;
}

// Whether the calling thread got napi_closing from it before.
bool Runner::IsTold(const Call& call, const Resource& function) const {
  if (call.frame->phase != Phase::kExecute) return function.told_main;
  return function.told_execute == world_.executes;
}

// All that may come: also where nothing is wrong.
void Runner::ExpectOfTsfn(Call& call, Resource& function) {
  Expectation& expected = call.expectation;
  bool on_worker = call.frame->phase == Phase::kExecute;
  bool told = IsTold(call, function);
  bool held = function.count > 0;
  bool finalized = function.life == Life::kFinalized;
  bool closing = function.life != Life::kNew || world_.hooks_ran;
  // In its own finalizer it is there, and is not; which thread an earlier execute ran on nobody
  // knows; nor what was told long ago.
  bool unknown_worker = on_worker && !told && function.told_execute != 0;
  if (function.finalizing || unknown_worker || world_.closings > kClosingsMost) {
    return expected.Misuse();
  }
  bool forwarded = !finalized || held;
  if (told) {
    expected.Tells(Rule::kTsfnUseAfterClosing, napi_invalid_arg);
    if (!forwarded) return;
  } else if (!forwarded) {
    return expected.Refuses(Rule::kTsfnUseAfterRelease, napi_invalid_arg);
  }
  auto answers = [&](napi_status status) { expected.statuses = 1u << status; };
  auto fails = [&](napi_status status) {
    if (expected.rule_count == 0) expected.tier = Tier::kDocumented;
    answers(status);
  };
  switch (call.function) {
    case FunctionId::napi_call_threadsafe_function: {
      // After the last release, and before the loop knows: no rule says anything.
      if (!held && !told) return expected.Misuse();
      if (closing) return fails(held ? napi_closing : napi_invalid_arg);
      if (!held) return expected.Misuse();
      bool full = function.queue_max > 0 && function.waiting() >= function.queue_max;
      if (!full) return answers(napi_ok);
      if (call.slots[2].bits != napi_tsfn_blocking) return fails(napi_queue_full);
      // A worker would wait for ever: the only other thread is itself.
      if (on_worker) return expected.Misuse();
      return expected.Refuses(Rule::kTsfnBlockingOnJsThread, napi_would_deadlock);
    }
    case FunctionId::napi_acquire_threadsafe_function:
      if (!held && !told) return expected.Misuse();
      if (closing) return fails(napi_closing);
      return held ? answers(napi_ok) : expected.Misuse();
    case FunctionId::napi_release_threadsafe_function:
      if (held) return answers(napi_ok);
      if (told) return answers(napi_invalid_arg);
      return expected.Refuses(Rule::kTsfnOverRelease, napi_invalid_arg);
    default:
      return answers(napi_ok);
  }
}

void Runner::RememberMisuse(Call& call, napi_status status) {
  const Expectation& expected = call.expectation;
  bool on_worker = call.frame->phase == Phase::kExecute;
  if (call.resource == kNobody || call.blind) return;
  // Without a good env nobody looks at the rest.
  if (call.twist >= Twist::kNullEnv && call.twist <= Twist::kWrongKindEnv) return;
  Resource& resource = world_.resources[call.resource];
  switch (resource.kind) {
    case HandleKind::kWork:
      if (call.function == FunctionId::napi_cancel_async_work && !expected.refused &&
          status != napi_ok) {
        resource.cancel_failed = true;
      }
      if (call.function == FunctionId::napi_queue_async_work && status == napi_ok) {
        resource.cancel_failed = false;
        ++resource.times_queued;
      }
      resource.excused = resource.excused || expected.refused;
      break;
    case HandleKind::kDeferred: {
      bool stopped = status == napi_pending_exception || status == napi_cannot_run_js;
      resource.excused =
          resource.excused || expected.refused || (Settles(call.function) && stopped);
      break;
    }
    case HandleKind::kReference:
      resource.excused = resource.excused || expected.refused;
      break;
    case HandleKind::kScope:
    case HandleKind::kEscapableScope: {
      bool told = expected.rule_count > 0 && (expected.rules[0] == Rule::kScopeCloseOutOfOrder ||
                                              expected.rules[0] == Rule::kEnvCrossHandle);
      resource.excused = resource.excused || told;
      break;
    }
    case HandleKind::kThreadsafeFunction:
      if (call.function == FunctionId::napi_unref_threadsafe_function && status == napi_ok) {
        resource.unreferenced = true;
      }
      if (call.function == FunctionId::napi_ref_threadsafe_function && status == napi_ok) {
        resource.unreferenced = false;
      }
      if (call.function != FunctionId::napi_call_threadsafe_function || status != napi_closing) {
        break;
      }
      ++world_.closings;
      if (on_worker) {
        resource.told_execute = world_.executes;
      } else {
        resource.told_main = true;
      }
      break;
    default:
      break;
  }
}

}  // namespace napisan::cases
