#include "contract_async_work.h"

namespace napisan::fuzz {
namespace {

Outcome Ok(WorkState next) { return {napi_ok, nullptr, false, next}; }

// What any host answers: no misuse, and no report.
Outcome Error(napi_status status, WorkState state) { return {status, nullptr, false, state}; }

Outcome Refused(const char* rule, napi_status status, WorkState state) {
  return {status, rule, true, state};
}

// Told, and done all the same.
Outcome Told(const char* rule, WorkState next) { return {napi_ok, rule, false, next}; }

Outcome OnQueue(WorkState state) {
  switch (state) {
    case WorkState::kCreated:
      return Ok(WorkState::kQueued);
    case WorkState::kQueued:
    case WorkState::kExecuting:
    case WorkState::kExecuted:
    case WorkState::kCancelled:
      return Refused("async-work/queue-twice", napi_generic_failure, state);
    case WorkState::kCompleting:
    case WorkState::kCompleted:
      return Told("async-work/requeue-after-complete", WorkState::kQueued);
    case WorkState::kNone:
    case WorkState::kDeleted:
      break;
  }
  return Refused("async-work/use-after-delete", napi_invalid_arg, state);
}

Outcome OnCancel(WorkState state) {
  switch (state) {
    case WorkState::kCreated:
      return Refused("async-work/cancel-not-queued", napi_invalid_arg, state);
    case WorkState::kQueued:
    case WorkState::kCancelled:
      return Ok(WorkState::kCancelled);
    // Begun, executed or completed: too late, which is no misuse.
    case WorkState::kExecuting:
    case WorkState::kExecuted:
    case WorkState::kCompleting:
    case WorkState::kCompleted:
      return Error(napi_generic_failure, state);
    case WorkState::kNone:
    case WorkState::kDeleted:
      break;
  }
  return Refused("async-work/use-after-delete", napi_invalid_arg, state);
}

Outcome OnDelete(const Work& work) {
  switch (work.state) {
    case WorkState::kCreated:
    case WorkState::kCompleting:
    case WorkState::kCompleted:
      return Ok(WorkState::kDeleted);
    case WorkState::kCancelled:
      return Refused("async-work/delete-after-cancel-before-complete", napi_generic_failure,
                     work.state);
    case WorkState::kQueued:
    case WorkState::kExecuting:
    case WorkState::kExecuted: {
      const char* rule = work.state == WorkState::kExecuting ? "async-work/delete-while-executing"
                                                             : "async-work/delete-while-queued";
      if (work.cancel_failed) rule = "async-work/cancel-status-ignored";
      return Refused(rule, napi_generic_failure, work.state);
    }
    case WorkState::kNone:
    case WorkState::kDeleted:
      break;
  }
  return Refused("async-work/double-delete", napi_invalid_arg, work.state);
}

}  // namespace

Tier TierOf(const Outcome& outcome) {
  if (outcome.rule != nullptr) return Tier::kHostile;
  return outcome.status != napi_ok ? Tier::kDocumented : Tier::kLegal;
}

Outcome OnCreate(Making making, Caller caller, bool env_gone) {
  constexpr WorkState kNone = WorkState::kNone;
  if (making == Making::kNullEnv) return Error(napi_invalid_arg, kNone);
  if (caller == Caller::kExecute) {
    return Refused("async-work/execute-calls-napi", napi_generic_failure, kNone);
  }
  if (env_gone) return Refused("env/use-after-teardown", napi_invalid_arg, kNone);
  switch (making) {
    case Making::kPlain:
    case Making::kObjectResource:
    case Making::kNumberName:  // coerced to a string
      return Ok(WorkState::kCreated);
    case Making::kNullComplete:
      return Told("async-work/null-complete", WorkState::kCreated);
    case Making::kNoExecute:
    case Making::kNoResult:
    case Making::kNoName:
    case Making::kNullEnv:
      return Error(napi_invalid_arg, kNone);
    case Making::kSymbolName:
      return Error(napi_string_expected, kNone);
    case Making::kUndefinedResource:
      return Error(napi_object_expected, kNone);
    case Making::kForgedName:
      return Refused("handle/forged", napi_invalid_arg, kNone);
    case Making::kScopeAsName:
      return Refused("handle/wrong-kind", napi_invalid_arg, kNone);
  }
  return Error(napi_invalid_arg, kNone);
}

Outcome OnWork(LineKind function, const Work& work, Passing passing, Caller caller, bool env_gone) {
  if (passing == Passing::kNullEnv) return Error(napi_invalid_arg, work.state);
  if (caller == Caller::kExecute) {
    return Refused("async-work/execute-calls-napi", napi_generic_failure, work.state);
  }
  // The env comes before the work: without it there is nothing to look the work up in.
  if (env_gone) return Refused("env/use-after-teardown", napi_invalid_arg, work.state);
  switch (passing) {
    case Passing::kOwn:
    case Passing::kOtherEnv:
      break;
    case Passing::kNull:
    case Passing::kNullEnv:
      return Error(napi_invalid_arg, work.state);
    case Passing::kLow:
    case Passing::kHigh:
    case Passing::kStack:
      return Refused("handle/forged", napi_invalid_arg, work.state);
    case Passing::kValue:
    case Passing::kScope:
    case Passing::kReference:
    case Passing::kEnv:
      return Refused("handle/wrong-kind", napi_invalid_arg, work.state);
  }
  // A slot that never held a work passes null.
  if (work.state == WorkState::kNone) return Error(napi_invalid_arg, work.state);
  // That a work is deleted comes before whose it is.
  if (passing == Passing::kOtherEnv && work.state != WorkState::kDeleted) {
    return Refused("async-work/wrong-env", napi_invalid_arg, work.state);
  }
  if (function == LineKind::kQueue) return OnQueue(work.state);
  if (function == LineKind::kCancel) return OnCancel(work.state);
  return OnDelete(work);
}

}  // namespace napisan::fuzz
