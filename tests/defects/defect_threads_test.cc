// What seeded defects of the host change and no other test shows, or seldom. Correct programs:
// without a defect they pass.
#include <atomic>
#include <barrier>
#include <thread>

#include "host/async_test.h"

namespace napisan {
namespace {

class DefectThreads : public AsyncTest {};
class DefectValues : public HostTest {};

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
