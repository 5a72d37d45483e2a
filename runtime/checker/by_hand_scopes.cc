// Handle scopes: they are a stack, so they are checked as one. A scope's token holds its depth and
// its epoch.

#include <exception>
#include <string>

#include "api/defect.h"
#include "checker/by_hand.h"
#include "checker/closure.h"
#include "checker/stale.h"

namespace napisan::checker {
namespace {

Scope* FindScope(Call& call, Token token, Kind kind) {
  ValueTable& values = call.env->agent->values;
  if (KindOf(token) != kind || SlotOf(token) >= values.depth()) return nullptr;
  Scope& scope = values.At(SlotOf(token));
  bool same = scope.epoch == GenerationOf(token) || HAS_DEFECT(closed_scope_accepted);
  return same ? &scope : nullptr;
}

Token OpenScope(Call& call, Kind kind, void* host_scope) {
  ValueTable& values = call.env->agent->values;
  PhaseFrame* top = call.thread.top();
  Scope& scope =
      values.Open(kind == Kind::kEscapableScope ? Scope::Type::kEscapable : Scope::Type::kHandle);
  scope.phase = top != nullptr ? top->phase : Phase::kNone;
  scope.subject = top != nullptr ? top->subject : 0;
  scope.pc = call.pc;
  scope.image_epoch = CurrentImageEpoch();
  scope.host = host_scope;
  scope.env = call.env;
  return MakeToken(kind, values.depth() - 1, scope.epoch);
}

// The handle of no open scope: one that is closed, or none.
bool RefuseScope(Call& call, Token token, Kind kind, const Violation& stale) {
  const ValueTable& values = call.env->agent->values;
  if (KindOf(token) != kind || !WasGiven(*call.env->agent, token)) {
    return RefuseHandle(call, kind, token, "scope");
  }
  // One that was left open and closed for the module is no second mistake.
  const Scope* closed = values.FindClosed(token);
  if (closed != nullptr && closed->told) {
    Refuse(call, napi_handle_scope_mismatch);
    return false;
  }
  Violate(call, stale);
  return false;
}

bool RefuseScopeOf(Call& call, Scope& scope, Kind kind) {
  scope.told = true;
  Violate(call, {.rule = RuleId::EnvCrossHandle,
                 .message = std::string("a ") + KindWord(kind) + " of " + NameOfEnv(*scope.env) +
                            " is passed with " + NameOfEnv(*call.env),
                 .argument = "scope"});
  return false;
}

// The innermost scope, and explicit: only that one may be closed.
bool CheckClose(Call& call, Token token, Kind kind) {
  Scope* scope = FindScope(call, token, kind);
  if (scope == nullptr) {
    return RefuseScope(call, token, kind,
                       {.rule = RuleId::ScopeDoubleClose,
                        .message = std::string("a ") + KindWord(kind) + " is closed again",
                        .argument = "scope"});
  }
  if (scope->env != call.env) return RefuseScopeOf(call, *scope, kind);
  ValueTable& values = call.env->agent->values;
  if (scope == &values.innermost()) return true;
  scope->told = true;
  uint32_t inner = values.depth() - 1 - SlotOf(token);
  Violate(call, {.rule = RuleId::ScopeCloseOutOfOrder,
                 .message = std::string("a ") + KindWord(kind) + " is closed while " +
                            std::to_string(inner) + " opened after it " +
                            (inner == 1 ? "is" : "are") + " still open",
                 .argument = "scope"});
  return false;
}

template <FunctionId F, class Handle, auto HostMember>
napi_status Open(Call& call, napi_env env, Handle* result) {
  if (!EnterEnv<F>(call, env)) return call.refused;
  ValueTable& values = call.env->agent->values;
  // The escape slot belongs to the outer scope: without one there is nothing to escape to.
  bool escapable = kKindOf<Handle> == Kind::kEscapableScope;
  if (escapable && !values.has_scope() && !RefuseNoScope(call)) return Refused(call, result);
  Handle made = nullptr;
  napi_status status = (host.*HostMember)(static_cast<napi_env>(call.env->host),
                                          result != nullptr ? &made : nullptr);
  if (status == napi_ok && result != nullptr) {
    uint32_t slot = escapable ? values.Reserve() : 0;
    Token token = OpenScope(call, kKindOf<Handle>, made);
    values.innermost().escape_index = slot;
    *result = HandleOf<Handle>(token);
  }
  return Leave<F>(call, status, result);
}

template <FunctionId F, class Handle, auto HostMember>
napi_status Close(Call& call, napi_env env, Handle scope) {
  if (!EnterEnv<F>(call, env)) return call.refused;
  auto host_env = static_cast<napi_env>(call.env->host);
  if (scope == nullptr) return Leave<F>(call, (host.*HostMember)(host_env, nullptr));
  if (!CheckClose(call, TokenOf(scope), kKindOf<Handle>)) return call.refused;
  ValueTable& values = call.env->agent->values;
  napi_status status = (host.*HostMember)(host_env, static_cast<Handle>(values.innermost().host));
  if (status == napi_ok) values.Close();
  return Leave<F>(call, status);
}

// An exception that leaves a callback skips what would have closed its scopes: its own report
// tells. Exceptions in flight elsewhere cost a report at most.
bool IsUnwinding() { return std::uncaught_exceptions() > 0; }

}  // namespace

void PhaseScope::RepairScopes(const PhaseFrame& entry) {
  ValueTable& values = entry.env->agent->values;
  while (values.depth() > entry.scope_depth + 1) {
    Scope& scope = values.innermost();
    if (!scope.told && !IsUnwinding() && !HAS_DEFECT(open_scope_not_told)) {
      // The phase has ended, but the report is about it.
      ++thread_.depth;
      ViolateOutside(thread_, scope.env,
                     {.rule = RuleId::ScopeNotClosed,
                      .message = std::string("a handle scope that was opened in ") +
                                 DescribePhase(entry.phase, entry.subject) + " is not closed"},
                     scope.pc, Action::kRepaired);
      --thread_.depth;
    }
    scope.told = true;
    auto host_env = static_cast<napi_env>(scope.env->host);
    if (scope.type == Scope::Type::kEscapable) {
      host.napi_close_escapable_handle_scope(host_env,
                                             static_cast<napi_escapable_handle_scope>(scope.host));
    } else {
      host.napi_close_handle_scope(host_env, static_cast<napi_handle_scope>(scope.host));
    }
    values.Close();
  }
}

void PhaseScope::RepairCallbackScopes(const PhaseFrame& entry) {
  EnvRecord& env = *entry.env;
  const uint32_t& newest = env.lists[static_cast<int>(Kind::kCallbackScope)];
  while (newest != kNoSlot && pools.callback_scopes.At(newest).id > entry.last_callback_scope) {
    SimpleRecord& scope = pools.callback_scopes.At(newest);
    if (!IsUnwinding()) {
      // The phase has ended, but the report is about it.
      ++thread_.depth;
      ViolateOutside(thread_, &env,
                     {.rule = RuleId::CallbackScopeMismatch,
                      .message = Describe(scope) + " that was opened in " +
                                 DescribePhase(entry.phase, entry.subject) + " is not closed",
                      .object = &scope},
                     scope.created.Load().pc, Action::kRepaired);
      --thread_.depth;
    }
    host.napi_close_callback_scope(static_cast<napi_env>(env.host),
                                   static_cast<napi_callback_scope>(scope.host));
    scope.state.store(static_cast<uint8_t>(State::CallbackScopeClosed), std::memory_order_relaxed);
    BuryRecord(pools.callback_scopes, scope);
  }
}

void PhaseScope::DropDead(uintptr_t frame) {
  while (thread_.depth > 0 && thread_.frames[thread_.depth - 1].frame < frame) {
    const PhaseFrame& dead = thread_.frames[--thread_.depth];
    if (dead.phase == Phase::kExecute || thread_.agent == nullptr) continue;
    ValueTable& values = thread_.agent->values;
    while (values.depth() > dead.scope_depth) values.Close();
  }
}

namespace by_hand {

napi_status napi_open_handle_scope(napi_env env, napi_handle_scope* result) {
  Call call{FunctionId::napi_open_handle_scope, NAPISAN_CALLER(), CurrentState()};
  return Open<FunctionId::napi_open_handle_scope, napi_handle_scope,
              &HostTable::napi_open_handle_scope>(call, env, result);
}

napi_status napi_close_handle_scope(napi_env env, napi_handle_scope scope) {
  Call call{FunctionId::napi_close_handle_scope, NAPISAN_CALLER(), CurrentState()};
  return Close<FunctionId::napi_close_handle_scope, napi_handle_scope,
               &HostTable::napi_close_handle_scope>(call, env, scope);
}

napi_status napi_open_escapable_handle_scope(napi_env env, napi_escapable_handle_scope* result) {
  Call call{FunctionId::napi_open_escapable_handle_scope, NAPISAN_CALLER(), CurrentState()};
  return Open<FunctionId::napi_open_escapable_handle_scope, napi_escapable_handle_scope,
              &HostTable::napi_open_escapable_handle_scope>(call, env, result);
}

napi_status napi_close_escapable_handle_scope(napi_env env, napi_escapable_handle_scope scope) {
  Call call{FunctionId::napi_close_escapable_handle_scope, NAPISAN_CALLER(), CurrentState()};
  return Close<FunctionId::napi_close_escapable_handle_scope, napi_escapable_handle_scope,
               &HostTable::napi_close_escapable_handle_scope>(call, env, scope);
}

napi_status napi_escape_handle(napi_env env, napi_escapable_handle_scope scope, napi_value escapee,
                               napi_value* result) {
  constexpr auto kId = FunctionId::napi_escape_handle;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  if (!EnterEnv<kId>(call, env)) return call.refused;
  auto host_env = static_cast<napi_env>(call.env->host);
  ValueTable& values = call.env->agent->values;
  napi_value host_escapee;
  if (!FindValue(call, escapee, host_escapee, "escapee")) return Refused(call, result);
  if (scope == nullptr) {
    return Leave<kId>(call, host.napi_escape_handle(host_env, nullptr, host_escapee, nullptr),
                      result);
  }
  Token token = TokenOf(scope);
  Scope* found = FindScope(call, token, Kind::kEscapableScope);
  if (found == nullptr) {
    RefuseScope(call, token, Kind::kEscapableScope,
                {.rule = RuleId::ScopeEscapeForeign,
                 .message = "a value escapes from an escapable handle scope that is closed",
                 .argument = "scope"});
    return Refused(call, result);
  }
  if (found->env != call.env) {
    RefuseScopeOf(call, *found, Kind::kEscapableScope);
    return Refused(call, result);
  }
  // What outer scopes have made may escape as well: engines copy it.
  if (found->escaped) {
    Violate(call, {.rule = RuleId::ScopeEscapeTwice,
                   .message = "napi_escape_handle is called a second time for one scope",
                   .argument = "scope"});
  }
  napi_value made = nullptr;
  napi_status status =
      host.napi_escape_handle(host_env, static_cast<napi_escapable_handle_scope>(found->host),
                              host_escapee, result != nullptr ? &made : nullptr);
  if (status == napi_ok && result != nullptr) {
    found->escaped = true;
    *result = HandleOf<napi_value>(values.FillReserved(found->escape_index, made));
  }
  return Leave<kId>(call, status, result);
}

// Only a scope that the innermost callback opened: hosts count them, and abort where the callback
// returns with fewer than there were.
napi_status napi_close_callback_scope(napi_env env, napi_callback_scope scope) {
  constexpr auto kId = FunctionId::napi_close_callback_scope;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  if (!EnterEnv<kId>(call, env)) return call.refused;
  const SimpleRecord* found = pools.callback_scopes.Lookup(TokenOf(scope));
  const PhaseFrame* top = call.thread.top();
  if (KindOf(TokenOf(scope)) == Kind::kCallbackScope && found != nullptr && top != nullptr &&
      StateOf(*found) == State::CallbackScopeOpen && found->env == call.env &&
      found->id <= top->last_callback_scope) {
    Violate(call, {.rule = RuleId::CallbackScopeMismatch,
                   .message = Describe(*found) + " of an outer callback is closed",
                   .argument = "scope",
                   .object = found});
    return call.refused;
  }
  Arg<kId, napi_callback_scope> argument;
  if (!argument.In(call, scope, "scope")) return call.refused;
  napi_status status =
      host.napi_close_callback_scope(static_cast<napi_env>(call.env->host), argument.host);
  argument.Out(call, status);
  return Leave<kId>(call, status);
}

}  // namespace by_hand
}  // namespace napisan::checker
