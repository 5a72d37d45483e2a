// Thread-safe functions: called from any thread and without an env, and counted.

#include <algorithm>
#include <string>

#include "api/defect.h"
#include "checker/by_hand.h"
#include "checker/closure.h"
#include "checker/judge.h"

namespace napisan::checker {
namespace {

TsfnRecord& RecordOf(void* context) { return *static_cast<TsfnRecord*>(context); }

void CallJsTrampoline(napi_env host_env, napi_value js_callback, void* context, void* data) {
  TsfnRecord& record = RecordOf(context);
  if (host_env == nullptr) {
    // The drain: the module is told by nulls to free its data only.
    if (record.env->stopping) LetGoOfDrained(*record.env, data);
    record.call_js(nullptr, nullptr, record.context, data);
    return;
  }
  EnvRecord& env = *record.env;
  ThreadState& thread = CurrentState();
  PhaseScope phase(thread, Phase::kCallJs, record.id, &env,
                   reinterpret_cast<const void*>(record.call_js), Handles::kYes);
  napi_value callback =
      js_callback == nullptr ? nullptr : HandleOf<napi_value>(env.agent->values.Add(js_callback));
  record.call_js(EnvHandle(env), callback, record.context, data);
  AfterCallback(env);
}

// The end of its finalize callback, also by an exception.
class Finalizing {
 public:
  explicit Finalizing(TsfnRecord& record) : record_(record) { record_.flags |= kFinalizing; }
  ~Finalizing() {
    record_.flags &= static_cast<uint8_t>(~kFinalizing);
    // A record that threads still hold stays in its list until the env is gone.
    if (record_.thread_count.load(std::memory_order_relaxed) <= 0) {
      BuryRecord(pools.tsfns, record_);
    }
  }
  Finalizing(const Finalizing&) = delete;
  Finalizing& operator=(const Finalizing&) = delete;

 private:
  TsfnRecord& record_;
};

// The end of every thread-safe function's life, whether the module has a finalize callback or not.
void FinalizeTsfn(napi_env, void* data, void*) {
  TsfnRecord& record = RecordOf(data);
  EnvRecord& env = *record.env;
  ThreadState& thread = CurrentState();
  // Torn down with acquisitions left, never aborted, and it would have kept the loop alive.
  bool leaked = env.hooks_ran && !env.cut_off && StateOf(record) == State::TsfnOpen &&
                (record.flags & kUnreferenced) == 0 &&
                record.thread_count.load(std::memory_order_relaxed) > 0;
  if (leaked) ReportLeakedTsfn(thread, record);
  record.state.store(static_cast<uint8_t>(State::TsfnFinalized), std::memory_order_relaxed);
  record.finalized.Store(Now(thread, 0));
  Finalizing finalizing(record);
  if (record.finalize == nullptr) return;
  PhaseScope phase(thread, Phase::kFinalize, 0, &env,
                   reinterpret_cast<const void*>(record.finalize), Handles::kYes);
  record.finalize(EnvHandle(env), record.finalize_data, record.context);
  AfterCallback(env);
}

bool InClosingList(const ThreadState& thread, Token token) {
  // To the end: nearly always it is in none, and where it is says nothing.
  bool found = false;
  for (Token told : thread.told_closing) found |= told == token;
  return found;
}

// Inside of its finalize callback it is still there, on its own thread: node-addon-api's progress
// workers abort it once more from there, and every host answers.
bool IsFinalizing(const Call& call, const TsfnRecord& record) {
  return record.env->owner == &call.thread && (record.flags & kFinalizing) != 0;
}

napi_threadsafe_function HostOf(const TsfnRecord& record) {
  return static_cast<napi_threadsafe_function>(record.host);
}

// The record of a call's handle. Null: return call.refused.
TsfnRecord* Enter(Call& call, napi_threadsafe_function func) {
  Token token = TokenOf(func);
  TsfnRecord* record =
      KindOf(token) == Kind::kThreadSafeFunction ? pools.tsfns.Lookup(token) : nullptr;
  if (record == nullptr) {
    RefuseHandle(call, Kind::kThreadSafeFunction, token, "func");
    return nullptr;
  }
  // Whoever still holds it may call it, and is told that it is closing.
  bool ended = StateOf(*record) == State::TsfnFinalized &&
               record->thread_count.load(std::memory_order_relaxed) <= 0 &&
               !IsFinalizing(call, *record);
  if (InClosingList(call.thread, token)) {
    Violate(call,
            {.rule = RuleId::TsfnUseAfterClosing,
             .message = Describe(*record) + " is used by " + NameOf(*call.thread.thread).text +
                        ", which it has told that it is closing",
             .argument = "func",
             .object = record});
    if (!ended) return record;
    // Nothing is left that the call could go on to.
    Refuse(call, napi_invalid_arg);
    return nullptr;
  }
  if (!ended) return record;
  Violate(call, {.rule = RuleId::TsfnUseAfterRelease,
                 .message = Describe(*record) + " is used after it was finalized",
                 .argument = "func",
                 .object = record});
  return nullptr;
}

// The same with an env, which must be its own.
TsfnRecord* EnterWithEnv(Call& call, napi_threadsafe_function func) {
  TsfnRecord* record = Enter(call, func);
  if (record == nullptr || record->env == call.env) return record;
  RefuseHandle(call, Kind::kThreadSafeFunction, TokenOf(func), "func");
  return nullptr;
}

// The host has freed it though threads hold it, as some do: we answer in its place.
bool IsFreed(const Call& call, const TsfnRecord& record) {
  return StateOf(record) == State::TsfnFinalized && !TsfnOutlivesClosing() &&
         !IsFinalizing(call, record);
}

// What the host answered: napi_closing takes one acquisition, and means never again.
napi_status NoteClosing(Call& call, TsfnRecord& record, napi_status status) {
  if (status != napi_closing) return status;
  record.thread_count.fetch_sub(1, std::memory_order_relaxed);
  ThreadState& thread = call.thread;
  if (HAS_DEFECT(closing_not_remembered)) return status;
  thread.told_closing[thread.told_closing_next++ % ThreadState::kClosingKept] =
      pools.tsfns.TokenFor(record);
  return status;
}

}  // namespace

namespace by_hand {

napi_status napi_create_threadsafe_function(napi_env env, napi_value func,
                                            napi_value async_resource,
                                            napi_value async_resource_name, size_t max_queue_size,
                                            size_t initial_thread_count, void* thread_finalize_data,
                                            napi_finalize thread_finalize_cb, void* context,
                                            napi_threadsafe_function_call_js call_js_cb,
                                            napi_threadsafe_function* result) {
  constexpr auto kId = FunctionId::napi_create_threadsafe_function;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  if (!EnterEnv<kId>(call, env)) return call.refused;
  napi_value host_func, resource, name;
  if (!FindValue(call, func, host_func, "func") ||
      !FindValue(call, async_resource, resource, "async_resource") ||
      !FindValue(call, async_resource_name, name, "async_resource_name")) {
    return Refused(call, result);
  }
  auto host_env = static_cast<napi_env>(call.env->host);
  TsfnRecord& record =
      NewRecord(pools.tsfns, *call.env, Kind::kThreadSafeFunction, State::TsfnOpen);
  record.context = context;
  record.call_js = call_js_cb;
  record.finalize = thread_finalize_cb;
  record.finalize_data = thread_finalize_data;
  record.queue_max = max_queue_size;
  constexpr size_t kThreadsMax = INT64_MAX / 2;
  record.thread_count.store(static_cast<int64_t>(std::min(initial_thread_count, kThreadsMax)),
                            std::memory_order_relaxed);
  record.made_in = call.thread.top() != nullptr ? call.thread.top()->phase : Phase::kNone;
  record.released.Clear();
  record.finalized.Clear();
  // Before the module's own call: that this one fails where the name is no string must not be its
  // last error.
  size_t length = 0;
  if (host.napi_get_value_string_utf8(host_env, name, record.name, kNameBytes, &length) !=
      napi_ok) {
    record.name[0] = '\0';
  }
  napi_threadsafe_function made = nullptr;
  napi_status status = host.napi_create_threadsafe_function(
      host_env, host_func, resource, name, max_queue_size, initial_thread_count, &record,
      FinalizeTsfn, &record, call_js_cb != nullptr ? CallJsTrampoline : nullptr,
      result != nullptr ? &made : nullptr);
  if (status != napi_ok) {
    BuryRecord(pools.tsfns, record);
    return Leave<kId>(call, status, result);
  }
  record.host = made;
  record.created.Store(call.now());
  *result = HandleOf<napi_threadsafe_function>(pools.tsfns.TokenFor(record));
  return Leave<kId>(call, status);
}

napi_status napi_get_threadsafe_function_context(napi_threadsafe_function func, void** result) {
  Call call{FunctionId::napi_get_threadsafe_function_context, NAPISAN_CALLER(), CurrentState()};
  TsfnRecord* record = Enter(call, func);
  if (record == nullptr) return call.refused;
  if (result == nullptr) return napi_invalid_arg;
  *result = record->context;
  return napi_ok;
}

napi_status napi_call_threadsafe_function(napi_threadsafe_function func, void* data,
                                          napi_threadsafe_function_call_mode is_blocking) {
  Call call{FunctionId::napi_call_threadsafe_function, NAPISAN_CALLER(), CurrentState()};
  TsfnRecord* record = Enter(call, func);
  if (record == nullptr) return call.refused;
  if (IsFreed(call, *record)) return NoteClosing(call, *record, napi_closing);
  napi_threadsafe_function host_func = HostOf(*record);
  if (is_blocking == napi_tsfn_blocking && record->queue_max > 0 &&
      record->env->owner == &call.thread && !HAS_DEFECT(blocking_on_js_thread_accepted)) {
    // Only this thread can make room: if there is none, it would wait for itself.
    napi_status status = host.napi_call_threadsafe_function(host_func, data, napi_tsfn_nonblocking);
    if (status != napi_queue_full) return NoteClosing(call, *record, status);
    Violate(call, {.rule = RuleId::TsfnBlockingOnJsThread,
                   .message = Describe(*record) + ", whose queue of " +
                              std::to_string(record->queue_max) +
                              " is full, is called blocking on its own JS thread",
                   .argument = "is_blocking",
                   .object = record});
    return call.refused;
  }
  return NoteClosing(call, *record,
                     host.napi_call_threadsafe_function(host_func, data, is_blocking));
}

napi_status napi_acquire_threadsafe_function(napi_threadsafe_function func) {
  Call call{FunctionId::napi_acquire_threadsafe_function, NAPISAN_CALLER(), CurrentState()};
  TsfnRecord* record = Enter(call, func);
  if (record == nullptr) return call.refused;
  if (IsFreed(call, *record)) return napi_closing;
  napi_status status = host.napi_acquire_threadsafe_function(HostOf(*record));
  if (status == napi_ok) record->thread_count.fetch_add(1, std::memory_order_relaxed);
  return status;
}

napi_status napi_release_threadsafe_function(napi_threadsafe_function func,
                                             napi_threadsafe_function_release_mode mode) {
  Call call{FunctionId::napi_release_threadsafe_function, NAPISAN_CALLER(), CurrentState()};
  TsfnRecord* record = Enter(call, func);
  if (record == nullptr) return call.refused;
  // Before the host: with the last release it may finalize at once on its own thread.
  int64_t before = record->thread_count.fetch_sub(1, std::memory_order_relaxed);
  bool over = before <= 0 && !HAS_DEFECT(over_release_accepted);
  if (over) {
    record->thread_count.fetch_add(1, std::memory_order_relaxed);
    // Told that it was closing, and reported for this already.
    if (InClosingList(call.thread, TokenOf(func))) return napi_invalid_arg;
    if (IsFinalizing(call, *record)) {
      return host.napi_release_threadsafe_function(HostOf(*record), mode);
    }
    Violate(call, {.rule = RuleId::TsfnOverRelease,
                   .message = Describe(*record) + " is released more often than it was acquired",
                   .argument = "func",
                   .object = record});
    return call.refused;
  }
  record->released.Store(call.now());
  if (IsFreed(call, *record)) return napi_ok;
  if (mode == napi_tsfn_abort && StateOf(*record) == State::TsfnOpen) {
    record->state.store(static_cast<uint8_t>(State::TsfnClosing), std::memory_order_relaxed);
  }
  napi_status status = host.napi_release_threadsafe_function(HostOf(*record), mode);
  if (status != napi_ok) record->thread_count.fetch_add(1, std::memory_order_relaxed);
  return status;
}

napi_status napi_unref_threadsafe_function(node_api_basic_env env, napi_threadsafe_function func) {
  constexpr auto kId = FunctionId::napi_unref_threadsafe_function;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  if (!EnterEnv<kId>(call, env)) return call.refused;
  auto host_env = static_cast<napi_env>(call.env->host);
  TsfnRecord* record = EnterWithEnv(call, func);
  if (record == nullptr) return call.refused;
  if (IsFreed(call, *record)) return Leave<kId>(call, napi_ok);
  record->flags |= kUnreferenced;
  return Leave<kId>(call, host.napi_unref_threadsafe_function(host_env, HostOf(*record)));
}

napi_status napi_ref_threadsafe_function(node_api_basic_env env, napi_threadsafe_function func) {
  constexpr auto kId = FunctionId::napi_ref_threadsafe_function;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  if (!EnterEnv<kId>(call, env)) return call.refused;
  auto host_env = static_cast<napi_env>(call.env->host);
  TsfnRecord* record = EnterWithEnv(call, func);
  if (record == nullptr) return call.refused;
  if (IsFreed(call, *record)) return Leave<kId>(call, napi_ok);
  record->flags &= static_cast<uint8_t>(~kUnreferenced);
  return Leave<kId>(call, host.napi_ref_threadsafe_function(host_env, HostOf(*record)));
}

// Past the queue, and whether or not it is closing: the host tells nobody so.
napi_status napi_call_threadsafe_function_with_priority(napi_threadsafe_function func, void* data,
                                                        napi_task_priority priority, bool isTail) {
  Call call{FunctionId::napi_call_threadsafe_function_with_priority, NAPISAN_CALLER(),
            CurrentState()};
  TsfnRecord* record = Enter(call, func);
  if (record == nullptr) return call.refused;
  if (IsFreed(call, *record)) return napi_generic_failure;
  return host.napi_call_threadsafe_function_with_priority(HostOf(*record), data, priority, isTail);
}

}  // namespace by_hand
}  // namespace napisan::checker
