// Module: what a worker's native module has made: works, hooks, a deferred, a thread-safe function.
// A correct one: it gives everything back, also where JavaScript may not run any more.
//
// Ownership: lives until its agent has been torn down and joined.
// Threads: its agent's, but where something else is said.
#pragma once

#include <node_api.h>
#include <uv.h>

#include <atomic>
#include <deque>
#include <memory>
#include <thread>

#include "agents/events.h"
#include "agents/model.h"

namespace napisan::agents {

class Module {
 public:
  explicit Module(EventLog& log) : log_(log) {}
  ~Module();

  bool Begin(napi_env env);
  // `gate` is null for a work that executes at once.
  bool QueueWork(napi_env env, Gate* gate);
  bool AddHook(napi_env env, HookKind kind, uint8_t number);
  bool RemoveHook();
  // One that is settled `late` is, when the env's data are finalized.
  bool MakePromise(napi_env env, bool late);
  bool Settle(napi_env env);
  // With a producer that is blocked as the queue is full. It releases the function after two calls,
  // or calls `until_closing`.
  enum class Producer : uint8_t { kNone, kTwice, kUntilClosing };
  bool MakeFunction(napi_env env, Producer producer);

  // For another thread, once it was made, until it has answered napi_closing or was released.
  napi_threadsafe_function function() const { return function_; }

 private:
  struct Work {
    Module* module;
    Gate* gate;
    napi_async_work handle;
  };
  struct Hook {
    Module* module;
    HookKind kind;
    uint8_t number;
    // It ran or was removed.
    bool over;
    napi_async_cleanup_hook_handle handle;
    uv_idle_t idle;
  };

  static void Complete(napi_env env, napi_status status, void* data);
  static void Finalize(napi_env env, void* data, void* hint);
  static void OnHook(void* data);
  static void OnAsyncHook(napi_async_cleanup_hook_handle handle, void* data);
  static void CallJs(napi_env env, napi_value function, void* context, void* data);
  static void FinalizeFunction(napi_env env, void* data, void* hint);

  EventLog& log_;
  napi_env env_ = nullptr;
  uv_loop_t* loop_ = nullptr;
  std::deque<Hook> hooks_;
  uint8_t async_hooks_ = 0;
  napi_deferred deferred_ = nullptr;
  bool settled_late_ = false;
  napi_threadsafe_function function_ = nullptr;
  void Produce(bool until_closing);
  void WaitUntilFull();

  std::thread producer_;
  // Of the producer's calls: those that were taken, and those that have arrived.
  std::atomic<int> sent_{0};
  // The producer is about to be blocked.
  std::atomic<bool> full_{false};
  int arrived_ = 0;
};

}  // namespace napisan::agents
