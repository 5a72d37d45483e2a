#include "host/agent.h"

#include <cstdio>

#include "api/host_events.h"
#include "api/thread.h"
#include "host/builtins.h"
#include "host/cleanup.h"
#include "host/env.h"
#include "host/objects.h"
#include "host/uv_executor.h"

namespace napisan::host {

Agent::Agent(AgentOptions options)
    : options_(std::move(options)),
      traits_(&Traits(options_.profile)),
      thread_(&CurrentThread()),
      cleanup_(std::make_unique<CleanupQueue>(heap_)),
      builtins_(std::make_unique<BuiltinTable>()) {
  NameThread(*thread_, ThreadKind::kAgent);
  thread_->host_state = this;
  executor_ = options_.executor ? options_.executor(*this) : NewUvExecutor();
}

Agent::~Agent() {
  Teardown();
  executor_.reset();
  if (thread_->host_state == this) thread_->host_state = nullptr;
}

Agent* Agent::Current() { return static_cast<Agent*>(CurrentThread().host_state); }

napi_env Agent::NewEnv(std::string filename, int32_t api_version) {
  void* memory = heap_.Allocate(sizeof(Env));
  auto* env = new (memory) Env(*this, std::move(filename), api_version);
  envs_.push_back(env);
  // Before every hook of the module's, so that it runs after them all.
  cleanup_->Add(
      [](void* argument) {
        auto* self = static_cast<napi_env>(argument);
        self->agent.UnrefEnv(self);
      },
      env);
  return env;
}

void Agent::RefEnv(napi_env env) { ++env->references; }

void Agent::UnrefEnv(napi_env env) {
  if (--env->references == 0) DestroyEnv(env);
}

// semantics.md, 16: pending finalizers, then those that finalize, then the rest.
void Agent::DestroyEnv(napi_env env) {
  FinalizeAll(env->pending_finalizers);
  FinalizeAll(env->finalizing_list);
  // Userland references without a finalizer are unlinked, not deleted: they leak, as in Node.
  FinalizeAll(env->reference_list);
  if (host_events != nullptr && host_events->env_gone != nullptr) host_events->env_gone(env);
  std::erase(envs_, env);
  env->~napi_env__();
  heap_.Free(env, sizeof(Env));
}

void Agent::DrainMicrotasks() {
  if (draining_ || !can_run_js()) return;
  draining_ = true;
  while (microtask_next_ < microtasks_.size() && can_run_js()) {
    Microtask task = microtasks_[microtask_next_++];
    AutoScope scope(handles_);
    task.run(*this, task.a, task.b, task.c);
  }
  // Those that it did not come to are lost, and Teardown tells so.
  if (microtask_next_ == microtasks_.size()) {
    microtasks_.clear();
    microtask_next_ = 0;
  }
  draining_ = false;
}

void Agent::SetImmediate(void (*run)(Agent&, void*), void* data) {
  immediates_.push_back({run, data});
}

void Agent::DrainImmediates() {
  std::vector<Immediate> now = std::move(immediates_);
  immediates_.clear();
  for (const Immediate& immediate : now) immediate.run(*this, immediate.data);
}

void Agent::Uncaught(Value exception) {
  ++uncaught_count_;
  if (options_.on_uncaught) {
    options_.on_uncaught(*this, exception);
    return;
  }
  std::fprintf(stderr, "napisan: uncaught exception: %s\n", Inspect(*this, exception).c_str());
}

bool Agent::Turn(Executor::Wait wait) {
  bool alive = executor_->Turn(immediates_.empty() ? wait : Executor::Wait::kNo);
  DrainImmediates();
  return alive || !immediates_.empty();
}

void Agent::Run() {
  while (can_run_js() && Turn(Executor::Wait::kEvent)) {
  }
}

void Agent::NoteStopped(bool lost) {
  if (torn_down_ || host_events == nullptr || host_events->agent_stopped == nullptr) return;
  host_events->agent_stopped(lost);
}

void Agent::EndDependents() {
  while (!dependents_.empty()) {
    Dependent* dependent = dependents_.back();
    dependents_.pop_back();
    dependent->EndWithAgent();
  }
}

void Agent::SettleWorks() {
  while (waiting_ > 0) {
    if (Turn(Executor::Wait::kEvent) || waiting_ == 0) continue;
    // Only an async cleanup hook can be waited for now, and nothing is left to end it.
    if (host_events == nullptr || host_events->teardown_stalled == nullptr) continue;
    if (host_events->teardown_stalled()) waiting_ = 0;
  }
}

void Agent::Teardown() {
  if (torn_down_) return;
  if (!can_run_js()) NoteStopped(microtask_next_ < microtasks_.size());
  torn_down_ = true;
  ForbidJs();
  microtasks_.clear();
  microtask_next_ = 0;
  EndDependents();
  SettleWorks();
  while (!cleanup_->empty()) {
    cleanup_->Drain();
    SettleWorks();
  }
  // Closing handles deliver their last callbacks: thread-safe functions finalize here.
  executor_->Settle();
  DrainImmediates();
  // Envs that an async cleanup hook still holds, where we gave up waiting; Node would hang.
  while (!envs_.empty()) DestroyEnv(envs_.back());
}

void Agent::Reset() {
  Teardown();
  immediates_.clear();
  cleanup_->Reset();
  executor_->Reset();
  handles_.PopTo(handles_.bottom());
  heap_.Reset();
  ResetBuiltins();
  deferreds_ = nullptr;
  exception_ = Value::Hole();
  last_class_ = 0;
  call_depth_ = 0;
  callback_depth_ = 0;
  waiting_ = 0;
  uncaught_count_ = 0;
  can_run_js_.store(true, std::memory_order_relaxed);
  torn_down_ = false;
}

}  // namespace napisan::host
