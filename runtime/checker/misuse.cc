// What the thunks' slow paths find: which rule a handle breaks, in the order of precedence: stale,
// wrong kind, wrong env, wrong thread; and inside execute always that.

#include <string>

#include "api/defect.h"
#include "checker/stale.h"
#include "checker/thunk.h"

namespace napisan::checker {
namespace {

// A result variable that a failed call left as it was, with these very bits.
const FailedCall* FindFailed(const EnvRecord& env, Token token) {
  for (const FailedCall& failed : env.failed) {
    if (failed.pc != 0 && failed.left == token) return &failed;
  }
  return nullptr;
}

bool InExecute(Call& call) {
  PhaseFrame* top = call.thread.top();
  return top != nullptr && top->phase == Phase::kExecute &&
         !HAS_DEFECT(execute_not_told_from_other_threads);
}

// Refuses with `status` and no report: what any host would answer.
bool Answer(Call& call, napi_status status) {
  Refuse(call, status);
  return false;
}

// The env that a call is about: that of the callback which makes it, where it takes none. Null
// where that is not this thread's.
EnvRecord* EnvOf(Call& call) {
  PhaseFrame* top = call.thread.top();
  EnvRecord* env = call.env != nullptr || top == nullptr ? call.env : top->env;
  return env != nullptr && env->owner == &call.thread ? env : nullptr;
}

// A handle that a failed call left unset. True: it is answered.
bool RefuseUnset(Call& call, Kind wanted, Token token, const char* argument) {
  EnvRecord* env = EnvOf(call);
  const FailedCall* failed = env != nullptr ? FindFailed(*env, token) : nullptr;
  if (failed == nullptr) return false;
  // The report about the refused call tells it all.
  if (failed->refused) return !Answer(call, napi_invalid_arg);
  Violate(call, {.rule = RuleId::StatusUnchecked,
                 .message = std::string("the ") + KindWord(wanted) + " passed is what a failed " +
                            Info(failed->function).name + " (status " +
                            std::to_string(failed->status) + ") left in its result variable",
                 .argument = argument});
  return true;
}

bool RefuseBits(Call& call, Kind wanted, Token token, const char* argument) {
  Kind kind = KindOf(token);
  std::string words = HexOf(token);
  AgentState* agent = call.thread.agent;
  if (agent == nullptr && call.env != nullptr) agent = call.env->agent;
  bool given = kind != wanted &&
               (agent != nullptr ? WasGiven(*agent, token) : FindStale(kind, token).was_used);
  if (given) {
    Violate(call, {.rule = RuleId::HandleWrongKind,
                   .message = std::string("a ") + KindWord(kind) + " is passed as " +
                              KindWord(wanted) + " (" + words + ")",
                   .argument = argument});
  } else {
    Violate(call, {.rule = RuleId::HandleForged,
                   .message = words + " is passed as " + KindWord(wanted) +
                              ", and was never given to this module",
                   .argument = argument});
  }
  return false;
}

// What the headers call an argument of this type; each function has at most one.
const char* ArgumentOf(Kind kind) {
  switch (kind) {
    case Kind::kWork:
      return "work";
    case Kind::kReference:
      return "ref";
    case Kind::kDeferred:
      return "deferred";
    case Kind::kThreadSafeFunction:
      return "func";
    case Kind::kAsyncContext:
      return "async_context";
    case Kind::kHandleScope:
    case Kind::kEscapableScope:
    case Kind::kCallbackScope:
      return "scope";
    case Kind::kCallbackInfo:
      return "cbinfo";
    case Kind::kCleanupHook:
      return "remove_handle";
    default:
      return nullptr;
  }
}

// The deed that makes a stale handle of each kind a rule's business.
RuleId StaleRule(Kind kind, Event event) {
  switch (kind) {
    case Kind::kWork:
      return Next(State::WorkDeleted, event).rule;
    case Kind::kReference:
      return Next(State::ReferenceDeleted, event).rule;
    case Kind::kDeferred:
      return RuleId::DeferredDoubleSettle;
    case Kind::kAsyncContext:
    case Kind::kCallbackScope:
      return RuleId::CallbackScopeMismatch;
    case Kind::kThreadSafeFunction:
      return RuleId::TsfnUseAfterRelease;
    case Kind::kCleanupHook:
      return RuleId::CleanupAsyncDoubleRemove;
    case Kind::kCallbackInfo:
      return RuleId::ScopeValueOutlives;
    default:
      return RuleId::HandleForged;
  }
}

const char* Deed(Event event) {
  switch (event) {
    case Event::Queue:
      return "queued";
    case Event::Cancel:
      return "cancelled";
    case Event::Delete:
      return "deleted again";
    case Event::Settle:
      return "settled again";
    case Event::Close:
      return "closed again";
    case Event::Ref:
      return "ref'd";
    case Event::Unref:
      return "unref'd";
    default:
      return "used";
  }
}

}  // namespace

bool RefuseEnv(Call& call, Token token) {
  if (token == 0) return Answer(call, napi_invalid_arg);
  EnvRecord* record = KindOf(token) == Kind::kEnv ? pools.envs.Lookup(token) : nullptr;
  if (InExecute(call)) {
    PhaseFrame* top = call.thread.top();
    // The frame of an execute knows its work by the closure that runs it.
    auto* work = static_cast<const WorkRecord*>(top->callback);
    Violate(call, {.rule = RuleId::ExecuteCallsNapi,
                   .message = std::string(Info(call.function).name) + " is called in execute of " +
                              Describe(*work),
                   .argument = "env",
                   .object = work});
    return false;
  }
  if (record == nullptr && (KindOf(token) != Kind::kEnv || !pools.envs.WasUsed(token))) {
    return RefuseBits(call, Kind::kEnv, token, "env");
  }
  if (record == nullptr || record->state.load(std::memory_order_relaxed) == kEnvGone) {
    std::string of = record != nullptr ? std::string(" of ") + record->module : std::string();
    Violate(call, {.rule = RuleId::EnvUseAfterTeardown,
                   .message = "the env" + of + " is used after it was torn down",
                   .argument = "env"});
    return false;
  }
  std::string owner = NameOf(*record->owner->thread).text;
  call.env = record;
  Violate(call,
          {.rule = RuleId::EnvWrongThread,
           .message = "an env of " + owner + " is used on " + NameOf(*call.thread.thread).text,
           .argument = "env"});
  return false;
}

bool RefuseValue(Call& call, Token token, const char* argument) {
  if (RefuseUnset(call, Kind::kValue, token, argument)) return false;
  ValueTable& values = call.env->agent->values;
  if (KindOf(token) != Kind::kValue) return RefuseBits(call, Kind::kValue, token, argument);
  if (!values.IsOwn(token)) {
    if (!WasAgentOf(token)) return RefuseBits(call, Kind::kValue, token, argument);
    const EnvRecord* other = FindOwnerFromAfar(token);
    const std::string of =
        other != nullptr ? NameOf(*other->owner->thread).text : "an agent that has ended";
    Violate(call, {.rule = RuleId::EnvCrossHandle,
                   .message = "a value of " + of + " is passed with an env of " +
                              NameOf(*call.thread.thread).text,
                   .argument = argument});
    return false;
  }
  if (!values.WasMade(token) || values.IsOfOpenScope(token)) {
    return RefuseBits(call, Kind::kValue, token, argument);
  }
  const Scope* scope = values.FindClosed(token);
  // Too long ago to know: what this callback, or one inside of it, has made is from a scope in it.
  const Scope* callback = values.InnermostCallback();
  bool in_callback = callback != nullptr && EpochOf(token) > callback->epoch;
  if (scope != nullptr ? scope->type != Scope::Type::kCallback : in_callback) {
    std::string opened = scope != nullptr ? WhereOpened(*scope) + ", " : "";
    Violate(call, {.rule = RuleId::ScopeUseAfterClose,
                   .message = "a value is used after its handle scope, " + opened + "was closed",
                   .argument = argument});
    return false;
  }
  std::string where = scope != nullptr
                          ? DescribePhase(scope->phase, scope->subject) + ", which has returned"
                          : "a callback that returned long ago";
  Violate(call, {.rule = RuleId::ScopeValueOutlives,
                 .message = "a value is used that was made in " + where,
                 .argument = argument});
  return false;
}

bool RefuseHandle(Call& call, Kind kind, Token token, const char* argument) {
  if (argument == nullptr) argument = ArgumentOf(kind);
  if (token == 0 && kind == Kind::kDeferred) {
    Violate(
        call,
        {.rule = RuleId::DeferredNull, .message = "the deferred is null", .argument = "deferred"});
    return false;
  }
  if (RefuseUnset(call, kind, token, argument)) return false;
  if (KindOf(token) != kind) return RefuseBits(call, kind, token, argument);
  auto [record, was_used] = FindStale(kind, token);
  if (kind == Kind::kCallbackInfo) was_used = WasGiven(*call.env->agent, token);
  if (record == nullptr && !was_used) return RefuseBits(call, kind, token, argument);
  Event event = Info(call.function).event;
  if (event == Event::Create) event = Event::Use;
  // Dead in whatever env it was: stale comes before foreign.
  Step step = record != nullptr ? Next(StateOf(*record), event) : Step{State{}, RuleId::kCount};
  bool dead = record == nullptr || (!step.legal() && step.next == StateOf(*record) &&
                                    step.rule == StaleRule(kind, event));
  if (dead) {
    std::string what = record != nullptr ? Describe(*record) : std::string("a ") + KindWord(kind);
    Violate(call, {.rule = StaleRule(kind, event),
                   .message = what + " is " + Deed(event) +
                              (kind == Kind::kCallbackInfo ? " after its callback returned" : "") +
                              (record == nullptr ? " long after its end" : ""),
                   .argument = argument,
                   .object = record});
    return false;
  }
  RuleId rule = kind == Kind::kWork ? RuleId::WorkWrongEnv : RuleId::EnvCrossHandle;
  Violate(call, {.rule = rule,
                 .message = Describe(*record) + " of " + NameOfEnv(*record->env) +
                            " is passed with " + NameOfEnv(*call.env),
                 .argument = argument,
                 .object = record});
  return false;
}

bool RefuseNoScope(Call& call) {
  Violate(call, {.rule = RuleId::ScopeNoneOpen,
                 .message = std::string(Info(call.function).name) +
                            " makes a value, and no handle scope is open"});
  return false;
}

bool OnMisuse(Call& call, Record& record, Event event, RuleId rule) {
  std::string message = Describe(record);
  State state = StateOf(record);
  if (record.kind == Kind::kWork && event == Event::Delete && state != State::WorkDeleted) {
    message += " is deleted while it is " + DescribeState(record);
    if ((record.flags & kCancelFailed) != 0) {
      message += "; the cancel before did not stop it";
      return !Violate(call, {.rule = RuleId::CancelStatusIgnored,
                             .message = message,
                             .argument = "work",
                             .object = &record,
                             .also = {rule}});
    }
    return !Violate(call,
                    {.rule = rule, .message = message, .argument = "work", .object = &record});
  }
  switch (event) {
    case Event::Queue:
      message += state == State::WorkDeleted ? " is queued after it was deleted"
                 : rule == RuleId::WorkRequeue
                     ? " is queued again after its complete"
                     : " is queued again while it is " + DescribeState(record);
      break;
    case Event::Cancel:
      message += state == State::WorkDeleted ? " is cancelled after it was deleted"
                                             : " is cancelled and was never queued";
      break;
    default:
      message += std::string(" is ") + Deed(event);
      if (event == Event::Use || event == Event::Ref || event == Event::Unref) {
        message += " after it was deleted";
      }
  }
  return !Violate(
      call,
      {.rule = rule, .message = message, .argument = ArgumentOf(record.kind), .object = &record});
}

void OnPending(Call& call) {
  bool pending = false;
  auto env = static_cast<napi_env>(call.env->host);
  if (host.napi_is_exception_pending(env, &pending) == napi_ok && !pending) {
    call.env->exception_pending = false;
    return;
  }
  Violate(call, {.rule = RuleId::CallWhilePending,
                 .message = std::string(Info(call.function).name) +
                            " is called with an exception pending"});
}

napi_callback_info FindOuterInfo(const ThreadState& thread, Token token) {
  for (uint32_t at = thread.depth; at-- > 0;) {
    if (thread.frames[at].info == token) return thread.frames[at].host_info;
  }
  return nullptr;
}

void OnUnset(Call& call, napi_status status, const void* result) {
  EnvRecord* env = EnvOf(call);
  if (result == nullptr || env == nullptr) return;
  Token left = *static_cast<const Token*>(result);
  // Null is answered by every host, and a good handle was the module's own choice.
  if (left == 0 || IsAlive(*env->agent, left)) return;
  env->failed[env->failed_next++ % EnvRecord::kFailedKept] = {
      left, call.function, status, call.pc, CurrentImageEpoch(), call.refused != napi_ok};
}

void OnFailure(Call& call, napi_status status) {
  EnvRecord& env = *call.env;
  env.js_refused |= status == napi_cannot_run_js;
  // What may run JavaScript may have thrown, whatever status it has.
  bool may_throw =
      status == napi_pending_exception || Info(call.function).pending == WhilePending::Refused;
  if (!may_throw || env.exception_pending) return;
  auto host_env = static_cast<napi_env>(env.host);
  // Asking resets what napi_get_last_error_info says: keep that first.
  const napi_extended_error_info* info = nullptr;
  if (host.napi_get_last_error_info(host_env, &info) == napi_ok) env.refused_info = *info;
  env.refused = status;
  host.napi_is_exception_pending(host_env, &env.exception_pending);
  env.js_refused |= !env.exception_pending;
}

}  // namespace napisan::checker
