#include "host/agent.h"

#include <cstdio>

#include "api/defect.h"
#include "api/host_events.h"
#include "api/thread.h"
#include "host/builtins.h"
#include "host/cleanup.h"
#include "host/env.h"
#include "host/objects.h"
#include "host/posted_calls.h"
#include "host/uv_executor.h"
#include "host/work_lane.h"

namespace napisan::host {

Agent::Agent(AgentOptions options)
    : options_(std::move(options)),
      traits_(&Traits(options_.profile)),
      thread_(&CurrentThread()),
      collector_(*this, options_.gc),
      cleanup_(std::make_unique<CleanupQueue>(heap_)),
      builtins_(std::make_unique<BuiltinTable>()),
      external_buffers_(options_.external_buffers) {
  NameThread(*thread_, ThreadKind::kAgent);
  thread_->host_state = this;
  executor_ = options_.executor ? options_.executor(*this) : NewUvExecutor();
}

Agent::~Agent() {
  Teardown();
  executor_.reset();
  if (thread_->host_state == this) thread_->host_state = nullptr;
}

bool Agent::is_main() const { return thread_->number == 1; }

Agent* Agent::Current() { return static_cast<Agent*>(CurrentThread().host_state); }

WorkLanes& Agent::lanes() {
  if (lanes_ == nullptr) lanes_ = std::make_unique<WorkLanes>(*executor_);
  return *lanes_;
}

PostedCalls& Agent::posted_calls() {
  if (posted_calls_ == nullptr) posted_calls_ = std::make_unique<PostedCalls>(*executor_);
  return *posted_calls_;
}

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
  Reference* last = traits_->instance_data_last ? env->instance_data : nullptr;
  if (last != nullptr) Unlink(*last);
  RefList texts;
  // A finalizer may make another: whatever it posts or makes has its turn, too.
  auto finalize = [&] {
    while (env->pending_finalizers.first != nullptr || env->finalizing_list.first != nullptr) {
      FinalizeAll(env->pending_finalizers, texts);
      FinalizeAll(env->finalizing_list, texts);
    }
  };
  finalize();
  // Userland references without a finalizer are unlinked, not deleted: they leak, as in Node.
  FinalizeAll(env->reference_list, texts);
  if (last != nullptr) FinalizeReference(*last);
  finalize();
  FinalizeWithoutEnv(texts);
  if (host_events != nullptr && host_events->env_gone != nullptr) host_events->env_gone(env);
  std::erase(envs_, env);
  env->~napi_env__();
  heap_.Free(env, sizeof(Env));
}

void Agent::DrainMicrotasks() {
  auto may_run = [this] { return can_run_js() || HAS_DEFECT(reactions_run_after_terminate); };
  if (draining_ || !may_run()) return;
  draining_ = true;
  while (microtask_next_ < microtasks_.size() && may_run()) {
    Microtask task = microtasks_[microtask_next_++];
    AutoScope scope(handles_);
    for (Value value : {task.a, task.b, task.c}) handles_.Push(value);
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

void Agent::SetEarlyImmediate(void (*run)(Agent&, void*), void* data) {
  early_immediates_.push_back({run, data});
}

void Agent::Drain(Immediates& immediates) {
  Immediates now = std::move(immediates);
  immediates.clear();
  for (const Immediate& immediate : now) immediate.run(*this, immediate.data);
}

void Agent::ThrowLater(Value exception) {
  if (call_depth_ > 0) {
    later_ = exception;
  } else {
    Uncaught(exception);
  }
}

void Agent::Uncaught(Value exception) {
  ++uncaught_count_;
  if (options_.on_uncaught) {
    options_.on_uncaught(*this, exception);
    return;
  }
  std::fprintf(stderr, "napisan: uncaught exception: %s\n", Inspect(*this, exception).c_str());
}

void Agent::Swallowed(napi_env env) {
  if (options_.on_swallowed) {
    options_.on_swallowed(*this);
    return;
  }
  std::fprintf(stderr,
               "napisan: (DEP0168) an exception in a callback of %s is swallowed, as Node does "
               "below Node-API version 10\n",
               env->filename.c_str());
}

bool Agent::Turn(Executor::Wait wait) {
  bool within = std::exchange(turning_, true);
  if (executor_->alive() || !immediates_.empty()) Drain(early_immediates_);
  executor_->Turn(immediates_.empty() ? wait : Executor::Wait::kNo);
  Drain(immediates_);
  // Where completions run in no callback scope, what they left is run here: OpenHarmony's engine
  // runs its pending jobs when its loop has turned, Node when a scope ends.
  bool jobs = !traits_->complete_in_callback_scope && callback_depth_ == 0 && can_run_js() &&
              !microtasks_.empty();
  if (jobs) DrainMicrotasks();
  collector_.BetweenTurns();
  turning_ = within;
  // Asked last: what ran since may have queued works.
  return executor_->alive() || jobs || !immediates_.empty();
}

void Agent::Run() {
  while (can_run_js()) {
    while (Turn(Executor::Wait::kEvent) && can_run_js()) {
    }
    if (microtasks_.empty() || !can_run_js()) return;
    // What was settled outside of any callback scope: Node drains it when the loop is idle.
    DrainMicrotasks();
  }
}

void Agent::NoteStopped(bool lost) {
  if (torn_down_ || host_events == nullptr || host_events->agent_stopped == nullptr) return;
  host_events->agent_stopped(lost);
}

void Agent::NoteStopping() {
  if (host_events == nullptr || host_events->env_stopping == nullptr) return;
  for (napi_env env : envs_) host_events->env_stopping(env);
}

void Agent::EndDependents() {
  while (!dependents_.empty()) {
    Dependent* dependent = dependents_.back();
    dependents_.pop_back();
    dependent->EndWithAgent();
  }
}

void Agent::RunUntilStopped(bool wait) {
  stopped_ = false;
  bool alive = Turn(wait ? Executor::Wait::kEvent : Executor::Wait::kNo);
  while (wait && alive && !stopped_) alive = Turn(Executor::Wait::kEvent);
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
  if (!traits_->js_while_stopping && !HAS_DEFECT(js_runs_in_teardown)) {
    ForbidJs();
    NoteStopping();
  }
  microtasks_.clear();
  microtask_next_ = 0;
  Drain(early_immediates_);
  EndDependents();
  collector_.BeforeTeardown();
  if (traits_->loop_turns_at_teardown) {
    // It does while handles of Node's own close.
    Drain(immediates_);
    executor_->TurnAtTeardown();
  }
  if (!HAS_DEFECT(hooks_before_the_works_are_done)) SettleWorks();
  if (traits_->bytes_finalized_apart) FinalizeBytes(*this);
  while (!cleanup_->empty()) {
    cleanup_->Drain();
    SettleWorks();
  }
  // Closing handles deliver their last callbacks: thread-safe functions finalize here.
  executor_->Settle();
  Drain(early_immediates_);
  Drain(immediates_);
  // Envs that an async cleanup hook still holds, where we gave up waiting; Node would hang.
  while (!envs_.empty()) DestroyEnv(envs_.back());
  ForbidJs();
}

void Agent::Reset() {
  Teardown();
  // With their memory: what comes next must not depend on what was.
  early_immediates_ = Immediates();
  immediates_ = Immediates();
  cleanup_->Reset();
  executor_->Reset();
  lanes_.reset();
  posted_calls_.reset();
  handles_.PopTo(handles_.bottom());
  collector_.Reset();
  store_pages_.Reset();
  heap_.Reset();
  ResetBuiltins();
  deferreds_ = nullptr;
  exception_ = Value::Hole();
  later_ = Value::Hole();
  last_class_ = 0;
  call_depth_ = 0;
  callback_depth_ = 0;
  waiting_ = 0;
  uncaught_count_ = 0;
  can_run_js_.store(true, std::memory_order_relaxed);
  external_buffers_ = options_.external_buffers;
  torn_down_ = false;
}

}  // namespace napisan::host
