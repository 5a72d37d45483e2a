// threadsafe-function/*: each rule with a module that breaks it and ones that come close and do
// not: threads that hold on, queues that are full, envs that go first.
#include "test_function.h"

namespace napisan {
namespace {

// threadsafe-function/use-after-release

TEST_F(FunctionRules, UseAfterRelease) {
  Breaks("threadsafe-function/use-after-release");
  TestFunction function;
  Create(function);
  EXPECT_EQ(function.Release(), napi_ok);
  agent().RunLoop();
  EXPECT_EQ(function.events, "f");
  void* context = nullptr;
  EXPECT_EQ(function.Call(), napi_invalid_arg);
  EXPECT_EQ(function.Acquire(), napi_invalid_arg);
  EXPECT_EQ(function.Release(), napi_invalid_arg);
  EXPECT_EQ(napi_get_threadsafe_function_context(function.handle, &context), napi_invalid_arg);
  Run([&](napi_env env) { EXPECT_EQ(function.Unref(env), napi_invalid_arg); });
  EXPECT_THAT(Reports(), testing::AllOf(testing::SizeIs(5),
                                        testing::Each("threadsafe-function/use-after-release")));
}

TEST_F(FunctionRules, UseAfterReleaseOnAnotherThread) {
  TestFunction function;
  Create(function);
  EXPECT_EQ(function.Release(), napi_ok);
  agent().RunLoop();
  InThread([&] { EXPECT_EQ(function.Call(), napi_invalid_arg); });
  EXPECT_THAT(Reports(), ElementsAre("threadsafe-function/use-after-release"));
}

TEST_F(FunctionRules, ItsLastReleaseLeavesTheRestOfTheQueueToBeDelivered) {
  Keeps("threadsafe-function/use-after-release");
  TestFunction function;
  Create(function, 2);
  EXPECT_EQ(function.Release(), napi_ok);
  InThread([&] {
    EXPECT_EQ(function.Call(), napi_ok) << "another thread's release is not this one's";
    EXPECT_EQ(function.Release(), napi_ok);
  });
  agent().RunLoop();
  EXPECT_EQ(function.events, "cf");
}

TEST_F(FunctionRules, ATeardownBetweenTheLastReleaseAndItsDispatchIsNoMisuse) {
  TestFunction function;
  Create(function);
  EXPECT_EQ(function.Call(), napi_ok);
  EXPECT_EQ(function.Release(), napi_ok);
  Teardown();
  EXPECT_EQ(function.events, "cf");
}

// threadsafe-function/use-after-closing

TEST_F(FunctionRules, UseAfterClosing) {
  Breaks("threadsafe-function/use-after-closing");
  TestFunction function;
  Create(function, 3);
  EXPECT_EQ(function.Abort(), napi_ok);
  InThread([&] {
    EXPECT_EQ(function.Call(), napi_closing);
    EXPECT_EQ(function.Call(), napi_closing) << "it took what another thread had";
  });
  EXPECT_THAT(Reports(), ElementsAre("threadsafe-function/use-after-closing"));
  agent().RunLoop();
  EXPECT_EQ(function.events, "f");
}

TEST_F(FunctionRules, AReleaseAfterClosingIsOneReport) {
  TestFunction function;
  Create(function, 2);
  EXPECT_EQ(function.Abort(), napi_ok);
  InThread([&] {
    EXPECT_EQ(function.Call(), napi_closing);
    EXPECT_EQ(function.Release(), napi_invalid_arg) << "the answer was the release";
  });
  EXPECT_THAT(Reports(), ElementsAre("threadsafe-function/use-after-closing"));
  agent().RunLoop();
}

TEST_F(FunctionRules, AUseAfterClosingAndTheEndIsOneReport) {
  TestFunction function;
  Create(function, 2);
  EXPECT_EQ(function.Abort(), napi_ok);
  EXPECT_EQ(function.Call(), napi_closing);
  agent().RunLoop();
  EXPECT_EQ(function.events, "f");
  EXPECT_EQ(function.Call(), napi_invalid_arg);
  EXPECT_THAT(Reports(), ElementsAre("threadsafe-function/use-after-closing"));
}

TEST_F(FunctionRules, EachThreadMayBeToldOnceThatItIsClosing) {
  Keeps("threadsafe-function/use-after-closing");
  TestFunction function;
  Create(function, 3);
  EXPECT_EQ(function.Call(), napi_ok);
  EXPECT_EQ(function.Abort(), napi_ok);
  InThread([&] { EXPECT_EQ(function.Call(), napi_closing); });
  agent().RunLoop();
  EXPECT_EQ(function.events, "df");
  InThread([&] { EXPECT_EQ(function.Call(), napi_closing) << "finalized, and still held"; });
}

TEST_F(FunctionRules, AThreadThatWasNotToldMayReleaseAfterTheEnd) {
  TestFunction function;
  Create(function, 2);
  EXPECT_EQ(function.Abort(), napi_ok);
  agent().RunLoop();
  InThread([&] { EXPECT_EQ(function.Release(), napi_ok); });
}

TEST_F(FunctionRules, AnAcquireOrALookAtTheContextWhileItClosesTakesNothing) {
  TestFunction function;
  Create(function, 2);
  EXPECT_EQ(function.Abort(), napi_ok);
  InThread([&] {
    void* context = nullptr;
    EXPECT_EQ(function.Acquire(), napi_closing);
    EXPECT_EQ(napi_get_threadsafe_function_context(function.handle, &context), napi_ok);
    EXPECT_EQ(context, &function);
    EXPECT_EQ(function.Release(), napi_ok);
  });
  agent().RunLoop();
  EXPECT_EQ(function.events, "f");
}

// threadsafe-function/over-release

TEST_F(FunctionRules, OverRelease) {
  Breaks("threadsafe-function/over-release");
  TestFunction function;
  Create(function);
  EXPECT_EQ(function.Release(), napi_ok);
  EXPECT_EQ(function.Release(), napi_invalid_arg);
  EXPECT_THAT(Reports(), ElementsAre("threadsafe-function/over-release"));
  agent().RunLoop();
  EXPECT_EQ(function.events, "f");
}

TEST_F(FunctionRules, AnAbortAfterTheLastReleaseIsAnOverRelease) {
  TestFunction function;
  Create(function);
  EXPECT_EQ(function.Release(), napi_ok);
  EXPECT_EQ(function.Abort(), napi_invalid_arg);
  EXPECT_THAT(Reports(), ElementsAre("threadsafe-function/over-release"));
  agent().RunLoop();
}

TEST_F(FunctionRules, AsManyReleasesAsAcquisitionsOnWhateverThread) {
  Keeps("threadsafe-function/over-release");
  TestFunction function;
  Create(function, 2);
  EXPECT_EQ(function.Acquire(), napi_ok);
  InThread([&] {
    EXPECT_EQ(function.Acquire(), napi_ok);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(function.Release(), napi_ok);
  });
  EXPECT_EQ(function.Release(), napi_ok);
  agent().RunLoop();
  EXPECT_EQ(function.events, "f");
}

TEST_F(FunctionRules, AnAcquireBeforeItsDispatchRevivesAReleasedFunction) {
  TestFunction function;
  Create(function);
  EXPECT_EQ(function.Release(), napi_ok);
  EXPECT_EQ(function.Acquire(), napi_ok);
  ASSERT_TRUE(agent().StepWake());
  EXPECT_EQ(function.events, "");
  EXPECT_EQ(function.Release(), napi_ok);
  agent().RunLoop();
  EXPECT_EQ(function.events, "f");
}

// threadsafe-function/leaked

TEST_F(FunctionRules, Leaked) {
  Breaks("threadsafe-function/leaked");
  TestFunction never;
  TestFunction half;
  Create(never);
  Create(half, 2);
  EXPECT_EQ(half.Release(), napi_ok);
  Teardown();
  EXPECT_THAT(Reports(), ElementsAre("threadsafe-function/leaked", "threadsafe-function/leaked"));
  EXPECT_EQ(never.events, "f");
}

TEST_F(FunctionRules, AFunctionThatIsReferencedAgainIsLeaked) {
  TestFunction function;
  CreateUnref(function);
  Run([&](napi_env env) {
    EXPECT_EQ(napi_ref_threadsafe_function(env, function.handle), napi_ok);
  });
  Teardown();
  EXPECT_THAT(Reports(), ElementsAre("threadsafe-function/leaked"));
}

TEST_F(FunctionRules, AnUnreferencedFunctionMayLiveUntilTeardown) {
  Keeps("threadsafe-function/leaked");
  TestFunction function;
  CreateUnref(function);
  EXPECT_EQ(function.Call(), napi_ok);
  Teardown();
  EXPECT_EQ(function.events, "cf");
}

TEST_F(FunctionRules, ACleanupHookMayReleaseOrAbort) {
  TestFunction released;
  TestFunction aborted;
  Run([&](napi_env env) {
    // One hook runs after the functions' own, the other one before.
    ASSERT_EQ(
        napi_add_env_cleanup_hook(
            env,
            [](void* data) { EXPECT_EQ(static_cast<TestFunction*>(data)->Release(), napi_ok); },
            &released),
        napi_ok);
    ASSERT_EQ(released.Create(env), napi_ok);
    ASSERT_EQ(aborted.Create(env), napi_ok);
    ASSERT_EQ(napi_add_env_cleanup_hook(
                  env,
                  [](void* data) {
                    auto& self = *static_cast<TestFunction*>(data);
                    EXPECT_EQ(self.Call(), napi_ok);
                    EXPECT_EQ(self.Abort(), napi_ok);
                  },
                  &aborted),
              napi_ok);
  });
  EXPECT_EQ(aborted.Call(), napi_ok);
  Teardown();
  EXPECT_EQ(released.events, "f");
  EXPECT_EQ(aborted.events, "cdf");
}

TEST_F(FunctionRules, AnAbortedFunctionThatAThreadStillHoldsIsNotLeaked) {
  TestFunction function;
  Create(function, 2);
  EXPECT_EQ(function.Abort(), napi_ok);
  Teardown();
  EXPECT_EQ(function.events, "f");
  EXPECT_EQ(function.Release(), napi_ok);
}

TEST_F(FunctionRules, AThreadThatOutlivesTheEnvIsToldOnce) {
  TestFunction function;
  CreateUnref(function, 2);
  End();
  InThread([&] { EXPECT_EQ(function.Call(napi_tsfn_blocking), napi_closing); });
  InThread([&] { EXPECT_EQ(function.Release(), napi_ok); });
  EXPECT_THAT(Reports(), IsEmpty());
  InThread([&] { EXPECT_EQ(function.Call(), napi_invalid_arg) << "nobody holds it any more"; });
  EXPECT_THAT(Reports(), ElementsAre("threadsafe-function/use-after-release"));
}

// threadsafe-function/blocking-on-js-thread

TEST_F(FunctionRules, BlockingOnJsThread) {
  Breaks("threadsafe-function/blocking-on-js-thread");
  TestFunction function;
  Create(function, 1, 2);
  EXPECT_EQ(function.Call(napi_tsfn_blocking), napi_ok);
  EXPECT_EQ(function.Call(napi_tsfn_blocking), napi_ok);
  EXPECT_EQ(function.Call(napi_tsfn_blocking), napi_would_deadlock);
  EXPECT_THAT(Reports(), ElementsAre("threadsafe-function/blocking-on-js-thread"));
  EXPECT_EQ(function.Release(), napi_ok);
  agent().RunLoop();
  EXPECT_EQ(function.events, "ccf");
}

TEST_F(FunctionRules, BlockingInItsOwnCallback) {
  TestFunction function;
  int calls = 0;
  function.on_call = [&](napi_env, void*) {
    if (++calls > 1) return;
    EXPECT_EQ(function.Call(napi_tsfn_blocking), napi_ok);
    EXPECT_EQ(function.Call(napi_tsfn_blocking), napi_would_deadlock);
  };
  Create(function, 1, 1);
  EXPECT_EQ(function.Call(), napi_ok);
  ASSERT_TRUE(agent().StepWake());
  EXPECT_THAT(Reports(), ElementsAre("threadsafe-function/blocking-on-js-thread"));
  EXPECT_EQ(function.Release(), napi_ok);
  agent().RunLoop();
  EXPECT_EQ(function.events, "ccf");
}

TEST_F(FunctionRules, AFullQueueIsNoMisuseWithoutBlocking) {
  Keeps("threadsafe-function/blocking-on-js-thread");
  TestFunction bounded;
  TestFunction unbounded;
  Create(bounded, 1, 1);
  Create(unbounded);
  EXPECT_EQ(bounded.Call(), napi_ok);
  EXPECT_EQ(bounded.Call(), napi_queue_full);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(unbounded.Call(napi_tsfn_blocking), napi_ok);
  EXPECT_EQ(bounded.Release(), napi_ok);
  EXPECT_EQ(unbounded.Release(), napi_ok);
  agent().RunLoop();
  EXPECT_EQ(bounded.events, "cf");
  EXPECT_EQ(unbounded.events, "cccf");
}

TEST_F(FunctionRules, ABlockingCallOfAClosingFunctionReturns) {
  TestFunction function;
  Create(function, 2, 1);
  EXPECT_EQ(function.Call(), napi_ok);
  EXPECT_EQ(function.Abort(), napi_ok);
  EXPECT_EQ(function.Call(napi_tsfn_blocking), napi_closing);
  agent().RunLoop();
  EXPECT_EQ(function.events, "df");
}

}  // namespace
}  // namespace napisan
