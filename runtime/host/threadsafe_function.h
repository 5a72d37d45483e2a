// ThreadSafeFunction: a queue from any thread to one callback on the loop thread.
//
// Lifetime: thread_count is all that counts. The last release, an abort or env teardown closes it:
// the uv handle closes, the queue is drained with a null env, the finalize callback runs (in the
// profile's order), and it is freed. In the profiles that drain first it lives on until every
// thread that it counts has released it or got napi_closing.
// Threads: as each member says.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>

#include "api/node_api.h"
#include "host/agent.h"
#include "host/executor.h"
#include "host/reference.h"

namespace napisan::host {

struct Hook;

struct ThreadSafeFunctionOptions {
  napi_env env;
  Value function;  // undefined where there is only call_js
  Value resource;  // undefined where none was given
  size_t max_queue_size;
  size_t thread_count;
  void* context;
  void* finalize_data;
  napi_finalize finalize;
  napi_threadsafe_function_call_js call_js;
};

}  // namespace napisan::host

struct napi_threadsafe_function__ : napisan::host::Wakeup {
 public:
  using Agent = napisan::host::Agent;
  using Value = napisan::host::Value;

  // On the loop thread; null when the loop refuses.
  static napi_threadsafe_function__* New(const napisan::host::ThreadSafeFunctionOptions& options);

  // From any thread.
  napi_status Call(void* data, napi_threadsafe_function_call_mode mode);
  napi_status Acquire();
  napi_status Release(napi_threadsafe_function_release_mode mode);
  // Past the queue, and whatever its state: OpenHarmony's.
  napi_status Post(void* data, uint32_t priority, bool tail);
  void* context() const { return options_.context; }

  // From the loop thread only; refused elsewhere where the profile looks.
  napi_status SetReferenced(bool referenced);
  void RunPosted(void* data);

 private:
  // Open: calls are queued. Closing: no more calls, the rest is drained. Closed: finalized, and
  // kept only for threads that still hold it.
  enum class State : uint8_t { kOpen, kClosing, kClosed };

  explicit napi_threadsafe_function__(const napisan::host::ThreadSafeFunctionOptions& options);
  ~napi_threadsafe_function__();

  void Dispatch();
  bool DispatchOne();
  void DispatchSnapshot();
  // Wakes the loop thread, unless it is dispatching: then it looks once more.
  void Ring();
  bool OnLoopThread() const;
  void Close();
  void CloseHandle();
  void OnClosed();
  void DropPosted(bool at_teardown);
  void CallJs(napi_env env, void* data,
              napisan::host::ExceptionPolicy policy = napisan::host::ExceptionPolicy::kLenient);
  void Drain();
  void Finalize();
  // What the thread count drops to when a caller is told napi_closing.
  napi_status TellClosing(std::unique_lock<std::mutex>& lock);
  bool Full() const;

  // Constant after construction.
  const napisan::host::ThreadSafeFunctionOptions options_;
  const napisan::ProfileTraits& traits_;
  napisan::host::Executor& executor_;
  napisan::host::Reference* function_ = nullptr;
  napisan::host::Reference* resource_ = nullptr;

  // Protected by mutex_.
  std::mutex mutex_;
  std::condition_variable not_full_;
  std::deque<void*> queue_;
  size_t thread_count_;
  State state_ = State::kOpen;

  // DispatchState bits: what Ring and Dispatch tell each other.
  std::atomic<uint8_t> dispatch_state_{0};

  // Loop thread only.
  napisan::host::Hook* hook_ = nullptr;
  bool handle_closing_ = false;
};
