// Thread-safe functions and the threads that use them. Nothing here waits for a time: threads tell
// each other by semaphores, or are joined.
#include <atomic>
#include <semaphore>
#include <thread>

#include "async_test.h"

namespace napisan {
namespace {

using testing::Each;
using testing::ElementsAre;

class HostTsfnThreads : public AsyncTest {
 protected:
  HostTsfnThreads() {
    tsfn_.on_call = [this](napi_env env, napi_value, void*) {
      ++(env != nullptr ? calls_ : drained_);
    };
    tsfn_.on_finalize = [this](napi_env) { Note("finalize"); };
  }
  void Create(size_t threads, size_t queue_max = 0) {
    Run([&](napi_env env) { ASSERT_NAPI(tsfn_.Create(env, threads, queue_max)); });
  }
  // Starts `count` producers that call blocking until they are told napi_closing.
  void Produce(int count) {
    for (int i = 0; i < count; ++i) {
      threads_.emplace_back([this] {
        napi_status status = napi_ok;
        while (status == napi_ok) status = tsfn_.Call(0, napi_tsfn_blocking);
        last_.fetch_add(status == napi_closing ? 1 : 1000);
      });
    }
  }
  void Join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  Tsfn tsfn_;
  // Loop thread only.
  int calls_ = 0;
  int drained_ = 0;
  std::vector<std::thread> threads_;
  // How many producers were told napi_closing; thousands are other answers.
  std::atomic<int> last_{0};
};

TEST_F(HostTsfnThreads, ManyProducersLoseNothing) {
  constexpr int kThreads = 4;
  constexpr int kCalls = 500;
  Create(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads_.emplace_back([this] {
      for (int call = 0; call < kCalls; ++call) EXPECT_NAPI(tsfn_.Call(0, napi_tsfn_blocking));
      EXPECT_NAPI(tsfn_.Release());
    });
  }
  RunLoop();
  Join();
  EXPECT_EQ(calls_, kThreads * kCalls);
  EXPECT_THAT(Events(), ElementsAre("finalize"));
}

// One producer: of several that sleep, the loop wakes one where the queue was full, as Node does,
// and the others may sleep on.
TEST_F(HostTsfnThreads, AProducerThatBlocksGoesOnWhenThereIsRoom) {
  constexpr int kCalls = 500;
  Create(1, 2);
  threads_.emplace_back([this] {
    for (int call = 0; call < kCalls; ++call) EXPECT_NAPI(tsfn_.Call(0, napi_tsfn_blocking));
    EXPECT_NAPI(tsfn_.Release());
  });
  RunLoop();
  Join();
  EXPECT_EQ(calls_, kCalls);
  EXPECT_THAT(Events(), ElementsAre("finalize"));
}

TEST_F(HostTsfnThreads, ACallWakesALoopThatSleeps) {
  Create(1);
  std::thread caller([&] {
    EXPECT_NAPI(tsfn_.Call());
    EXPECT_NAPI(tsfn_.Release());
  });
  RunLoop();
  caller.join();
  EXPECT_EQ(calls_, 1);
}

TEST_F(HostTsfnThreads, AbortTellsEveryProducerThatBlocks) {
  Create(4, 1);
  EXPECT_NAPI(tsfn_.Call());
  Produce(3);
  EXPECT_NAPI(tsfn_.Abort());
  RunLoop();
  Join();
  EXPECT_EQ(last_, 3);
  EXPECT_EQ(calls_, 0);
  EXPECT_EQ(drained_, 1);
}

TEST_F(HostTsfnThreads, TeardownTellsEveryProducer) {
  Create(3, 1);
  Produce(3);
  // Some calls get through, with the loop turning.
  while (calls_ == 0) agent().Turn();
  Teardown();
  Join();
  EXPECT_EQ(last_, 3);
  EXPECT_THAT(Events(), ElementsAre("finalize"));
}

TEST_F(HostTsfnThreads, AThreadAcquiresWhileOthersRelease) {
  Create(1);
  std::binary_semaphore acquired{0};
  std::thread second([&] {
    EXPECT_NAPI(tsfn_.Acquire());
    acquired.release();
    EXPECT_NAPI(tsfn_.Call());
    EXPECT_NAPI(tsfn_.Release());
  });
  acquired.acquire();
  EXPECT_NAPI(tsfn_.Release());
  RunLoop();
  second.join();
  EXPECT_EQ(calls_, 1);
  EXPECT_THAT(Events(), ElementsAre("finalize"));
}

TEST_F(HostTsfnThreads, ExecuteMayUseOne) {
  Create(1);
  Work work;
  work.on_execute = [&] {
    for (int i = 0; i < 10; ++i) EXPECT_NAPI(tsfn_.Call());
    EXPECT_NAPI(tsfn_.Release());
  };
  Run([&](napi_env env) { work.Queue(env); });
  RunLoop();
  EXPECT_EQ(calls_, 10);
}

// One loop calls into another: each agent has its own thread.
TEST_F(HostTsfnThreads, AnotherAgentsThreadCalls) {
  Create(1);
  std::thread other([&] {
    HostAgent agent({});
    HostAgent::ModuleRef module = 0;
    std::string error;
    ASSERT_TRUE(agent.Add("other", nullptr, 8, module, error)) << error;
    Work work;
    work.on_complete = [&](napi_env env, napi_status) {
      EXPECT_NAPI(tsfn_.Call());
      EXPECT_NAPI(tsfn_.Release());
      work.Delete(env);
    };
    agent.Run(module, [&](napi_env env) { work.Queue(env); });
    agent.RunLoop();
  });
  RunLoop();
  other.join();
  EXPECT_EQ(calls_, 1);
}

}  // namespace
}  // namespace napisan
