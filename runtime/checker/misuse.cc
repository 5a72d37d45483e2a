// What the thunks' slow paths find: which rule a handle breaks, in the order of precedence: stale,
// wrong kind, wrong env, wrong thread; and inside execute always that.

#include <string>

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
  return top != nullptr && top->phase == Phase::kExecute;
}

// Refuses with `status` and no report: what any host would answer.
bool Answer(Call& call, napi_status status) {
  call.refused = status;
  return false;
}

bool RefuseBits(Call& call, Kind wanted, Token token, const char* argument) {
  Kind kind = KindOf(token);
  std::string words = HexOf(token);
  if (kind > Kind::kNone && kind < Kind::kCount && kind != wanted) {
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

// The record that a token was made for, if its slot was not used again; and whether it ever was.
template <class R>
void FindStale(RecordPool<R>& pool, Token token, Record*& record, bool& was_used) {
  record = pool.Lookup(token);
  was_used = pool.WasUsed(token);
}

void FindStale(Kind kind, Token token, Record*& record, bool& was_used) {
  record = nullptr;
  was_used = false;
  switch (kind) {
    case Kind::kWork:
      return FindStale(pools.works, token, record, was_used);
    case Kind::kReference:
      return FindStale(pools.references, token, record, was_used);
    case Kind::kDeferred:
      return FindStale(pools.deferreds, token, record, was_used);
    case Kind::kAsyncContext:
      return FindStale(pools.async_contexts, token, record, was_used);
    case Kind::kCallbackScope:
      return FindStale(pools.callback_scopes, token, record, was_used);
    case Kind::kThreadSafeFunction:
      return FindStale(pools.tsfns, token, record, was_used);
    case Kind::kCleanupHook:
      return FindStale(pools.hooks, token, record, was_used);
    case Kind::kCallbackInfo:
      was_used = true;
      return;
    default:
      return;
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
  if (const FailedCall* failed = FindFailed(*call.env, token)) {
    Violate(call, {.rule = RuleId::StatusUnchecked,
                   .message = std::string("the value passed is what a failed ") +
                              Info(failed->function).name + " (status " +
                              std::to_string(failed->status) + ") left in its result variable",
                   .argument = argument});
    return false;
  }
  ValueTable& values = call.env->agent->values;
  if (KindOf(token) != Kind::kValue) return RefuseBits(call, Kind::kValue, token, argument);
  if (!values.IsOwn(token)) {
    const EnvRecord* other = FindOwnerFromAfar(token);
    if (other == nullptr) return RefuseBits(call, Kind::kValue, token, argument);
    Violate(call, {.rule = RuleId::EnvCrossHandle,
                   .message = std::string("a value of ") + NameOf(*other->owner->thread).text +
                              " is passed with an env of " + NameOf(*call.thread.thread).text,
                   .argument = argument});
    return false;
  }
  if (!values.WasMade(token)) return RefuseBits(call, Kind::kValue, token, argument);
  const Scope* scope = values.FindClosed(token);
  if (scope != nullptr && scope->type != Scope::Type::kCallback) {
    Violate(call, {.rule = RuleId::ScopeUseAfterClose,
                   .message = "a value is used after its handle scope, opened in " +
                              DescribePhase(scope->phase, scope->subject) + ", was closed",
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
  if (KindOf(token) != kind) return RefuseBits(call, kind, token, argument);
  Record* record;
  bool was_used;
  FindStale(kind, token, record, was_used);
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
                 .message = Describe(*record) + " of env #" + std::to_string(record->env->id) +
                            " is passed with env #" + std::to_string(call.env->id),
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
  return !Violate(call, {.rule = rule, .message = message, .object = &record});
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

void OnFailure(Call& call, napi_status status, const void* result, bool has_result) {
  EnvRecord& env = *call.env;
  auto host_env = static_cast<napi_env>(env.host);
  if (has_result && result != nullptr) {
    Token left = *static_cast<const Token*>(result);
    // Null is answered by every host, and a good value was the module's own choice.
    if (left != 0 && !(KindOf(left) == Kind::kValue && env.agent->values.Contains(left))) {
      env.failed[env.failed_next++ % EnvRecord::kFailedKept] = {left, call.function, status,
                                                                call.pc, CurrentImageEpoch()};
    }
  }
  env.js_refused |= status == napi_cannot_run_js;
  if (status != napi_pending_exception || env.exception_pending) return;
  // Asking resets what napi_get_last_error_info says: keep that first.
  const napi_extended_error_info* info = nullptr;
  if (host.napi_get_last_error_info(host_env, &info) == napi_ok) env.refused_info = *info;
  env.refused = status;
  host.napi_is_exception_pending(host_env, &env.exception_pending);
  env.js_refused |= !env.exception_pending;
}

}  // namespace napisan::checker
