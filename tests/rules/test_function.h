// What tests of thread-safe functions share: one whose callbacks are the test's own, and threads.
//
// A test turns the loop or tears down before its functions go out of scope: finalize looks at them.
#pragma once

#include <functional>
#include <string>
#include <thread>

#include "rule_test.h"

namespace napisan {

// A thread-safe function whose callbacks the test gives as functions.
struct TestFunction {
  napi_threadsafe_function handle = nullptr;
  std::function<void(napi_env env, void* data)> on_call;
  std::function<void(napi_env env)> on_finalize;
  // What happened, one letter each: c a call, d a drained item, f the finalize callback.
  std::string events;

  napi_status Create(napi_env env, size_t threads = 1, size_t queue_max = 0) {
    return napi_create_threadsafe_function(env, nullptr, nullptr, Text(env, "test function"),
                                           queue_max, threads, this, Finalize, this, CallJs,
                                           &handle);
  }
  napi_status Call(napi_threadsafe_function_call_mode mode = napi_tsfn_nonblocking) {
    return napi_call_threadsafe_function(handle, this, mode);
  }
  napi_status Release() { return napi_release_threadsafe_function(handle, napi_tsfn_release); }
  napi_status Abort() { return napi_release_threadsafe_function(handle, napi_tsfn_abort); }
  napi_status Acquire() { return napi_acquire_threadsafe_function(handle); }
  napi_status Unref(napi_env env) { return napi_unref_threadsafe_function(env, handle); }

  // A cleanup hook calls it: what is queued so late is drained.
  napi_status CallInHook(napi_env env) {
    return napi_add_env_cleanup_hook(
        env, [](void* self) { EXPECT_EQ(static_cast<TestFunction*>(self)->Call(), napi_ok); },
        this);
  }

  static void CallJs(napi_env env, napi_value, void* context, void* data) {
    auto& self = *static_cast<TestFunction*>(context);
    self.events += env != nullptr ? 'c' : 'd';
    if (self.on_call) self.on_call(env, data);
  }
  static void Finalize(napi_env env, void* data, void* context) {
    EXPECT_EQ(data, context) << "both are the test's own again";
    auto& self = *static_cast<TestFunction*>(data);
    self.events += 'f';
    if (self.on_finalize) self.on_finalize(env);
  }
};

inline void InThread(const std::function<void()>& body) { std::thread(body).join(); }

class FunctionRules : public RuleTest {
 protected:
  using RuleTest::RuleTest;

  void Create(TestFunction& function, size_t threads = 1, size_t queue_max = 0) {
    Run([&](napi_env env) { ASSERT_EQ(function.Create(env, threads, queue_max), napi_ok); });
  }
  void CreateUnref(TestFunction& function, size_t threads = 1) {
    Run([&](napi_env env) {
      ASSERT_EQ(function.Create(env, threads), napi_ok);
      ASSERT_EQ(function.Unref(env), napi_ok);
    });
  }
};

}  // namespace napisan
