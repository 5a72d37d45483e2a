#include "checker/judge.h"

#include <string>

#include "api/defect.h"
#include "checker/closure.h"
#include "checker/options.h"
#include "checker/reachable.h"
#include "checker/violate.h"

namespace napisan::checker {
namespace {

// The place a leak report points at is where the object was made.
void ReportLeak(ThreadState& thread, EnvRecord& env, RuleId rule, const Record& record,
                const HistoryEntryWords& created, const char* what) {
  ViolateOutside(thread, &env,
                 {.rule = rule, .message = Describe(record) + what, .object = &record},
                 created.Load().pc, Action::kNone);
}

template <class R, class Judge>
void ForEachLive(RecordPool<R>& pool, EnvRecord& env, Kind kind, Judge judge) {
  uint32_t slot = env.lists[static_cast<int>(kind)];
  while (slot != kNoSlot) {
    R& record = pool.At(slot);
    slot = pool.LinksOf(slot).next;
    judge(record);
    // Bury for good: the env's records go with it.
    BuryRecord(pool, record);
  }
}

// Marks each live record whose token is held.
template <class R, class Holder>
void LetGoIfHeld(RecordPool<R>& pool, const EnvRecord& env, Kind kind, Holder& holder) {
  for (uint32_t slot = env.lists[static_cast<int>(kind)]; slot != kNoSlot;
       slot = pool.LinksOf(slot).next) {
    R& record = pool.At(slot);
    if (holder.Holds(pool.TokenFor(record))) record.flags |= kLetGo;
  }
}

void JudgeScopes(ThreadState& thread, const EnvRecord& env) {
  ValueTable& values = env.agent->values;
  for (uint32_t at = 0; at < values.depth(); ++at) {
    Scope& scope = values.At(at);
    if (scope.type == Scope::Type::kCallback || scope.env != &env || scope.told) continue;
    scope.told = true;
    ViolateOutside(
        thread, scope.env,
        {.rule = RuleId::ScopeNotClosed,
         .message = "a handle scope that was " + WhereOpened(scope) + " is never closed"},
        scope.pc, Action::kNone);
  }
}

}  // namespace

void LetGoOfDeferreds(EnvRecord& env) {
  if (env.lists[static_cast<int>(Kind::kDeferred)] == kNoSlot) return;
  Reachable reachable(env);
  reachable.AddLiving();
  LetGoIfHeld(pools.deferreds, env, Kind::kDeferred, reachable);
}

void LetGoOfDrained(EnvRecord& env, const void* data) {
  bool any = false;
  for (Kind kind : {Kind::kWork, Kind::kReference, Kind::kDeferred}) {
    any = any || env.lists[static_cast<int>(kind)] != kNoSlot;
  }
  if (!any || !GetOptions().use_globals) return;
  MemoryWalk walk;
  walk.AddPointer(data);
  walk.Run();
  LetGoIfHeld(pools.works, env, Kind::kWork, walk);
  LetGoIfHeld(pools.references, env, Kind::kReference, walk);
  LetGoIfHeld(pools.deferreds, env, Kind::kDeferred, walk);
}

void JudgeLeaks(ThreadState& thread, EnvRecord& env) {
  JudgeScopes(thread, env);
  Reachable reachable(env);
  // A process would have died of the exception, and not lived to leak: what is left hangs on that.
  bool unwound = (env.flags & kUnwound) != 0;
  auto excused = [&](const Record& record, Token token) {
    // Of what was cut off only the works have had their complete all the same.
    bool cut_off = env.cut_off && StateOf(record) != State::WorkCompleted;
    return unwound || cut_off || record.made_in == Phase::kInit ||
           (record.flags & (kCallRefused | kLetGo)) != 0 || reachable.Holds(token);
  };
  ForEachLive(pools.works, env, Kind::kWork, [&](WorkRecord& work) {
    State state = StateOf(work);
    bool untold = HAS_DEFECT(unqueued_leak_not_told) && state == State::WorkCreated;
    if (!untold && !excused(work, pools.works.TokenFor(work))) {
      ReportLeak(thread, env, RuleId::WorkLeaked, work, work.created,
                 state == State::WorkCreated ? " was never queued and never deleted"
                                             : " was never deleted");
    }
    work.state.store(static_cast<uint8_t>(State::WorkDeleted), std::memory_order_relaxed);
  });
  ForEachLive(pools.references, env, Kind::kReference, [&](SimpleRecord& reference) {
    bool owned = (reference.flags & kHasFinalizer) != 0;
    if (!owned && !excused(reference, pools.references.TokenFor(reference))) {
      ReportLeak(thread, env, RuleId::ReferenceLeaked, reference, reference.created,
                 " was never deleted");
    }
    reference.state.store(static_cast<uint8_t>(State::ReferenceDeleted), std::memory_order_relaxed);
  });
  ForEachLive(pools.deferreds, env, Kind::kDeferred, [&](SimpleRecord& deferred) {
    // One whose settling the host refused was not forgotten.
    bool tried = (deferred.flags & kSettleRefused) != 0;
    if (HAS_DEFECT(refused_settling_told_as_leak)) tried = false;
    if (!tried && !excused(deferred, pools.deferreds.TokenFor(deferred))) {
      ReportLeak(thread, env, RuleId::DeferredNeverSettled, deferred, deferred.created,
                 " was never settled");
    }
    deferred.state.store(static_cast<uint8_t>(State::DeferredSettled), std::memory_order_relaxed);
  });
  ForEachLive(pools.tsfns, env, Kind::kThreadSafeFunction, [&](TsfnRecord& function) {
    // Still open: this host closes without finalizing.
    bool open = StateOf(function) == State::TsfnOpen && (function.flags & kUnreferenced) == 0;
    if (open && function.thread_count.load(std::memory_order_relaxed) > 0 &&
        !excused(function, pools.tsfns.TokenFor(function))) {
      ReportLeakedTsfn(thread, function);
    }
    // The threads that it counts are still told that it is closing, as long as its slot lasts.
    function.state.store(static_cast<uint8_t>(State::TsfnFinalized), std::memory_order_relaxed);
  });
  auto none = [](auto&) {};
  ForEachLive(pools.async_contexts, env, Kind::kAsyncContext, none);
  ForEachLive(pools.callback_scopes, env, Kind::kCallbackScope, none);
  ForEachLive(pools.hooks, env, Kind::kCleanupHook, [](HookRecord& hook) { hook.flags |= kLetGo; });
  ForEachLive(pools.closures, env, Kind::kClosure, none);
  ForEachLive(pools.closures, env, Kind::kSyncHook, none);
}

void ReportLeakedTsfn(ThreadState& thread, const TsfnRecord& record) {
  if (record.made_in == Phase::kInit) return;
  int64_t count = record.thread_count.load(std::memory_order_relaxed);
  ReportLeak(thread, *record.env, RuleId::TsfnLeaked, record, record.created,
             (" still has " + std::to_string(count) +
              (count == 1 ? " acquisition" : " acquisitions") + " at teardown")
                 .c_str());
}

bool ReportStalledHooks(ThreadState& thread) {
  bool found = false;
  for (uint32_t at = thread.agent != nullptr ? thread.agent->envs : kNoSlot; at != kNoSlot;
       at = pools.envs.LinksOf(at).next) {
    EnvRecord& env = pools.envs.At(at);
    for (uint32_t slot = env.lists[static_cast<int>(Kind::kCleanupHook)]; slot != kNoSlot;
         slot = pools.hooks.LinksOf(slot).next) {
      HookRecord& hook = pools.hooks.At(slot);
      if ((hook.flags & kHookCalled) == 0) continue;
      ReportLeak(thread, env, RuleId::CleanupAsyncNotRemoved, hook, hook.created,
                 " was called and its handle never removed");
      // Once is enough: another one may stall later.
      hook.flags &= static_cast<uint8_t>(~kHookCalled);
      found = true;
    }
  }
  return found;
}

}  // namespace napisan::checker
