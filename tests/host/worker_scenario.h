// A worker with everything in flight, for tests that terminate it at each of its steps: works that
// have finished, that execute, that are queued and that are cancelled; thread-safe functions with
// producers that block on a full queue; hooks of both kinds; finalizers of every kind.
//
// Its module is a correct one. Left alone the worker ends by itself; stopped at any step,
// everything must be settled all the same: Expect() says how.
#pragma once

#include <gtest/gtest.h>
#include <node_api.h>
#include <uv.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "gc_mode.h"
#include "napisan/worker.h"

namespace napisan {

// Where it can be terminated: in the order of the script, then on the loop and elsewhere.
enum class WorkerStep : int {
  kNone = -1,
  kModuleAdded,
  kHooksAdded,
  kFinalizersAdded,
  kFunctionsMade,
  kProducersBlocked,
  kWorkFinished,
  kWorksExecuting,
  kWorksQueued,
  kWorkCancelled,
  kScriptDone,
  kInComplete,
  kInCompleteOfCancelled,
  kInCallJs,
  kInOnMessage,
  kInMicrotask,
  kInExecute,
  kOnProducer,
  // From here on the worker ends by itself: terminate() has nothing left to do.
  kInHook,
  kInAsyncHook,
  kInFinalizer,
  kCount,
};

// At how many moments a worker is terminated, within a millisecond. A zealous agent holds back each
// work that a callback waits for, for 50 ms.
inline int Moments() { return TestGcMode() == GcMode::kZeal ? 10 : 50; }
inline std::chrono::microseconds Moment(int i) {
  return std::chrono::microseconds(i * 1000 / Moments());
}

class WorkerScenario {
 public:
  // OpenHarmony neither drains nor finalizes thread-safe functions when an env ends, so there a
  // module that keeps one until then has no right way to end it: `with_functions` leaves them out.
  explicit WorkerScenario(WorkerStep target, bool with_functions = true)
      : target_(target), with_functions_(with_functions) {}

  // With no target: how long it may run until it is terminated.
  void TerminateAfter(std::chrono::microseconds delay) { delay_ = delay; }
  // Runs the worker in a parent's agent, terminates it at the target, and returns its exit code.
  int Run(HostAgent& parent, HostAgent::ModuleRef module);
  // That all has been settled, once.
  void Expect() const;

 private:
  static constexpr int kGated = 4;  // as many as the pool has threads
  static constexpr int kQueued = 3;
  static constexpr int kProducers = 2;
  static constexpr int kItems = 40;

  struct Work {
    WorkerScenario* scenario;
    napi_async_work handle;
    bool gated;
  };

  // Called where a step has been reached, on whatever thread.
  void Reach(WorkerStep step);
  void Script(HostWorkerScope& self);
  void AddHooks(napi_env env);
  void AddFinalizers(napi_env env);
  void MakeFunction(napi_env env);
  Work* NewWork(napi_env env, bool gated);
  void Queue(napi_env env, Work* work);
  void Produce(bool blocks);
  template <class Ready>
  static void WaitFor(Ready&& ready) {
    // A yield would give whole slices to others on a busy machine.
    while (!ready()) std::this_thread::sleep_for(std::chrono::microseconds(20));
  }

  static void Execute(napi_env env, void* data);
  static void Complete(napi_env env, napi_status status, void* data);
  static void CallJs(napi_env env, napi_value function, void* context, void* data);
  static void FinalizeFunction(napi_env env, void* data, void* hint);
  static void Hook(void* data);
  static void AsyncHook(napi_async_cleanup_hook_handle handle, void* data);
  static void LateAsyncHook(napi_async_cleanup_hook_handle handle, void* data);
  static void Finalize(napi_env env, void* data, void* hint);
  static void FinalizeInstanceData(napi_env env, void* data, void* hint);

  static WorkerScenario& Self(void* data) { return *static_cast<WorkerScenario*>(data); }

  struct NamedHook {
    WorkerScenario* scenario;
    char letter;
  };

  const WorkerStep target_;
  const bool with_functions_;
  std::chrono::microseconds delay_{0};
  std::atomic<bool> reached_{false};
  std::atomic<bool> terminated_{false};
  std::atomic<bool> gate_open_{false};
  std::atomic<bool> ended_{false};

  HostWorkerScope* self_ = nullptr;
  uv_loop_t* loop_ = nullptr;
  uv_timer_t timer_;
  napi_async_cleanup_hook_handle late_handle_ = nullptr;
  napi_threadsafe_function function_ = nullptr;
  std::vector<std::thread> producers_;

  // What happened. Atomic where threads other than the worker's write.
  int works_made_ = 0, works_queued_ = 0, completed_ = 0, deleted_ = 0, cancelled_ = 0;
  std::atomic<int> executing_{0}, executed_{0}, sent_{0}, producers_full_{0}, producers_ended_{0};
  int called_ = 0, drained_ = 0, functions_made_ = 0, functions_finalized_ = 0;
  int finalizers_made_ = 0, finalized_ = 0, async_made_ = 0, async_ran_ = 0;
  std::string hooks_made_, hooks_ran_;
};

}  // namespace napisan
