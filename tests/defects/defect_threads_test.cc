// What seeded defects of the host change and no other test shows, or seldom. Correct programs:
// without a defect they pass.
#include <atomic>
#include <barrier>
#include <thread>

#include "host/async_test.h"
#include "napisan/task_pool.h"

namespace napisan {
namespace {

class DefectThreads : public AsyncTest {};
class DefectValues : public HostTest {};
class DefectSteps : public AsyncTest {
 protected:
  DefectSteps() : AsyncTest("node24", ExecutorKind::kStepping) {}
};

TEST_F(DefectThreads, WorksAreQuick) {
  constexpr size_t kWorks = 3000;
  std::vector<Work> works(kWorks);
  size_t completed = 0;
  Run([&](napi_env env) {
    for (Work& work : works) {
      work.on_complete = [&](napi_env inner, napi_status status) {
        EXPECT_EQ(status, napi_ok);
        work.Delete(inner);
        ++completed;
      };
      work.Queue(env);
    }
  });
  RunLoop();
  EXPECT_EQ(completed, kWorks);
}

TEST_F(DefectThreads, AQueueKeepsItsBound) {
  constexpr int kThreads = 4;
  constexpr int kCalls = 1000;
  std::atomic<int> called{0};
  int delivered = 0;
  Tsfn tsfn;
  // Counted after the call, and after the item has left the queue: never too high.
  tsfn.on_call = [&](napi_env, napi_value, void*) {
    ++delivered;
    EXPECT_LE(called.load() - delivered, 1);
  };
  Run([&](napi_env env) { ASSERT_NAPI(tsfn.Create(env, kThreads, 1)); });
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int call = 0; call < kCalls; ++call) {
        EXPECT_NAPI(tsfn.Call(0, napi_tsfn_blocking));
        ++called;
      }
      EXPECT_NAPI(tsfn.Release());
    });
  }
  RunLoop();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(delivered, kThreads * kCalls);
}

TEST_F(DefectThreads, AcquisitionsCount) {
  constexpr int kTimes = 20000;
  Tsfn tsfn;
  Run([&](napi_env env) { ASSERT_NAPI(tsfn.Create(env)); });
  auto acquire = [&] {
    for (int i = 0; i < kTimes; ++i) EXPECT_NAPI(tsfn.Acquire());
  };
  std::thread first(acquire);
  std::thread second(acquire);
  first.join();
  second.join();
  for (int i = 0; i < 2 * kTimes + 1; ++i) ASSERT_NAPI(tsfn.Release());
  RunLoop();
}

TEST_F(DefectThreads, TwoLastReleases) {
  constexpr int kTimes = 200;
  std::barrier both(2);
  for (int i = 0; i < kTimes; ++i) {
    Tsfn tsfn;
    Run([&](napi_env env) { ASSERT_NAPI(tsfn.Create(env, 3)); });
    EXPECT_NAPI(tsfn.Abort());
    RunLoop();
    auto release = [&] {
      both.arrive_and_wait();
      EXPECT_NAPI(tsfn.Release());
    };
    std::thread first(release);
    std::thread second(release);
    first.join();
    second.join();
  }
}

// Nothing but the abort ends its waiting.
TEST_F(DefectThreads, ProducersThatWaitAreToldOfTheAbort) {
  constexpr int kTimes = 50;
  constexpr int kThreads = 3;
  for (int i = 0; i < kTimes; ++i) {
    Tsfn tsfn;
    Run([&](napi_env env) { ASSERT_NAPI(tsfn.Create(env, kThreads + 1, 1)); });
    EXPECT_NAPI(tsfn.Call());
    std::atomic<int> begun{0};
    std::vector<std::thread> producers;
    for (int thread = 0; thread < kThreads; ++thread) {
      producers.emplace_back([&] {
        ++begun;
        EXPECT_EQ(tsfn.Call(0, napi_tsfn_blocking), napi_closing);
      });
    }
    while (begun < kThreads) std::this_thread::yield();
    // They likely wait by then; who does not is told the same.
    for (int turn = 0; turn < 200; ++turn) std::this_thread::yield();
    EXPECT_NAPI(tsfn.Abort());
    for (std::thread& producer : producers) producer.join();
    RunLoop();
  }
}

TEST_F(DefectThreads, WhatIsCalledMeanwhileIsDelivered) {
  int delivered = 0;
  bool finalized = false;
  Tsfn tsfn;
  tsfn.on_call = [&](napi_env, napi_value, void*) {
    if (++delivered > 1) return;
    std::thread([&] {
      EXPECT_NAPI(tsfn.Call());
      EXPECT_NAPI(tsfn.Release());
    }).join();
  };
  tsfn.on_finalize = [&](napi_env) { finalized = true; };
  Run([&](napi_env env) { ASSERT_NAPI(tsfn.Create(env)); });
  EXPECT_NAPI(tsfn.Call());
  RunLoop();
  EXPECT_EQ(delivered, 2);
  EXPECT_TRUE(finalized);
}

TEST_F(DefectThreads, AHolderReleasesAfterTheEnd) {
  Tsfn tsfn;
  Run([&](napi_env env) { ASSERT_NAPI(tsfn.Create(env, 2)); });
  EXPECT_NAPI(tsfn.Abort());
  RunLoop();
  EXPECT_NAPI(tsfn.Release());
}

// A task waits or runs until it is cancelled: the first cancel finds it.
TEST_F(DefectThreads, ATaskIsFoundWhereverItIs) {
  constexpr int kTimes = 100;
  auto start = [](HostAgent& own, HostAgent::ModuleRef& added, std::string& error) {
    return own.Add("pool_module", nullptr, 8, added, error);
  };
  HostTaskPool pool(agent(), {.threads_max = 1, .start = start});
  for (int i = 0; i < kTimes; ++i) {
    std::atomic<bool> missed{false};
    HostTask task([&](HostTaskScope& self) -> napi_value {
      while (!self.cancelled && !missed) std::this_thread::yield();
      return nullptr;
    });
    HostAgent::PromiseRef promise = 0;
    Run([&](napi_env env) {
      // Many arguments: a thread takes them over one by one.
      std::vector<napi_value> arguments(500, Number(env, 1));
      promise = agent().Keep(env, pool.Execute(env, task, arguments, HostTaskPriority::kMedium));
    });
    for (int turn = 0; turn < i; ++turn) std::this_thread::yield();
    bool found = pool.Cancel(task);
    EXPECT_TRUE(found);
    missed = !found;
    agent().Await(promise, [](napi_env, napi_value) {});
  }
}

TEST_F(DefectSteps, AWorkIsDoneBeforeHooksRun) {
  Work work;
  work.on_complete = [&](napi_env env, napi_status) {
    Note("complete");
    work.Delete(env);
  };
  Run([&](napi_env env) {
    ASSERT_NAPI(napi_add_env_cleanup_hook(
        env, [](void* self) { static_cast<DefectSteps*>(self)->Note("hook"); }, this));
    work.Queue(env);
  });
  Teardown();
  EXPECT_THAT(Events(), testing::ElementsAre("complete", "hook"));
}

TEST_F(DefectValues, ADetachedBufferHasNoLength) {
  Run([](napi_env env) {
    napi_value buffer = nullptr;
    void* bytes = nullptr;
    ASSERT_NAPI(napi_create_arraybuffer(env, 16, &bytes, &buffer));
    ASSERT_NAPI(napi_detach_arraybuffer(env, buffer));
    size_t length = 1;
    EXPECT_NAPI(napi_get_arraybuffer_info(env, buffer, &bytes, &length));
    EXPECT_EQ(length, 0u);
  });
}

TEST_F(DefectValues, AnEmptyBufferIsNotDetached) {
  Run([](napi_env env) {
    static char bytes[1];
    napi_value buffer = nullptr;
    ASSERT_NAPI(napi_create_external_arraybuffer(env, bytes, 0, nullptr, nullptr, &buffer));
    bool detached = true;
    EXPECT_NAPI(napi_is_detached_arraybuffer(env, buffer, &detached));
    EXPECT_FALSE(detached);
  });
}

}  // namespace
}  // namespace napisan
