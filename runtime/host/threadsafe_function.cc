#include "host/threadsafe_function.h"

#include <thread>

#include "api/defect.h"
#include "api/host_events.h"
#include "api/poison.h"
#include "host/call.h"
#include "host/cleanup.h"
#include "host/env.h"
#include "host/objects.h"
#include "host/posted_calls.h"

using napisan::host::Agent;
using napisan::host::CallIntoModule;
using napisan::host::ExceptionPolicy;
using napisan::host::LoopScope;
using napisan::host::ThreadSafeFunctionOptions;
using napisan::host::Wakeup;

namespace {

// As in Node: a flood of items must not starve the rest of the loop. (Its constant is 1000, of
// which it counts one too many.)
constexpr int kItemsPerDispatch = 999;

enum DispatchState : uint8_t { kIdle = 0, kRunning = 1 << 0, kPending = 1 << 1 };

napi_threadsafe_function__& Self(Wakeup& wakeup) {
  return static_cast<napi_threadsafe_function__&>(wakeup);
}

}  // namespace

napi_threadsafe_function__::napi_threadsafe_function__(const ThreadSafeFunctionOptions& options)
    : options_(options),
      traits_(options.env->agent.traits()),
      executor_(options.env->agent.executor()),
      thread_count_(options.thread_count) {
  ring = [](Wakeup& wakeup) { Self(wakeup).Dispatch(); };
  closed = [](Wakeup& wakeup) { Self(wakeup).OnClosed(); };
}

napi_threadsafe_function__::~napi_threadsafe_function__() = default;

napi_threadsafe_function__* napi_threadsafe_function__::New(
    const ThreadSafeFunctionOptions& options) {
  auto* made = new napi_threadsafe_function__(options);
  Agent& agent = options.env->agent;
  if (made->executor_.Open(*made) != 0) {
    delete made;
    return nullptr;
  }
  if (!options.function.IsUndefined()) {
    made->function_ =
        napisan::host::NewReference(options.env, options.function, 1,
                                    napisan::host::Ownership::kRuntime, nullptr, nullptr, nullptr);
  }
  // Here, for it opens on the loop thread.
  if (agent.traits().openharmony_functions) agent.posted_calls();
  if (!options.resource.IsUndefined() && agent.traits().keeps_async_resource) {
    made->resource_ =
        napisan::host::NewReference(options.env, options.resource, 1,
                                    napisan::host::Ownership::kRuntime, nullptr, nullptr, nullptr);
  }
  made->hook_ = agent.cleanup().Add(
      [](void* self) {
        auto* function = static_cast<napi_threadsafe_function__*>(self);
        function->hook_ = nullptr;
        function->Close();
      },
      made);
  agent.RefEnv(options.env);
  return made;
}

bool napi_threadsafe_function__::Full() const {
  if (options_.max_queue_size == 0) return false;
  // OpenHarmony's comparison lets one more in.
  size_t bound = options_.max_queue_size + (traits_.tsfn_openharmony ? 1 : 0);
  if (HAS_DEFECT(queue_holds_one_too_many)) ++bound;
  return queue_.size() >= bound;
}

napi_status napi_threadsafe_function__::TellClosing(std::unique_lock<std::mutex>& lock) {
  if (thread_count_ == 0) return napi_invalid_arg;
  if (HAS_DEFECT(closing_takes_two_acquisitions) && thread_count_ > 1) --thread_count_;
  bool last = --thread_count_ == 0 && state_ == State::kClosed;
  lock.unlock();
  if (last) delete this;
  return napi_closing;
}

napi_status napi_threadsafe_function__::Call(void* data, napi_threadsafe_function_call_mode mode) {
  std::unique_lock lock(mutex_);
  bool was_open = state_ == State::kOpen;
  while (Full() && state_ == State::kOpen) {
    if (mode == napi_tsfn_nonblocking) return napi_queue_full;
    not_full_.wait(lock);
    if (HAS_DEFECT(woken_producer_does_not_look_again)) break;
  }
  bool closing = state_ != State::kOpen;
  if (HAS_DEFECT(closing_looked_at_before_waiting)) closing = !was_open;
  if (closing) return TellClosing(lock);
  queue_.push_back(data);
  Ring();
  return napi_ok;
}

napi_status napi_threadsafe_function__::Acquire() {
  std::unique_lock lock(mutex_);
  if (HAS_DEFECT(acquired_without_the_lock)) lock.unlock();
  if (state_ != State::kOpen) {
    return traits_.tsfn_openharmony ? napi_generic_failure : napi_closing;
  }
  size_t count = thread_count_ + 1;
  if (HAS_DEFECT(acquired_without_the_lock)) std::this_thread::yield();
  thread_count_ = count;
  return napi_ok;
}

napi_status napi_threadsafe_function__::Release(napi_threadsafe_function_release_mode mode) {
  std::unique_lock lock(mutex_);
  if (traits_.tsfn_openharmony && (state_ != State::kOpen || thread_count_ == 0)) {
    return napi_generic_failure;
  }
  if (thread_count_ == 0) return napi_invalid_arg;
  --thread_count_;
  if (state_ == State::kClosed) {
    bool last = thread_count_ == 0;
    lock.unlock();
    if (HAS_DEFECT(last_release_looked_up_unlocked)) {
      std::this_thread::yield();
      last = thread_count_ == 0;
    }
    if (last) delete this;
    return napi_ok;
  }
  if ((thread_count_ == 0 || mode == napi_tsfn_abort) && state_ == State::kOpen) {
    // A release to zero lets the loop deliver what is queued first.
    if (mode == napi_tsfn_abort || HAS_DEFECT(last_release_drops_the_queue)) {
      state_ = State::kClosing;
      // All of them, where Node wakes one and leaves the others asleep for good.
      HAS_DEFECT(abort_wakes_one_producer) ? not_full_.notify_one() : not_full_.notify_all();
    }
    Ring();
  }
  return napi_ok;
}

napi_status napi_threadsafe_function__::Post(void* data, uint32_t priority, bool tail) {
  if (!traits_.openharmony_functions) return napi_generic_failure;
  if (priority > napi_priority_idle) return napi_invalid_arg;
  napisan::host::PostedCalls& calls = options_.env->agent.posted_calls();
  if (OnLoopThread()) calls.KeepLoopAlive();
  calls.Post(this, data, static_cast<napi_task_priority>(priority), tail);
  return napi_ok;
}

napi_status napi_threadsafe_function__::SetReferenced(bool referenced) {
  if (traits_.tsfn_openharmony && !OnLoopThread()) return napi_generic_failure;
  executor_.SetReferenced(*this, referenced);
  return napi_ok;
}

bool napi_threadsafe_function__::OnLoopThread() const {
  return Agent::Current() == &options_.env->agent;
}

void napi_threadsafe_function__::Ring() {
  if (HAS_DEFECT(ring_lost_while_dispatching) && !OnLoopThread() &&
      dispatch_state_.load(std::memory_order_relaxed) != kIdle) {
    return;
  }
  if ((dispatch_state_.fetch_or(kPending, std::memory_order_relaxed) & kRunning) != 0) return;
  executor_.Ring(*this);
}

void napi_threadsafe_function__::Dispatch() {
  if (traits_.tsfn_openharmony) return DispatchSnapshot();
  bool more = true;
  for (int i = 0; i < kItemsPerDispatch && more; ++i) {
    dispatch_state_.store(kRunning, std::memory_order_relaxed);
    more = DispatchOne();
    // Called or released while it ran.
    if (dispatch_state_.exchange(kIdle, std::memory_order_relaxed) != kRunning) more = true;
  }
  if (more) Ring();
}

// What is queued now, as OpenHarmony has it: one handle scope for all, no callback scope, and each
// item leaves the queue after its callback.
void napi_threadsafe_function__::DispatchSnapshot() {
  std::unique_lock lock(mutex_);
  if (state_ != State::kOpen) {
    lock.unlock();
    return CloseHandle();
  }
  LoopScope scope(options_.env->agent);
  for (size_t left = queue_.size(); left > 0; --left) {
    void* data = queue_.front();
    if (left == options_.max_queue_size) not_full_.notify_one();
    lock.unlock();
    CallJs(options_.env, data);
    lock.lock();
    queue_.pop_front();
  }
  bool empty = queue_.empty();
  bool close = empty && thread_count_ == 0;
  if (close) state_ = State::kClosing;
  lock.unlock();
  if (!empty) executor_.Ring(*this);
  if (close) CloseHandle();
}

// One item, or the end. True when more may be there.
bool napi_threadsafe_function__::DispatchOne() {
  void* data = nullptr;
  bool has_item = false;
  bool more = false;
  bool close = false;
  {
    std::lock_guard lock(mutex_);
    if (state_ != State::kOpen) {
      close = true;
    } else {
      if (!queue_.empty()) {
        bool was_full = Full();
        data = queue_.front();
        queue_.pop_front();
        has_item = true;
        // One waiter a freed place, as in Node.
        if (was_full && !HAS_DEFECT(freed_place_wakes_nobody)) not_full_.notify_one();
      }
      more = !queue_.empty();
      if (!more && thread_count_ == 0) {
        state_ = State::kClosing;
        not_full_.notify_all();
        close = true;
      }
    }
  }
  if (close) CloseHandle();
  if (has_item) {
    napi_env env = options_.env;
    Agent& agent = env->agent;
    LoopScope scope(agent);
    agent.OpenCallbackScope();
    CallJs(env, data);
    agent.CloseCallbackScope();
  }
  return more;
}

void napi_threadsafe_function__::CallJs(napi_env env, void* data, ExceptionPolicy policy) {
  if (env == nullptr) {
    if (options_.call_js != nullptr) {
      options_.call_js(nullptr, nullptr, options_.context, data);
    }
    return;
  }
  napi_value function =
      function_ != nullptr ? napisan::host::Handle(env, function_->value) : nullptr;
  CallIntoModule(env, policy, [&] {
    if (options_.call_js != nullptr) {
      options_.call_js(env, function, options_.context, data);
    } else if (function != nullptr && env->can_call_into_js()) {
      Value result = env->agent.Call(function->value, Value::Undefined(), nullptr, 0);
      if (result.IsHole()) env->last_exception = env->agent.TakeException();
    }
  });
}

// Nothing catches here: an exception stays pending, for whoever calls next.
void napi_threadsafe_function__::RunPosted(void* data) {
  napi_env env = options_.env;
  LoopScope scope(env->agent);
  CallJs(env, data, ExceptionPolicy::kKeep);
}

void napi_threadsafe_function__::Close() {
  {
    std::lock_guard lock(mutex_);
    if (state_ == State::kOpen) state_ = State::kClosing;
    if (!HAS_DEFECT(teardown_wakes_no_producer)) not_full_.notify_all();
  }
  CloseHandle();
}

void napi_threadsafe_function__::CloseHandle() {
  if (handle_closing_) return;
  handle_closing_ = true;
  options_.env->agent.IncreaseWaiting();
  executor_.Close(*this);
}

void napi_threadsafe_function__::Drain() {
  std::deque<void*> rest;
  {
    std::lock_guard lock(mutex_);
    rest.swap(queue_);
  }
  for (void* data : rest) CallJs(nullptr, data);
}

void napi_threadsafe_function__::Finalize() {
  if (options_.finalize == nullptr) return;
  napi_env env = options_.env;
  Agent& agent = env->agent;
  LoopScope scope(agent);
  agent.OpenCallbackScope();
  CallIntoModule(env, ExceptionPolicy::kLenient,
                 [&] { options_.finalize(env, options_.finalize_data, options_.context); });
  agent.CloseCallbackScope();
}

void napi_threadsafe_function__::DropPosted(bool at_teardown) {
  size_t dropped = options_.env->agent.posted_calls().Forget(this);
  const napisan::HostEvents* events = napisan::host_events;
  bool told = dropped > 0 && !at_teardown && events != nullptr;
  if (told && events->posted_calls_dropped != nullptr) {
    events->posted_calls_dropped(options_.context, dropped);
  }
}

void napi_threadsafe_function__::OnClosed() {
  napi_env env = options_.env;
  Agent& agent = env->agent;
  agent.DecreaseWaiting();
  bool at_teardown = hook_ == nullptr;
  if (hook_ != nullptr) agent.cleanup().Remove(hook_);
  if (traits_.openharmony_functions) DropPosted(at_teardown);
  if (!at_teardown || traits_.tsfn_finalized_at_teardown) {
    bool drains_first = traits_.tsfn_drains_before_finalize;
    if (HAS_DEFECT(finalized_before_the_drain)) drains_first = false;
    if (drains_first) {
      Drain();
      Finalize();
    } else {
      Finalize();
      Drain();
    }
  }
  if (function_ != nullptr) napisan::host::DeleteReference(*function_);
  if (resource_ != nullptr) napisan::host::DeleteReference(*resource_);
  bool held;
  {
    std::lock_guard lock(mutex_);
    state_ = State::kClosed;
    held = thread_count_ > 0 && traits_.tsfn_drains_before_finalize;
    if (HAS_DEFECT(freed_while_threads_hold_it)) held = false;
  }
  if (!held) {
    delete this;
  } else {
    // Only threads' handles lead to it now, and those may be tokens. Who never releases it is told
    // by the checker, which knows an unreferenced one from a leak.
    napisan::IgnoreLeak(this);
  }
  agent.UnrefEnv(env);
}
