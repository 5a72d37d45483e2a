// Agent: a JS thread with its heap, its loop and the envs of its modules.
//
// Ownership: made and destroyed on its own thread. It owns heap, handles, executor and envs.
// Threads: its own only, but for Ring of its executor and ForbidJs.
//
// Invariants:
// (1) A callback into a module runs inside CallIntoModule, and nowhere else.
// (2) After teardown began, or ForbidJs, can_run_js() is false and stays so.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/node_api.h"
#include "api/profile.h"
#include "host/executor.h"
#include "host/gc.h"
#include "host/handles.h"
#include "host/heap.h"
#include "host/store_pages.h"
#include "host/value.h"

namespace napisan {
struct Thread;
}

namespace napisan::host {

class CleanupQueue;
class PostedCalls;
class WorkLanes;
struct BuiltinTable;
struct Object;

// Arguments of one call of a function, and what a napi_callback_info points at.
struct CallFrame {
  Value receiver;
  Value new_target;  // undefined outside of a construct call
  const Value* arguments;
  size_t count;
  Object* function;

  Value argument(size_t index) const {
    return index < count ? arguments[index] : Value::Undefined();
  }
};

// Something to run once the current callback is done: a promise reaction or a tick.
struct Microtask {
  void (*run)(Agent& agent, Value a, Value b, Value c);
  Value a, b, c;
};

// How an exception that a callback left pending is treated.
enum class ExceptionPolicy : uint8_t {
  kUncaught,  // becomes an uncaught exception, whatever version the module declares
  kLenient,   // below version 10: a warning, and swallowed
  kKeep,      // stays with the caller: calls from JS
};

// What an agent began and must end before itself: its workers, its task pools.
class Dependent {
 public:
  // On the agent's thread, when teardown begins and JS is off. It may take itself out of the list.
  virtual void EndWithAgent() = 0;

 protected:
  ~Dependent() = default;
};

struct AgentOptions {
  Profile profile = kDefaultProfile;
  // Null: the uv executor.
  std::function<std::unique_ptr<Executor>(Agent&)> executor;
  // The thread is a module's own, as napi_create_ark_runtime has it: the module turns the loop.
  bool native_thread = false;
  // An exception nobody caught. Null: printed to stderr and counted.
  std::function<void(Agent&, Value)> on_uncaught;
  // An exception that a module's version lets go. Null: printed to stderr.
  std::function<void(Agent&)> on_swallowed;
  GcMode gc = default_gc_mode;
  // Whether array buffers may have the module's memory.
  bool external_buffers = true;
};

class Agent {
 public:
  explicit Agent(AgentOptions options);
  // Tears down if that has not been done.
  ~Agent();
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  // The agent of the calling thread, or null.
  static Agent* Current();

  Heap& heap() { return heap_; }
  StorePages& store_pages() { return store_pages_; }
  GarbageCollector& collector() { return collector_; }
  HandleStack& handles() { return handles_; }
  Executor& executor() { return *executor_; }
  CleanupQueue& cleanup() { return *cleanup_; }
  Profile profile() const { return options_.profile; }
  const ProfileTraits& traits() const { return *traits_; }
  bool can_run_js() const { return can_run_js_.load(std::memory_order_relaxed); }
  // On any thread: what was called goes on, and refuses what needs JS. The loop is not woken.
  void ForbidJs() { can_run_js_.store(false, std::memory_order_relaxed); }
  // Works with a task id, and calls with a priority; made when first asked for.
  WorkLanes& lanes();
  PostedCalls& posted_calls();
  bool external_buffers() const { return external_buffers_; }
  void RefuseExternalBuffers() { external_buffers_ = false; }
  // The first of the process, as opposed to a Worker.
  bool is_main() const;

  // The one globalThis, made when first asked for.
  Object* Global();
  BuiltinTable& builtins() { return *builtins_; }
  // On the agent's thread, by whoever finds JS forbidden; `lost` as in HostEvents. Without effect
  // once teardown has begun.
  void NoteStopped(bool lost);
  // A number no other class of this agent has; 0 is none.
  uint32_t NewClassId() { return ++last_class_; }

  // Envs. The first reference is the agent's.
  napi_env NewEnv(std::string filename, int32_t api_version);
  void RefEnv(napi_env env);
  void UnrefEnv(napi_env env);
  const std::vector<napi_env>& envs() const { return envs_; }

  // Calls a function value; Hole when it threw, with the exception in exception().
  Value Call(Value function, Value receiver, const Value* arguments, size_t count,
             Value new_target = Value::Undefined());
  // The exception in flight between the host's own functions; Hole when there is none.
  Value exception() const { return exception_; }
  Value Throw(Value exception) {
    exception_ = exception;
    return Value::Hole();
  }
  Value TakeException() { return std::exchange(exception_, Value::Hole()); }
  // An exception that is pending for no module: it is thrown once the callback that runs returns.
  void ThrowLater(Value exception);
  Value later() const { return later_; }
  Value TakeLater(Value outer = Value::Hole()) { return std::exchange(later_, outer); }

  void Enqueue(const Microtask& task) { microtasks_.push_back(task); }
  // Runs every microtask, also those that they enqueue.
  void DrainMicrotasks();
  template <class F>
  void ForEachMicrotask(F&& visit) const {
    for (size_t i = microtask_next_; i < microtasks_.size(); ++i) visit(microtasks_[i]);
  }
  // Runs `task` on a later turn of the loop: a native SetImmediate.
  void SetImmediate(void (*run)(Agent&, void*), void* data);
  // Before anything else on the next turn: Node wakes its loop for it with the oldest handle that
  // it opens (SetImmediateThreadsafe), and only works that are done by then come before. It keeps
  // no loop alive: where nothing else does, it waits for teardown.
  void SetEarlyImmediate(void (*run)(Agent&, void*), void* data);

  // A scope around callbacks from the loop: when the outermost ends, microtasks run.
  void OpenCallbackScope() { ++callback_depth_; }
  void CloseCallbackScope() {
    if (--callback_depth_ == 0 && !microtasks_.empty()) DrainMicrotasks();
  }
  int callback_depth() const { return callback_depth_; }

  // The newest deferred that is not settled; they are linked, as roots of the collector.
  napi_deferred& deferreds() { return deferreds_; }

  void Uncaught(Value exception);
  // An exception in a callback of a module of a version that does not make it uncaught.
  void Swallowed(napi_env env);
  size_t uncaught_count() const { return uncaught_count_; }

  // Works that are queued and not completed; teardown waits for them.
  void IncreaseWaiting() { ++waiting_; }
  void DecreaseWaiting() { --waiting_; }

  bool native_thread() const { return options_.native_thread; }
  // The loop is being turned: it cannot be turned again from within.
  bool turning() const { return turning_; }

  // Turns the loop once. False when nothing is left that keeps it alive.
  bool Turn(Executor::Wait wait);
  // Turns until idle, or until JS is forbidden.
  void Run();
  // uv_run, for a module that turns its own loop: until idle or StopLoop, or once without waiting.
  void RunUntilStopped(bool wait);
  // Ends that after the turn it is in; nothing where it does not run.
  void StopLoop() { stopped_ = true; }

  // Ended newest first.
  void AddDependent(Dependent& dependent) { dependents_.push_back(&dependent); }
  void RemoveDependent(Dependent& dependent) { std::erase(dependents_, &dependent); }

  bool torn_down() const { return torn_down_; }
  // semantics.md, 19: completions of all works, cleanup hooks, finalizers. JS is off from here on.
  void Teardown();
  // Tears down, then the state of a new agent, at the cost of what was used.
  void Reset();

 private:
  struct Immediate {
    void (*run)(Agent&, void*);
    void* data;
  };

  using Immediates = std::vector<Immediate>;

  // The one list or the other, not what is added meanwhile.
  void Drain(Immediates& immediates);
  void SettleWorks();
  void NoteStopping();
  void EndDependents();
  void DestroyEnv(napi_env env);
  // Forgets what Global() and the prototypes made; the heap's Reset frees them. In builtins.cc.
  void ResetBuiltins();

  AgentOptions options_;
  const ProfileTraits* traits_;
  Thread* thread_;
  Heap heap_;
  HandleStack handles_;
  StorePages store_pages_;
  GarbageCollector collector_;
  std::unique_ptr<CleanupQueue> cleanup_;
  std::vector<napi_env> envs_;
  // Those before microtask_next_ have run.
  std::vector<Microtask> microtasks_;
  size_t microtask_next_ = 0;
  Immediates early_immediates_;
  Immediates immediates_;
  Value exception_ = Value::Hole();
  Value later_ = Value::Hole();
  napi_deferred deferreds_ = nullptr;
  std::unique_ptr<BuiltinTable> builtins_;
  std::unique_ptr<WorkLanes> lanes_;
  std::unique_ptr<PostedCalls> posted_calls_;
  uint32_t last_class_ = 0;
  int call_depth_ = 0;
  int callback_depth_ = 0;
  int waiting_ = 0;
  size_t uncaught_count_ = 0;
  // Relaxed: whoever forbids JS is heard at the next call that asks.
  std::atomic<bool> can_run_js_{true};
  std::vector<Dependent*> dependents_;
  bool external_buffers_;
  bool torn_down_ = false;
  bool draining_ = false;
  bool turning_ = false;
  bool stopped_ = false;
  // Last: its destructor may still touch the rest.
  std::unique_ptr<Executor> executor_;
};

// A handle scope around a callback that the loop or an embedder makes: after it, a zealous agent
// collects.
class LoopScope {
 public:
  explicit LoopScope(Agent& agent) : agent_(agent), mark_(agent.handles().top()) {}
  ~LoopScope() {
    agent_.handles().PopTo(mark_);
    agent_.collector().AfterCallback();
  }
  LoopScope(const LoopScope&) = delete;
  LoopScope& operator=(const LoopScope&) = delete;

 private:
  Agent& agent_;
  napi_value mark_;
};

}  // namespace napisan::host
