// Thread-safe functions used as they are meant to be; and what is none, or none of this env's.
#include "test_function.h"

namespace napisan {
namespace {

TEST_F(FunctionRules, AFunctionIsCalledReleasedAndFinalized) {
  TestFunction function;
  // Both callbacks get a good env and a scope to make values in.
  function.on_call = [](napi_env env, void*) { Number(env, 1); };
  function.on_finalize = [](napi_env env) { Number(env, 2); };
  Create(function);
  EXPECT_EQ(function.Call(), napi_ok);
  EXPECT_EQ(function.Call(), napi_ok);
  EXPECT_EQ(function.Release(), napi_ok);
  EXPECT_EQ(function.events, "") << "nothing runs inside of the calls";
  agent().RunLoop();
  EXPECT_EQ(function.events, "ccf");
}

TEST_F(FunctionRules, OneWithAJavaScriptFunctionOnlyCallsThat) {
  static int called;
  called = 0;
  napi_threadsafe_function function = nullptr;
  Run([&](napi_env env) {
    napi_value callee = nullptr;
    ASSERT_EQ(napi_create_function(
                  env, "f", NAPI_AUTO_LENGTH,
                  [](napi_env, napi_callback_info) -> napi_value {
                    ++called;
                    return nullptr;
                  },
                  nullptr, &callee),
              napi_ok);
    ASSERT_EQ(napi_create_threadsafe_function(env, callee, nullptr, Text(env, "f"), 0, 1, nullptr,
                                              nullptr, nullptr, nullptr, &function),
              napi_ok);
  });
  EXPECT_EQ(napi_call_threadsafe_function(function, nullptr, napi_tsfn_blocking), napi_ok);
  EXPECT_EQ(napi_release_threadsafe_function(function, napi_tsfn_release), napi_ok);
  agent().RunLoop();
  EXPECT_EQ(called, 1);
}

TEST_F(FunctionRules, TheContextIsTheModulesOwn) {
  TestFunction function;
  Create(function);
  void* context = nullptr;
  InThread(
      [&] { EXPECT_EQ(napi_get_threadsafe_function_context(function.handle, &context), napi_ok); });
  EXPECT_EQ(context, &function);
  EXPECT_EQ(function.Release(), napi_ok);
  agent().RunLoop();
}

TEST_F(FunctionRules, ExecuteMayAcquireCallAndRelease) {
  TestFunction function;
  TestWork work;
  Create(function);
  work.extra = &function;
  work.on_execute = [](napi_env, TestWork& self) {
    auto& used = *static_cast<TestFunction*>(self.extra);
    EXPECT_EQ(used.Acquire(), napi_ok);
    EXPECT_EQ(used.Call(napi_tsfn_blocking), napi_ok);
    EXPECT_EQ(used.Release(), napi_ok);
  };
  work.on_complete = [](napi_env env, napi_status, TestWork& self) {
    EXPECT_EQ(static_cast<TestFunction*>(self.extra)->Release(), napi_ok);
    EXPECT_EQ(napi_delete_async_work(env, self.handle), napi_ok);
  };
  Run([&](napi_env env) {
    ASSERT_EQ(work.Create(env), napi_ok);
    ASSERT_EQ(napi_queue_async_work(env, work.handle), napi_ok);
  });
  agent().RunLoop();
  EXPECT_EQ(function.events, "cf");
}

TEST_F(FunctionRules, AFunctionMayBeReleasedAndAbortedInItsOwnCallback) {
  TestFunction released;
  TestFunction aborted;
  released.on_call = [&](napi_env, void*) { EXPECT_EQ(released.Release(), napi_ok); };
  aborted.on_call = [&](napi_env env, void*) {
    if (env != nullptr) {
      EXPECT_EQ(aborted.Abort(), napi_ok);
    }
  };
  Create(released);
  Create(aborted);
  EXPECT_EQ(released.Call(), napi_ok);
  EXPECT_EQ(aborted.Call(), napi_ok);
  EXPECT_EQ(aborted.Call(), napi_ok);
  agent().RunLoop();
  EXPECT_EQ(released.events, "cf");
  EXPECT_EQ(aborted.events, "cdf") << "what is queued at an abort is drained";
}

// What is no thread-safe function of this env's.

// As node-addon-api's progress workers do: their destructor, which finalize calls, aborts.
TEST_F(FunctionRules, AFunctionMayBeAbortedOnceMoreInItsFinalizeCallback) {
  TestFunction function;
  function.on_finalize = [&](napi_env env) {
    void* context = nullptr;
    EXPECT_EQ(napi_get_threadsafe_function_context(function.handle, &context), napi_ok);
    EXPECT_EQ(context, &function);
    EXPECT_EQ(napi_unref_threadsafe_function(env, function.handle), napi_ok);
    EXPECT_EQ(function.Abort(), napi_invalid_arg);
    EXPECT_EQ(function.Release(), napi_invalid_arg);
  };
  Create(function);
  EXPECT_EQ(function.Release(), napi_ok);
  agent().RunLoop();
  EXPECT_EQ(function.events, "f");
  // And no later.
  EXPECT_EQ(function.Abort(), napi_invalid_arg);
  EXPECT_THAT(Reports(), ElementsAre("threadsafe-function/use-after-release"));
}

TEST_F(FunctionRules, NoneForgedAndOtherHandles) {
  Run([&](napi_env env) {
    auto value = reinterpret_cast<napi_threadsafe_function>(Number(env, 1));
    auto forged = Forged<napi_threadsafe_function>();
    EXPECT_EQ(napi_call_threadsafe_function(forged, nullptr, napi_tsfn_blocking), napi_invalid_arg);
    EXPECT_EQ(napi_release_threadsafe_function(value, napi_tsfn_release), napi_invalid_arg);
    EXPECT_EQ(napi_acquire_threadsafe_function(nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_call_threadsafe_function(nullptr, nullptr, napi_tsfn_nonblocking),
              napi_invalid_arg);
    EXPECT_EQ(napi_unref_threadsafe_function(env, nullptr), napi_invalid_arg);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle/forged", "handle/wrong-kind", "handle/forged",
                                     "handle/forged", "handle/forged"));
}

TEST_F(FunctionRules, RefAndUnrefAreForTheEnvsThreadAndEnv) {
  HostAgent::ModuleRef other = Add("other_module");
  TestFunction function;
  napi_env kept = nullptr;
  Run([&](napi_env env) {
    kept = env;
    ASSERT_EQ(function.Create(env), napi_ok);
    EXPECT_EQ(function.Unref(env), napi_ok);
    EXPECT_EQ(function.Unref(env), napi_ok) << "neither is counted";
    EXPECT_EQ(napi_ref_threadsafe_function(env, function.handle), napi_ok);
  });
  agent().Run(other, [&](napi_env env) { EXPECT_EQ(function.Unref(env), napi_invalid_arg); });
  EXPECT_THAT(Reports(), ElementsAre("env/cross-env-handle"));
  InThread([&] { EXPECT_EQ(function.Unref(kept), napi_generic_failure); });
  EXPECT_THAT(Reports(), ElementsAre("env/wrong-thread"));
  EXPECT_EQ(function.Release(), napi_ok);
  agent().RunLoop();
}

}  // namespace
}  // namespace napisan
