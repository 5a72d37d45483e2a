// What host tests of asynchronous things share: a log of events, and works, thread-safe functions
// and promises whose callbacks write to it or do what the test says.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "host_test.h"

namespace napisan {

class AsyncTest : public HostTest {
 public:
  // From any thread.
  void Note(const std::string& event) {
    std::lock_guard lock(mutex_);
    events_.push_back(event);
  }

 protected:
  using HostTest::HostTest;

  // Runs body(env) in a module of a declared version.
  template <class Body>
  void RunIn(HostAgent::ModuleRef module, Body&& body) {
    agent().Run(module, std::forward<Body>(body));
  }
  void RunLoop() { agent().RunLoop(); }
  void Teardown() { agent().Teardown(); }

  // What was noted since the last time, in order.
  std::vector<std::string> Events() {
    std::lock_guard lock(mutex_);
    return std::exchange(events_, {});
  }
  size_t EventCount() {
    std::lock_guard lock(mutex_);
    return events_.size();
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> events_;
};

// A work whose callbacks are the test's.
struct Work {
  napi_async_work handle = nullptr;
  std::function<void()> on_execute;
  std::function<void(napi_env env, napi_status status)> on_complete;

  napi_status Create(napi_env env) {
    return napi_create_async_work(env, nullptr, Text(env, "work"), Execute, Complete, this,
                                  &handle);
  }
  // Made and queued.
  void Queue(napi_env env) {
    ASSERT_NAPI(Create(env));
    ASSERT_NAPI(napi_queue_async_work(env, handle));
  }
  void Delete(napi_env env) {
    EXPECT_NAPI(napi_delete_async_work(env, std::exchange(handle, nullptr)));
  }

  static void Execute(napi_env, void* data) {
    auto& self = *static_cast<Work*>(data);
    if (self.on_execute) self.on_execute();
  }
  // Deletes it, unless the test says what to do.
  static void Complete(napi_env env, napi_status status, void* data) {
    auto& self = *static_cast<Work*>(data);
    if (!self.on_complete) return self.Delete(env);
    self.on_complete(env, status);
  }
};

// A thread-safe function whose callbacks are the test's.
struct Tsfn {
  napi_threadsafe_function handle = nullptr;
  std::function<void(napi_env env, napi_value callback, void* data)> on_call;
  std::function<void(napi_env env)> on_finalize;

  napi_status Create(napi_env env, size_t threads = 1, size_t queue_max = 0,
                     napi_value function = nullptr) {
    return napi_create_threadsafe_function(env, function, nullptr, Text(env, "tsfn"), queue_max,
                                           threads, nullptr, Finalize, this, CallJs, &handle);
  }
  napi_status Call(intptr_t data = 0,
                   napi_threadsafe_function_call_mode mode = napi_tsfn_nonblocking) {
    return napi_call_threadsafe_function(handle, reinterpret_cast<void*>(data), mode);
  }
  napi_status Acquire() { return napi_acquire_threadsafe_function(handle); }
  napi_status Release() { return napi_release_threadsafe_function(handle, napi_tsfn_release); }
  napi_status Abort() { return napi_release_threadsafe_function(handle, napi_tsfn_abort); }

  // A cleanup hook calls it once more: what is queued so late is drained.
  napi_status CallInHook(napi_env env) {
    return napi_add_env_cleanup_hook(
        env, [](void* self) { EXPECT_NAPI(static_cast<Tsfn*>(self)->Call(99)); }, this);
  }

  static void CallJs(napi_env env, napi_value callback, void* context, void* data) {
    auto& self = *static_cast<Tsfn*>(context);
    if (self.on_call) self.on_call(env, callback, data);
  }
  static void Finalize(napi_env env, void*, void* context) {
    auto& self = *static_cast<Tsfn*>(context);
    if (self.on_finalize) self.on_finalize(env);
  }
};

// A JavaScript function of the test's; `callable` outlives it.
using Callable = std::function<napi_value(napi_env env, napi_value argument)>;
inline napi_value FunctionOf(napi_env env, const Callable& callable) {
  return Function(
      env,
      [](napi_env inner, napi_callback_info info) {
        size_t argc = 1;
        napi_value argument = nullptr;
        void* data = nullptr;
        EXPECT_NAPI(napi_get_cb_info(inner, info, &argc, &argument, nullptr, &data));
        return (*static_cast<const Callable*>(data))(inner, argument);
      },
      const_cast<Callable*>(&callable));
}

// promise.then(on_fulfilled, on_rejected); null for none. The derived promise.
inline napi_value Then(napi_env env, napi_value promise, napi_value on_fulfilled,
                       napi_value on_rejected = nullptr) {
  napi_value none = Undefined(env);
  napi_value arguments[] = {on_fulfilled != nullptr ? on_fulfilled : none,
                            on_rejected != nullptr ? on_rejected : none};
  napi_value derived = nullptr;
  EXPECT_NAPI(napi_call_function(env, promise, Get(env, promise, "then"), 2, arguments, &derived));
  return derived;
}

// A promise that is fulfilled, so that what follows it is a microtask.
inline napi_value Fulfilled(napi_env env) {
  napi_deferred deferred = nullptr;
  napi_value promise = nullptr;
  EXPECT_NAPI(napi_create_promise(env, &deferred, &promise));
  EXPECT_NAPI(napi_resolve_deferred(env, deferred, Undefined(env)));
  return promise;
}
inline void Microtask(napi_env env, const Callable& callable) {
  Then(env, Fulfilled(env), FunctionOf(env, callable));
}

}  // namespace napisan
