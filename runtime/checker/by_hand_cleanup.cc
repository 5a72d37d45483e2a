// Cleanup hooks: the host sees a trampoline and a closure; the module's own pair is the key.

#include <string>

#include "api/defect.h"
#include "checker/by_hand.h"
#include "checker/closure.h"
#include "checker/judge.h"
#include "checker/symbolize.h"

namespace napisan::checker {
namespace {

// The newest of a thread's hooks with this pair, whichever env it was added with. One that has run
// stays until its env is gone: it was added, and removing it then is no mistake.
Closure* FindHook(const AgentState& agent, napi_cleanup_hook hook, void* argument) {
  bool any_hook = HookIsItsArgument();
  for (uint32_t at = agent.envs; at != kNoSlot; at = pools.envs.LinksOf(at).next) {
    uint32_t slot = pools.envs.At(at).lists[static_cast<int>(Kind::kSyncHook)];
    while (slot != kNoSlot) {
      Closure& closure = pools.closures.At(slot);
      if (closure.data == argument && (any_hook || closure.cleanup == hook)) return &closure;
      slot = pools.closures.LinksOf(slot).next;
    }
  }
  return nullptr;
}

void HookTrampoline(void* data) {
  auto& closure = *static_cast<Closure*>(data);
  EnvRecord& env = *closure.env;
  if (env.state.load(std::memory_order_relaxed) == kEnvGone) {
    // A hook added it, and its env went first: only the module's own memory is left to it.
    closure.cleanup(closure.data);
    return;
  }
  BeginStopping(env);
  uint32_t generation = closure.generation.load(std::memory_order_relaxed);
  {
    PhaseScope phase(CurrentState(), Phase::kCleanup, 0, &env,
                     reinterpret_cast<const void*>(closure.cleanup), Handles::kYes);
    closure.cleanup(closure.data);
    AfterCallback(env);
  }
  // It may have removed itself, and its closure be another's by now.
  if (closure.generation.load(std::memory_order_relaxed) == generation) {
    closure.flags |= kHookCalled;
  }
}

void AsyncHookTrampoline(napi_async_cleanup_hook_handle, void* data) {
  auto& record = *static_cast<HookRecord*>(data);
  EnvRecord& env = *record.env;
  record.flags |= kHookCalled;
  BeginStopping(env);
  PhaseScope phase(CurrentState(), Phase::kCleanup, 0, &env,
                   reinterpret_cast<const void*>(record.hook), Handles::kYes);
  record.hook(HandleOf<napi_async_cleanup_hook_handle>(pools.hooks.TokenFor(record)),
              record.argument);
  AfterCallback(env);
}

}  // namespace

namespace by_hand {

napi_status napi_add_env_cleanup_hook(node_api_basic_env env, napi_cleanup_hook fun, void* arg) {
  constexpr auto kId = FunctionId::napi_add_env_cleanup_hook;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  if (!EnterEnv<kId>(call, env)) return call.refused;
  auto host_env = static_cast<napi_env>(call.env->host);
  if (fun == nullptr) {
    return Leave<kId>(call, host.napi_add_env_cleanup_hook(host_env, nullptr, arg));
  }
  const Closure* same = FindHook(*call.env->agent, fun, arg);
  bool twice = same != nullptr && (same->flags & kHookCalled) == 0;
  if (twice && !HAS_DEFECT(duplicate_hook_accepted)) {
    Violate(call, {.rule = RuleId::CleanupDuplicateHook,
                   .message = "a cleanup hook is added a second time with the same argument",
                   .argument = "fun"});
    return call.refused;
  }
  Closure& closure = NewClosure(*call.env, Kind::kSyncHook);
  closure.cleanup = fun;
  closure.data = arg;
  napi_status status = host.napi_add_env_cleanup_hook(host_env, HookTrampoline, &closure);
  if (status != napi_ok) FreeClosure(closure);
  return Leave<kId>(call, status);
}

napi_status napi_remove_env_cleanup_hook(node_api_basic_env env, napi_cleanup_hook fun, void* arg) {
  constexpr auto kId = FunctionId::napi_remove_env_cleanup_hook;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  if (!EnterEnv<kId>(call, env)) return call.refused;
  auto host_env = static_cast<napi_env>(call.env->host);
  Closure* closure = fun != nullptr ? FindHook(*call.env->agent, fun, arg) : nullptr;
  if (closure == nullptr) {
    if (fun != nullptr) {
      Violate(call, {.rule = RuleId::CleanupRemoveUnregistered,
                     .message = "a cleanup hook is removed that is not there",
                     .argument = "fun"});
    }
    return Leave<kId>(call, host.napi_remove_env_cleanup_hook(host_env, fun, arg));
  }
  napi_status status = (closure->flags & kHookCalled) != 0
                           ? napi_ok
                           : host.napi_remove_env_cleanup_hook(host_env, HookTrampoline, closure);
  if (status == napi_ok) FreeClosure(*closure);
  return Leave<kId>(call, status);
}

napi_status napi_add_async_cleanup_hook(node_api_basic_env env, napi_async_cleanup_hook hook,
                                        void* arg, napi_async_cleanup_hook_handle* remove_handle) {
  constexpr auto kId = FunctionId::napi_add_async_cleanup_hook;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  if (!EnterEnv<kId>(call, env)) return call.refused;
  HookRecord& record =
      NewRecord(pools.hooks, *call.env, Kind::kCleanupHook, State::CleanupHookAdded);
  record.hook = hook;
  record.argument = arg;
  record.ended.Clear();
  napi_async_cleanup_hook_handle made = nullptr;
  napi_status status = host.napi_add_async_cleanup_hook(
      static_cast<napi_env>(call.env->host), hook != nullptr ? AsyncHookTrampoline : nullptr,
      &record, &made);
  if (status != napi_ok) {
    BuryRecord(pools.hooks, record);
    return Leave<kId>(call, status, remove_handle);
  }
  record.host = made;
  record.created.Store(call.now());
  if (remove_handle != nullptr) {
    *remove_handle = HandleOf<napi_async_cleanup_hook_handle>(pools.hooks.TokenFor(record));
  }
  return Leave<kId>(call, status);
}

napi_status napi_remove_async_cleanup_hook(napi_async_cleanup_hook_handle remove_handle) {
  Call call{FunctionId::napi_remove_async_cleanup_hook, NAPISAN_CALLER(), CurrentState()};
  if (remove_handle == nullptr) return host.napi_remove_async_cleanup_hook(nullptr);
  Token token = TokenOf(remove_handle);
  HookRecord* record = KindOf(token) == Kind::kCleanupHook ? pools.hooks.Lookup(token) : nullptr;
  if (record == nullptr) {
    RefuseHandle(call, Kind::kCleanupHook, token, "remove_handle");
    return call.refused;
  }
  if ((record->flags & kLetGo) != 0) {
    Violate(call, {.rule = RuleId::EnvUseAfterTeardown,
                   .message = Describe(*record) + " is removed after its env was torn down",
                   .argument = "remove_handle",
                   .object = record});
    return call.refused;
  }
  Step step = Next(StateOf(*record), Event::Delete);
  if (!step.legal() && !OnMisuse(call, *record, Event::Delete, step.rule)) return call.refused;
  if (record->env->owner != &call.thread) {
    // Without an env among its arguments, but the env's own list of hooks and its loop are touched.
    Violate(call,
            {.rule = RuleId::EnvWrongThread,
             .message = Describe(*record) + " of " + NameOf(*record->env->owner->thread).text +
                        " is removed on " + NameOf(*call.thread.thread).text,
             .argument = "remove_handle",
             .object = record});
    return call.refused;
  }
  record->state.store(static_cast<uint8_t>(step.next), std::memory_order_relaxed);
  record->ended.Store(call.now());
  auto host_handle = static_cast<napi_async_cleanup_hook_handle>(record->host);
  BuryRecord(pools.hooks, *record);
  return host.napi_remove_async_cleanup_hook(host_handle);
}

}  // namespace by_hand
}  // namespace napisan::checker
