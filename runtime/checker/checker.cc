#include "checker/checker.h"

#include <cstdio>
#include <cstring>

#include "api/host_events.h"
#include "checker/clock.h"
#include "checker/closure.h"
#include "checker/judge.h"
#include "checker/options.h"
#include "checker/symbolize.h"
#include "checker/violate.h"

namespace napisan::checker {
namespace {

EnvRecord* FindEnv(ThreadState& thread, napi_env host_env) {
  if (thread.agent == nullptr) return nullptr;
  uint32_t slot = thread.agent->envs;
  while (slot != kNoSlot) {
    EnvRecord& env = pools.envs.At(slot);
    if (env.host == host_env) return &env;
    slot = pools.envs.LinksOf(slot).next;
  }
  return nullptr;
}

// Runs after every hook of the module's, for it was added before them.
void OnHooksRan(void* data) {
  auto& env = *static_cast<EnvRecord*>(data);
  BeginStopping(env);
  env.hooks_ran = true;
}

napi_value RunInit(const ModuleInit& module, napi_env host_env, napi_value exports) {
  if (GetOptions().profile.empty()) SetProfile(module.profile);
  AdmitEnv(host_env, module.filename, module.api_version);
  ThreadState& thread = CurrentState();
  EnvRecord& env = *FindEnv(thread, host_env);
  RefreshImages();
  env.image = FindImageByAddress(reinterpret_cast<const void*>(module.init));
  PhaseScope phase(thread, Phase::kInit, 0, &env, reinterpret_cast<const void*>(module.init),
                   Handles::kYes);
  napi_value given = HandleOf<napi_value>(env.agent->values.Add(exports));
  napi_value returned = module.init(EnvHandle(env), given);
  AfterCallback(env);
  if (returned == nullptr) return nullptr;
  return ReturnedValue(thread, env, returned, reinterpret_cast<const void*>(module.init));
}

void RunCall(napi_env host_env, void (*body)(napi_env env, void* data), void* data) {
  ThreadState& thread = CurrentState();
  EnvRecord& env = *FindEnv(thread, host_env);
  PhaseScope phase(thread, Phase::kCall, 0, &env, reinterpret_cast<const void*>(body),
                   Handles::kYes);
  body(EnvHandle(env), data);
  AfterCallback(env);
}

// The record of an env that the calling thread may use now; null where it may not.
EnvRecord* FindGivenEnv(napi_env given) {
  Token token = TokenOf(given);
  EnvRecord* env = KindOf(token) == Kind::kEnv ? pools.envs.Lookup(token) : nullptr;
  bool good = env != nullptr && env->owner == &CurrentState() &&
              env->state.load(std::memory_order_relaxed) == kEnvLive;
  return good ? env : nullptr;
}

napi_env HostEnv(napi_env given) {
  EnvRecord* env = FindGivenEnv(given);
  return env != nullptr ? static_cast<napi_env>(env->host) : nullptr;
}

napi_value HostValue(napi_env given_env, napi_value given) {
  EnvRecord* env = FindGivenEnv(given_env);
  Token token = TokenOf(given);
  if (env == nullptr || KindOf(token) != Kind::kValue) return nullptr;
  return env->agent->values.Find(token);
}

napi_value GivenValue(napi_env host_env, napi_value value) {
  return HandleOf<napi_value>(FindEnv(CurrentState(), host_env)->agent->values.Add(value));
}

void OnNativeUnwind(napi_env, const char* what) {
  ThreadState& thread = CurrentState();
  // The trampoline's frame has been unwound, but its entry is still the next one above.
  const PhaseFrame& frame = thread.frames[thread.depth];
  EnvRecord* env = frame.env;
  ++thread.depth;
  uintptr_t entry = 0;
  const Record* object = nullptr;
  if (frame.phase == Phase::kExecute) {
    auto* work = static_cast<const WorkRecord*>(frame.callback);
    entry = EntryPc(reinterpret_cast<const void*>(work->execute));
    object = work;
    const_cast<WorkRecord*>(work)->state.store(static_cast<uint8_t>(State::WorkExecuted),
                                               std::memory_order_relaxed);
  } else {
    entry = EntryPc(frame.callback);
  }
  ViolateOutside(thread, env,
                 {.rule = RuleId::NativeUnwind,
                  .message = "a C++ exception leaves " + DescribePhase(frame.phase, frame.subject) +
                             ": " + what,
                  .object = object},
                 entry, Action::kForwarded);
  --thread.depth;
  // Not from a worker: the env is another thread's, and execute leaves nothing behind.
  if (env == nullptr || env->owner != &thread) return;
  env->flags |= kUnwound;
  AfterCallback(*env);
}

// The function's context is its record, as it was made.
void OnPostedCallsDropped(void* context, size_t count) {
  const auto& record = *static_cast<const TsfnRecord*>(context);
  ViolateOutside(CurrentState(), record.env,
                 {.rule = RuleId::TsfnPriorityLifetime,
                  .message = Describe(record) + " ends while " + std::to_string(count) +
                             (count == 1 ? " call" : " calls") + " with a priority still " +
                             (count == 1 ? "waits" : "wait") + " for it",
                  .object = &record},
                 0, Action::kNone);
}

// Works between queue and complete, thread-safe functions that can still be called, or a callback
// that was refused what it asked for.
bool HasInFlight(const EnvRecord& env) {
  if (env.js_refused || env.lists[static_cast<int>(Kind::kThreadSafeFunction)] != kNoSlot) {
    return true;
  }
  uint32_t slot = env.lists[static_cast<int>(Kind::kWork)];
  for (; slot != kNoSlot; slot = pools.works.LinksOf(slot).next) {
    State state = StateOf(pools.works.At(slot));
    if (state != State::WorkCreated && state != State::WorkCompleted) return true;
  }
  return false;
}

void OnAgentStopped(bool lost) {
  AgentState* agent = CurrentState().agent;
  for (uint32_t at = agent != nullptr ? agent->envs : kNoSlot; at != kNoSlot;
       at = pools.envs.LinksOf(at).next) {
    EnvRecord& env = pools.envs.At(at);
    env.cut_off |= lost || HasInFlight(env);
  }
}

void OnEnvStopping(napi_env host_env) {
  EnvRecord* env = FindEnv(CurrentState(), host_env);
  if (env != nullptr) BeginStopping(*env);
}

bool OnTeardownStalled() { return ReportStalledHooks(CurrentState()); }

}  // namespace

napi_env AdmitEnv(napi_env host_env, const char* module, int32_t api_version) {
  ThreadState& thread = CurrentState();
  AgentState& agent = AgentOf(thread);
  EnvRecord& env = pools.envs.Allocate(agent.slots[static_cast<int>(Kind::kEnv)], Kind::kEnv);
  env.state.store(kEnvLive, std::memory_order_relaxed);
  env.token = pools.envs.TokenFor(env);
  env.env = &env;
  env.host = host_env;
  env.owner = &thread;
  env.agent = &agent;
  env.api_version = api_version;
  const char* base = std::strrchr(module, '/');
  std::snprintf(env.module, sizeof(env.module), "%s", base != nullptr ? base + 1 : module);
  for (uint32_t& list : env.lists) list = kNoSlot;
  env.exception_pending = false;
  env.refused = napi_ok;
  env.instance_data = nullptr;
  env.image = nullptr;
  env.stopping = false;
  env.hooks_ran = false;
  env.js_refused = false;
  env.cut_off = false;
  for (FailedCall& failed : env.failed) failed = {};
  env.failed_next = 0;
  pools.envs.LinksOf(env.slot).next = agent.envs;
  agent.envs = env.slot;
  ++agent.env_count;
  agent.some_env.store(&env, std::memory_order_relaxed);
  host.napi_add_env_cleanup_hook(host_env, OnHooksRan, &env);
  return EnvHandle(env);
}

void DismissEnv(napi_env host_env) {
  ThreadState& thread = CurrentState();
  EnvRecord* env = FindEnv(thread, host_env);
  if (env == nullptr) return;
  JudgeLeaks(thread, *env);
  env->state.store(kEnvGone, std::memory_order_relaxed);
  AgentState& agent = *env->agent;
  uint32_t* link = &agent.envs;
  while (*link != env->slot) link = &pools.envs.LinksOf(*link).next;
  *link = pools.envs.LinksOf(env->slot).next;
  pools.envs.Bury(agent.slots[static_cast<int>(Kind::kEnv)], *env);
  agent.some_env.store(agent.envs != kNoSlot ? &pools.envs.At(agent.envs) : nullptr,
                       std::memory_order_relaxed);
  if (--agent.env_count == 0) ReleaseAgent(agent);
}

void PutInFront(const HostTable& table) {
  static constexpr HostEvents kEvents = {.run_init = RunInit,
                                         .run_call = RunCall,
                                         .host_env = HostEnv,
                                         .host_value = HostValue,
                                         .given_value = GivenValue,
                                         .native_unwind = OnNativeUnwind,
                                         .agent_stopped = OnAgentStopped,
                                         .env_stopping = OnEnvStopping,
                                         .teardown_stalled = OnTeardownStalled,
                                         .posted_calls_dropped = OnPostedCallsDropped,
                                         .env_gone = DismissEnv,
                                         .store_released = OnStoreReleased,
                                         .store_forgotten = OnStoreForgotten};
  host = table;
  ReservePools();
  if (auto profile = ParseProfile(GetOptions().profile)) SetProfile(*profile);
  execute_times = GetOptions().execute_times;
  host_events = &kEvents;
}

}  // namespace napisan::checker
