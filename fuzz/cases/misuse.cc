// Which rules a call of a hostile case breaks, and what it answers then: by its env, its thread,
// its twist, and by what is pending. What depends on lives is in misuse_life.cc.
//
// Written from the catalogue of rules; what comes first where several are broken is told there,
// too.
#include "runner.h"

namespace napisan::cases {
namespace {

bool IsGated(FunctionId function) { return ContractOf(function).gate == Gate::Gated; }

}  // namespace

void Runner::ExpectDocumented(Call& call) {
  ExpectGeneric(call);
  Expect(call);
}

bool Runner::ExpectMisuse(Call& call) {
  Expectation& expected = call.expectation;
  Phase phase = call.frame->phase;
  if (SignatureOf(call.function).parameters[0].parameter == Parameter::kEnv) {
    if (call.twist == Twist::kNullEnv) {
      expected.Answers(napi_invalid_arg);
      return true;
    }
    if (phase == Phase::kExecute) {
      expected.Refuses(Rule::kExecuteCallsNapi, napi_generic_failure);
      return true;
    }
    if (call.twist == Twist::kForgedEnv) {
      expected.Refuses(Rule::kHandleForged, napi_invalid_arg);
      return true;
    }
    if (call.twist == Twist::kWrongKindEnv) {
      expected.Refuses(Rule::kHandleWrongKind, napi_invalid_arg);
      return true;
    }
    if (phase == Phase::kGone) {
      expected.Refuses(Rule::kEnvUseAfterTeardown, napi_invalid_arg);
      return true;
    }
  }
  if (phase == Phase::kOutside) {
    ExpectOutside(call);
    return true;
  }
  if (call.twist == Twist::kOtherEnv) {
    ExpectOtherEnv(call);
    return true;
  }
  if (world_.pending && IsGated(call.function)) {
    expected.Tells(Rule::kCallWhilePending, napi_pending_exception);
  }
  if (call.twist != Twist::kNone && ExpectTwisted(call)) return true;
  return expected.rule_count > 0 || ExpectOfLife(call);
}

bool Runner::ExpectTwisted(Call& call) {
  Expectation& expected = call.expectation;
  switch (call.twist) {
    case Twist::kNull:
      ExpectNull(call);
      return true;
    case Twist::kForged:
      expected.Refuses(Rule::kHandleForged, napi_invalid_arg);
      return true;
    case Twist::kWrongKind:
      expected.Refuses(Rule::kHandleWrongKind, napi_invalid_arg);
      return true;
    case Twist::kStale:
      ExpectStale(call);
      return true;
    case Twist::kUnset: {
      bool refused = false;
      for (const Unset& unset : world_.unset) {
        if (unset.bits == call.twisted_bits) refused = unset.refused;
      }
      // The report about the call that was refused tells it all.
      if (refused) {
        expected.Answers(napi_invalid_arg);
        expected.refused = true;
      } else {
        expected.Refuses(Rule::kStatusUnchecked, napi_invalid_arg);
      }
      return true;
    }
    case Twist::kNullComplete:
      if (expected.rule_count > 0) return true;
      ExpectDocumented(call);
      if (expected.tier != Tier::kLegal || !expected.known || expected.statuses != 1u << napi_ok) {
        expected.Misuse();
      } else {
        expected.Tells(Rule::kWorkNullComplete, napi_ok);
      }
      return true;
    case Twist::kDuplicate:
      // One that has run may be added again.
      if (world_.stopping) {
        expected.Misuse();
      } else {
        expected.Refuses(Rule::kCleanupDuplicateHook, napi_invalid_arg);
      }
      return true;
    default:
      return false;
  }
}

// Null is an argument like any other, which the function answers; but for two kinds of handles that
// would be followed.
void Runner::ExpectNull(Call& call) {
  Expectation& expected = call.expectation;
  const ParameterInfo& info = SignatureOf(call.function).parameters[call.twisted_at];
  bool is_value = info.parameter == Parameter::kValue;
  if (!is_value && info.handle == HandleKind::kDeferred) {
    return expected.Refuses(Rule::kDeferredNull, napi_invalid_arg);
  }
  if (!is_value && info.handle == HandleKind::kThreadsafeFunction) {
    return expected.Refuses(Rule::kHandleForged, napi_invalid_arg);
  }
  if (expected.rule_count > 0) return;
  // A call that is made in no async context has one that is null.
  bool can_be_null = call.function == FunctionId::napi_make_callback ||
                     call.function == FunctionId::napi_open_callback_scope;
  if (!is_value && !can_be_null) return expected.Answers(napi_invalid_arg);
  ExpectDocumented(call);
  if (expected.tier == Tier::kHostile) return;
  expected.tier = Tier::kDocumented;
  expected.known = expected.known && !is_value;
}

void Runner::ExpectStale(Call& call) {
  Expectation& expected = call.expectation;
  if (call.function == FunctionId::napi_remove_env_cleanup_hook) {
    // Once hooks have run it is no mistake.
    if (world_.stopping) return expected.Misuse();
    return expected.Tells(Rule::kCleanupRemoveUnregistered, napi_ok);
  }
  const ParameterInfo& info = SignatureOf(call.function).parameters[call.twisted_at];
  bool deletes = Info(call.function).event == Event::Delete;
  if (info.parameter == Parameter::kInfo) {
    return expected.Refuses(Rule::kScopeValueOutlives, napi_invalid_arg);
  }
  if (info.parameter != Parameter::kHandle) {
    bool by_scope = false;
    for (const Dead& dead : world_.dead) {
      if (reinterpret_cast<uint64_t>(dead.handle) == call.twisted_bits) by_scope = dead.by_scope;
    }
    Rule rule = by_scope ? Rule::kScopeUseAfterClose : Rule::kScopeValueOutlives;
    return expected.Refuses(rule, napi_invalid_arg);
  }
  const Resource& resource = world_.resources[call.resource];
  switch (info.handle) {
    case HandleKind::kReference:
      return expected.Refuses(
          deletes ? Rule::kReferenceDoubleDelete : Rule::kReferenceUseAfterDelete,
          napi_invalid_arg);
    case HandleKind::kDeferred:
      return expected.Refuses(Rule::kDeferredDoubleSettle, napi_invalid_arg);
    case HandleKind::kWork:
      return expected.Refuses(deletes ? Rule::kWorkDoubleDelete : Rule::kWorkUseAfterDelete,
                              napi_invalid_arg);
    case HandleKind::kThreadsafeFunction:
      return ExpectOfTsfn(call, world_.resources[call.resource]);
    case HandleKind::kCallbackScope:
    case HandleKind::kAsyncContext:
      return expected.Refuses(Rule::kCallbackScopeMismatch, napi_callback_scope_mismatch);
    case HandleKind::kAsyncHook:
      return expected.Refuses(Rule::kCleanupAsyncDoubleRemove, napi_invalid_arg);
    default:
      // One that was told about already is no second mistake.
      if (resource.excused) {
        expected.Answers(napi_handle_scope_mismatch);
        expected.refused = true;
        return;
      }
      if (call.function == FunctionId::napi_escape_handle) {
        return expected.Refuses(Rule::kScopeEscapeForeign, napi_invalid_arg);
      }
      return expected.Refuses(Rule::kScopeDoubleClose, napi_handle_scope_mismatch);
  }
}

void Runner::ExpectOtherEnv(Call& call) {
  Expectation& expected = call.expectation;
  // Values are their agent's, which is the same; and which of two envs ends first nobody says.
  if (call.resource == kNobody || world_.stopping) return expected.Misuse();
  const Resource& resource = world_.resources[call.resource];
  if (resource.kind == HandleKind::kThreadsafeFunction) {
    bool ended = resource.life == Life::kFinalized && resource.count == 0;
    if (ended || resource.finalizing || IsTold(call, resource)) return expected.Misuse();
  }
  bool is_work = resource.kind == HandleKind::kWork;
  expected.Refuses(is_work ? Rule::kWorkWrongEnv : Rule::kEnvCrossHandle, napi_invalid_arg);
}

// What makes a value where no scope is open; the rest is left out.
void Runner::ExpectOutside(Call& call) {
  const Signature& signature = SignatureOf(call.function);
  bool makes = call.function == FunctionId::napi_open_escapable_handle_scope;
  for (size_t i = 0; i < signature.count; ++i) {
    switch (signature.parameters[i].parameter) {
      case Parameter::kValueOut:
        makes = true;
        break;
      case Parameter::kValue:
      case Parameter::kValues:
      case Parameter::kHandle:
      case Parameter::kInfo:
      case Parameter::kDescriptors:
        return call.expectation.Misuse();
      default:
        break;
    }
  }
  if (!makes) return call.expectation.Misuse();
  call.expectation.Refuses(Rule::kScopeNoneOpen, napi_generic_failure);
}

void Runner::TwistFrame(Frame& frame, Twist twist) {
  bool has_scope = frame.phase <= Phase::kFinalize && frame.phase != Phase::kExecute;
  if (twist == Twist::kLeaves) frame.leaves = has_scope;
  if (twist == Twist::kReturnsStale) frame.returns_stale = frame.phase == Phase::kCalled;
  if (twist == Twist::kReturnsNewest) frame.returns_newest = frame.phase == Phase::kCalled;
  if (twist == Twist::kUnwinds) frame.unwinds = frame.phase != Phase::kCall;
}

}  // namespace napisan::cases
