// Thunks from types: what a call does on its way in and out follows from the C types of its
// arguments.
//
//   napi_env                 the first argument: looked up, its owner thread compared
//   napi_value               token to the host's handle
//   napi_value*              the host's handle to a token, when the call succeeded
//   napi_ref, napi_deferred… token to record; the function's event moves it along lifecycles.def
//   napi_ref*, …             the host's handle to a new record
//   everything else          as it is
//
// What types cannot tell is written by hand (by_hand.h).
// On the path of a correct call: no lock, no allocation, no hash, no read-modify-write.
#pragma once

#include <cstddef>
#include <tuple>
#include <utility>

#include "api/defect.h"
#include "api/functions.h"
#include "checker/violate.h"

namespace napisan::checker {

// The caller of the thunk that this is inlined into.
#define NAPISAN_CALLER() reinterpret_cast<uintptr_t>(__builtin_return_address(0))

// Slow paths: each reports, sets call.refused and returns false (or lets the call go on: true).
[[gnu::cold, gnu::noinline]] bool RefuseEnv(Call& call, Token token);
[[gnu::cold, gnu::noinline]] bool RefuseValue(Call& call, Token token, const char* argument);
[[gnu::cold, gnu::noinline]] bool RefuseHandle(Call& call, Kind kind, Token token,
                                               const char* argument);
[[gnu::cold, gnu::noinline]] bool RefuseNoScope(Call& call);
// A pending exception: told where the call is one that it forbids.
[[gnu::cold, gnu::noinline]] void OnPending(Call& call);
// The call failed: what must be remembered of it.
[[gnu::cold, gnu::noinline]] void OnFailure(Call& call, napi_status status);
// The call failed, or was refused, and left this result variable (a handle's, or null) unset.
[[gnu::cold, gnu::noinline]] void OnUnset(Call& call, napi_status status, const void* result);
// The end of a call that was refused.
inline napi_status Refused(Call& call, const void* result) {
  OnUnset(call, call.refused, result);
  return call.refused;
}
// The info of a callback that is still running, but is not the innermost; null where it is none.
[[gnu::cold, gnu::noinline]] napi_callback_info FindOuterInfo(const ThreadState& thread,
                                                              Token token);
// A step along the lifecycle that is a rule's, or that needs more than a table.
[[gnu::cold, gnu::noinline]] bool OnMisuse(Call& call, Record& record, Event event, RuleId rule);

// The env argument. False: return call.refused.
template <FunctionId F>
bool EnterEnv(Call& call, napi_env env) {
  Token token = TokenOf(env);
  EnvRecord* record = KindOf(token) == Kind::kEnv ? pools.envs.Lookup(token) : nullptr;
  bool owned =
      record != nullptr && (record->owner == &call.thread || HAS_DEFECT(wrong_thread_accepted));
  if (!owned || record->state.load(std::memory_order_relaxed) != kEnvLive) {
    return RefuseEnv(call, token);
  }
  call.env = record;
  if constexpr (Info(F).pending == WhilePending::Refused) {
    if (record->exception_pending) OnPending(call);
  }
  return true;
}

// The end of every call that took an env. `result` is the variable for a handle that it makes.
template <FunctionId F>
napi_status Leave(Call& call, napi_status status, const void* result = nullptr) {
  EnvRecord& env = *call.env;
  env.refused = napi_ok;
  if (status != napi_ok) {
    OnUnset(call, status, result);
    OnFailure(call, status);
  }
  if constexpr (F == FunctionId::napi_throw || F == FunctionId::napi_throw_error ||
                F == FunctionId::napi_throw_type_error || F == FunctionId::napi_throw_range_error ||
                F == FunctionId::node_api_throw_syntax_error) {
    if (status == napi_ok && !HAS_DEFECT(throwing_not_noted)) env.exception_pending = true;
  }
  if constexpr (F == FunctionId::napi_get_and_clear_last_exception) {
    if (status == napi_ok) env.exception_pending = false;
  }
  return status;
}

// Makes the token of a value the host gave us.
inline Token AddValue(Call& call, napi_value value) { return call.env->agent->values.Add(value); }

inline bool FindValue(Call& call, napi_value given, napi_value& found, const char* argument) {
  Token token = TokenOf(given);
  // Null is an argument like any other: the host answers it.
  if (token == 0) {
    found = nullptr;
    return true;
  }
  found = call.env->agent->values.Find(token);
  if (found != nullptr && KindOf(token) == Kind::kValue) return true;
  return RefuseValue(call, token, argument);
}

// --- Arguments ---

// An argument of type T to the function F: on its way in and, where the call came to the host, out.
template <FunctionId F, class T>
struct Arg {
  T host;

  bool In(Call&, T given, const char*) {
    host = given;
    return true;
  }
  void Out(Call&, napi_status) {}
  static constexpr bool kIsResult = false;
};

template <FunctionId F>
struct Arg<F, napi_value> {
  napi_value host;

  bool In(Call& call, napi_value given, const char* argument) {
    return FindValue(call, given, host, argument);
  }
  void Out(Call&, napi_status) {}
  static constexpr bool kIsResult = false;
};

template <FunctionId F>
struct Arg<F, napi_value*> {
  napi_value* host;
  napi_value* result;
  napi_value value;

  // A call that succeeded may still leave its result as it was.
  static inline const auto kUnset = reinterpret_cast<napi_value>(~uintptr_t{0});

  bool In(Call& call, napi_value* given, const char*) {
    result = given;
    value = kUnset;
    host = given == nullptr ? nullptr : &value;
    return call.env->agent->values.has_scope() || RefuseNoScope(call);
  }
  void Out(Call& call, napi_status status) {
    if (status != napi_ok || result == nullptr || value == kUnset) return;
    *result = value == nullptr ? nullptr : HandleOf<napi_value>(AddValue(call, value));
  }
  static constexpr bool kIsResult = true;
};

template <FunctionId F>
struct Arg<F, napi_callback_info> {
  napi_callback_info host;

  bool In(Call& call, napi_callback_info given, const char* argument) {
    Token token = TokenOf(given);
    host = nullptr;
    if (token == 0) return true;
    PhaseFrame* top = call.thread.top();
    host =
        top != nullptr && top->info == token ? top->host_info : FindOuterInfo(call.thread, token);
    return host != nullptr || RefuseHandle(call, Kind::kCallbackInfo, token, argument);
  }
  void Out(Call&, napi_status) {}
  static constexpr bool kIsResult = false;
};

// The pool behind each kind of handle.
template <class Handle>
struct Tracked {
  static constexpr bool kIs = false;
};
#define NAPISAN_TRACKED(handle, pool, first_state)      \
  template <>                                           \
  struct Tracked<handle> {                              \
    static constexpr bool kIs = true;                   \
    static auto& Pool() { return pools.pool; }          \
    static constexpr State kFirst = State::first_state; \
  };
NAPISAN_TRACKED(napi_async_work, works, WorkCreated)
NAPISAN_TRACKED(napi_ref, references, ReferenceLive)
NAPISAN_TRACKED(napi_deferred, deferreds, DeferredOpen)
NAPISAN_TRACKED(napi_async_context, async_contexts, AsyncContextLive)
NAPISAN_TRACKED(napi_callback_scope, callback_scopes, CallbackScopeOpen)
#undef NAPISAN_TRACKED

// True when an event ends the life of what it happens to.
constexpr bool Ends(Event event) {
  return event == Event::Delete || event == Event::Settle || event == Event::Close;
}

template <FunctionId F, class Handle>
requires Tracked<Handle>::kIs struct Arg<F, Handle> {
  // What makes one object uses the others that it takes.
  static constexpr Event kEvent = Info(F).event == Event::Create ? Event::Use : Info(F).event;

  Handle host;
  Record* record;
  State before;

  // Each is in one thunk, or by hand in one function.
  [[gnu::always_inline]] bool In(Call& call, Handle given, const char* argument) {
    Token token = TokenOf(given);
    record = nullptr;
    host = nullptr;
    // Null is the host's to answer; a null deferred it would follow.
    if (token == 0) {
      return kKindOf<Handle> != Kind::kDeferred ||
             RefuseHandle(call, Kind::kDeferred, token, argument);
    }
    auto* found =
        KindOf(token) == kKindOf<Handle> ? Tracked<Handle>::Pool().Lookup(token) : nullptr;
    bool foreign = found != nullptr && found->env != call.env;
    if (HAS_DEFECT(foreign_env_accepted)) foreign = false;
    if (found == nullptr || foreign) {
      return RefuseHandle(call, kKindOf<Handle>, token, argument);
    }
    before = StateOf(*found);
    Step step = Next(before, kEvent);
    if (HAS_DEFECT(double_delete_accepted) && kEvent == Event::Delete) step.rule = RuleId::kCount;
    if (!step.legal() && !OnMisuse(call, *found, kEvent, step.rule)) return false;
    record = found;
    host = static_cast<Handle>(found->host);
    // Before the host acts: once it has, another thread may already move the record on, and its
    // memory may already belong to someone else. A cancel is known only afterwards.
    bool stored = kEvent != Event::Queue ||
                  !(HAS_DEFECT(queueing_not_stored) || HAS_DEFECT(queueing_stored_after_the_host));
    if (kEvent != Event::Cancel && stored) {
      found->state.store(static_cast<uint8_t>(step.next), std::memory_order_relaxed);
      if (auto* entry = found->Entry(kEvent)) entry->Store(call.now());
    }
    // A cancel that failed said something of the life before.
    if (kEvent == Event::Queue) found->flags &= ~kCancelFailed;
    return true;
  }

  [[gnu::always_inline]] void Out(Call& call, napi_status status) {
    if (record == nullptr) return;
    auto& found = static_cast<decltype(Tracked<Handle>::Pool().At(0))>(*record);
    if (status != napi_ok) {
      Undo(call, found, status);
      return;
    }
    bool late = HAS_DEFECT(queueing_stored_after_the_host) && kEvent == Event::Queue;
    if (late) found.state.store(static_cast<uint8_t>(State::WorkQueued), std::memory_order_relaxed);
    if (kEvent == Event::Cancel) {
      // Only a work that is still queued: a worker may have begun it, where cancel always says ok.
      auto queued = static_cast<uint8_t>(State::WorkQueued);
      if (HAS_DEFECT(cancel_stored_without_comparing))
        queued = found.state.load(std::memory_order_relaxed);
      found.state.compare_exchange_strong(queued, static_cast<uint8_t>(State::WorkCancelled),
                                          std::memory_order_relaxed);
      if (StateOf(found) != State::WorkCancelled) found.flags |= kCancelFailed;
      if (auto* entry = found.Entry(kEvent)) entry->Store(call.now());
    }
    if (Ends(kEvent)) BuryRecord(Tracked<Handle>::Pool(), found);
  }
  static constexpr bool kIsResult = false;

 private:
  template <class R>
  [[gnu::cold, gnu::noinline]] void Undo(const Call& call, R& found, napi_status status) {
    if (kEvent == Event::Cancel) {
      found.flags |= kCancelFailed;
      return;
    }
    if (call.refused != napi_ok) found.flags |= kCallRefused;
    bool stopping = status == napi_pending_exception || status == napi_cannot_run_js;
    if (kEvent == Event::Settle && stopping) found.flags |= kSettleRefused;
    // No step: what it is by now, a callback inside of the call may have made it.
    if (kEvent == Event::Unref || kEvent == Event::Ref || kEvent == Event::Use) return;
    if (HAS_DEFECT(failed_step_not_taken_back)) return;
    found.state.store(static_cast<uint8_t>(before), std::memory_order_relaxed);
    if (auto* entry = found.Entry(kEvent)) entry->Clear();
  }
};

template <FunctionId F, class Handle>
requires Tracked<Handle>::kIs struct Arg<F, Handle*> {
  Handle* host;
  Handle* result;
  Handle made;

  bool In(Call&, Handle* given, const char*) {
    result = given;
    made = nullptr;
    host = given == nullptr ? nullptr : &made;
    return true;
  }
  void Out(Call& call, napi_status status) { Make(call, status); }
  // The new record, or null where the call made none.
  SimpleRecord* Make(Call& call, napi_status status) {
    if (status != napi_ok || result == nullptr) return nullptr;
    auto& pool = Tracked<Handle>::Pool();
    SimpleRecord& record = NewRecord(pool, *call.env, kKindOf<Handle>, Tracked<Handle>::kFirst);
    record.host = made;
    record.made_in = call.thread.top() != nullptr ? call.thread.top()->phase : Phase::kNone;
    record.created.Store(call.now());
    record.ended.Clear();
    record.count = 0;
    *result = HandleOf<Handle>(pool.TokenFor(record));
    return &record;
  }
  static constexpr bool kIsResult = true;
};

// --- The thunk ---

template <FunctionId F, auto HostMember, class Signature>
struct Thunk;

template <FunctionId F, auto HostMember, class... Rest>
struct Thunk<F, HostMember, napi_status(napi_env, Rest...)> {
  static napi_status Run(napi_env env, Rest... rest) {
    Call call{F, NAPISAN_CALLER(), CurrentState()};
    if (!EnterEnv<F>(call, env)) return call.refused;
    return Forward(call, std::index_sequence_for<Rest...>(), rest...);
  }

 private:
  template <size_t... I>
  [[gnu::always_inline]] static napi_status Forward(Call& call, std::index_sequence<I...>,
                                                    Rest... rest) {
    std::tuple<Arg<F, Rest>...> args;
    size_t entered = 0;
    if (!((std::get<I>(args).In(call, rest, nullptr) && (++entered, true)) && ...)) {
      // What the arguments before it have done to their objects did not happen.
      ((I < entered ? std::get<I>(args).Out(call, call.refused) : void()), ...);
      (OnResult<Rest>(call, call.refused, rest), ...);
      return call.refused;
    }
    napi_status status =
        (host.*HostMember)(static_cast<napi_env>(call.env->host), std::get<I>(args).host...);
    (std::get<I>(args).Out(call, status), ...);
    if constexpr (TakesBytes(F)) (NoteBytes(call, status, rest), ...);
    if (status != napi_ok) (OnResult<Rest>(call, status, rest), ...);
    return Leave<F>(call, status);
  }
  static void NoteBytes(Call& call, napi_status status, void** data) {
    if (status != napi_ok || data == nullptr || *data == nullptr) return;
    call.env->agent->taken_pointers.Note(*data, F, call.now());
  }
  template <class T>
  static void NoteBytes(Call&, napi_status, T) {}
  template <class T>
  static void OnResult(Call& call, napi_status status, T given) {
    if constexpr (Arg<F, T>::kIsResult) OnUnset(call, status, given);
  }
};

}  // namespace napisan::checker
