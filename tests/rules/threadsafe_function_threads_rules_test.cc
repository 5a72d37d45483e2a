// threadsafe-function/* with real threads and a real loop, and in the profiles that differ. Nothing
// here is a misuse unless it says so.
#include <algorithm>
#include <vector>

#include "test_function.h"

namespace napisan {
namespace {

class FunctionThreads : public FunctionRules {
 protected:
  FunctionThreads() : FunctionRules("node24", ExecutorKind::kUv) {}

  // Calls until it is told that the function is closing, as a producer should.
  static void Produce(TestFunction& function, napi_threadsafe_function_call_mode mode) {
    napi_status status = napi_ok;
    while (status == napi_ok || status == napi_queue_full) {
      status = function.Call(mode);
      std::this_thread::yield();
    }
    EXPECT_EQ(status, napi_closing);
  }
  static size_t Count(const TestFunction& function, char event) {
    return static_cast<size_t>(std::count(function.events.begin(), function.events.end(), event));
  }
};

TEST_F(FunctionThreads, ProducersCallAndReleaseAndFinalizeJoinsThem) {
  constexpr int kThreads = 4;
  constexpr int kCalls = 300;
  TestFunction function;
  std::vector<std::thread> threads;
  function.on_finalize = [&](napi_env) {
    for (std::thread& thread : threads) thread.join();
  };
  Create(function, kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int call = 0; call < kCalls; ++call) EXPECT_EQ(function.Call(), napi_ok);
      EXPECT_EQ(function.Release(), napi_ok);
    });
  }
  agent().RunLoop();
  EXPECT_EQ(Count(function, 'c'), size_t{kThreads} * kCalls);
  EXPECT_EQ(function.events.back(), 'f');
}

TEST_F(FunctionThreads, AProducerBlocksOnAFullQueueAndTheLoopMakesRoom) {
  TestFunction function;
  Create(function, 1, 2);
  std::thread producer([&] {
    for (int call = 0; call < 200; ++call) EXPECT_EQ(function.Call(napi_tsfn_blocking), napi_ok);
    EXPECT_EQ(function.Release(), napi_ok);
  });
  agent().RunLoop();
  producer.join();
  EXPECT_EQ(Count(function, 'c'), 200u);
}

TEST_F(FunctionThreads, AnAbortWakesAProducerThatBlocks) {
  TestFunction function;
  Create(function, 2, 1);
  EXPECT_EQ(function.Call(), napi_ok);
  std::thread producer([&] { Produce(function, napi_tsfn_blocking); });
  EXPECT_EQ(function.Abort(), napi_ok);
  agent().RunLoop();
  producer.join();
  EXPECT_EQ(function.events.back(), 'f');
}

TEST_F(FunctionThreads, ThreadsAcquireForThoseTheyStart) {
  TestFunction function;
  Create(function);
  std::thread first([&] {
    EXPECT_EQ(function.Acquire(), napi_ok);
    std::thread second([&] {
      EXPECT_EQ(function.Call(), napi_ok);
      EXPECT_EQ(function.Release(), napi_ok);
    });
    EXPECT_EQ(function.Release(), napi_ok);
    second.join();
  });
  agent().RunLoop();
  first.join();
  EXPECT_EQ(function.events, "cf");
}

TEST_F(FunctionThreads, ACleanupHookAbortsAndJoins) {
  TestFunction function;
  struct Held {
    TestFunction& function;
    std::thread thread;
  } held{function, {}};
  Create(function, 2);
  Run([&](napi_env env) {
    ASSERT_EQ(napi_add_env_cleanup_hook(
                  env,
                  [](void* data) {
                    auto& self = *static_cast<Held*>(data);
                    EXPECT_EQ(self.function.Abort(), napi_ok);
                    self.thread.join();
                  },
                  &held),
              napi_ok);
  });
  held.thread = std::thread([&] { Produce(function, napi_tsfn_nonblocking); });
  for (int i = 0; i < 20; ++i) agent().Turn(false);
  Teardown();
  EXPECT_EQ(function.events.back(), 'f');
}

TEST_F(FunctionThreads, ProducersOutliveTheEnv) {
  TestFunction function;
  CreateUnref(function, 3);
  std::vector<std::thread> producers;
  for (int i = 0; i < 3; ++i) {
    producers.emplace_back([&] { Produce(function, napi_tsfn_nonblocking); });
  }
  for (int i = 0; i < 20; ++i) agent().Turn(false);
  End();
  for (std::thread& producer : producers) producer.join();
  EXPECT_EQ(function.events.back(), 'f');
}

TEST_F(FunctionThreads, APoolThreadCallsFromExecute) {
  TestFunction function;
  TestWork work;
  Create(function);
  work.extra = &function;
  work.on_execute = [](napi_env, TestWork& self) {
    EXPECT_EQ(static_cast<TestFunction*>(self.extra)->Call(napi_tsfn_blocking), napi_ok);
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

TEST_F(FunctionThreads, EachOfTwoThreadsThatGoOnAfterClosingIsReported) {
  TestFunction function;
  Create(function, 5);
  EXPECT_EQ(function.Abort(), napi_ok);
  auto misuse = [&] {
    EXPECT_EQ(function.Call(), napi_closing);
    EXPECT_EQ(function.Call(), napi_closing);
  };
  std::thread first(misuse);
  std::thread second(misuse);
  first.join();
  second.join();
  EXPECT_THAT(Reports(), ElementsAre("threadsafe-function/use-after-closing",
                                     "threadsafe-function/use-after-closing"));
  agent().RunLoop();
}

// Profiles.

class FunctionRulesOfNode20 : public FunctionRules {
 protected:
  FunctionRulesOfNode20() : FunctionRules("node20") {}
};

TEST_F(FunctionRulesOfNode20, ItFinalizesBeforeItDrains) {
  TestFunction function;
  CreateUnref(function);
  Run([&](napi_env env) { EXPECT_EQ(function.CallInHook(env), napi_ok); });
  Teardown();
  EXPECT_EQ(function.events, "fd");
}

TEST_F(FunctionRulesOfNode20, ItMayBeAbortedOnceMoreInItsFinalizeCallback) {
  TestFunction function;
  function.on_finalize = [&](napi_env) { EXPECT_EQ(function.Abort(), napi_invalid_arg); };
  Create(function);
  EXPECT_EQ(function.Release(), napi_ok);
  agent().RunLoop();
  EXPECT_EQ(function.events, "f");
}

// Node 20 has freed it by then, which is what the documentation does not say.
TEST_F(FunctionRulesOfNode20, AThreadThatHoldsItIsStillTold) {
  TestFunction function;
  Create(function, 4);
  EXPECT_EQ(function.Abort(), napi_ok);
  agent().RunLoop();
  InThread([&] {
    void* context = nullptr;
    EXPECT_EQ(napi_get_threadsafe_function_context(function.handle, &context), napi_ok);
    EXPECT_EQ(context, &function);
    EXPECT_EQ(function.Acquire(), napi_closing);
    EXPECT_EQ(function.Call(), napi_closing);
  });
  InThread([&] { EXPECT_EQ(function.Release(), napi_ok); });
  End();
  InThread([&] {
    EXPECT_EQ(function.Call(), napi_closing);
    EXPECT_EQ(function.Call(), napi_invalid_arg);
  });
  EXPECT_THAT(Reports(), ElementsAre("threadsafe-function/use-after-closing"));
}

class FunctionRulesOfOpenHarmony : public FunctionRules {
 protected:
  FunctionRulesOfOpenHarmony() : FunctionRules("openharmony") {}
};

TEST_F(FunctionRulesOfOpenHarmony, LeakedAndNeverFinalized) {
  TestFunction function;
  Create(function);
  Teardown();
  EXPECT_THAT(Reports(), ElementsAre("threadsafe-function/leaked"));
  EXPECT_EQ(function.events, "");
}

TEST_F(FunctionRulesOfOpenHarmony, ItMayBeAbortedOnceMoreInItsFinalizeCallback) {
  TestFunction function;
  function.on_finalize = [&](napi_env) { EXPECT_EQ(function.Abort(), napi_generic_failure); };
  Create(function);
  EXPECT_EQ(function.Release(), napi_ok);
  agent().RunLoop();
  EXPECT_EQ(function.events, "f");
}

TEST_F(FunctionRulesOfOpenHarmony, OverRelease) {
  TestFunction function;
  Create(function);
  EXPECT_EQ(function.Release(), napi_ok);
  EXPECT_EQ(function.Release(), napi_invalid_arg);
  EXPECT_THAT(Reports(), ElementsAre("threadsafe-function/over-release"));
  agent().RunLoop();
}

}  // namespace
}  // namespace napisan
