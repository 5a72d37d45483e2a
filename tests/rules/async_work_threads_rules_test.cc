// async-work/* on libuv's pool, where execute runs while the loop's thread goes on. Each step waits
// for the one before it, so that each run is the same.
#include <atomic>
#include <thread>

#include "rule_test.h"

namespace napisan {
namespace {

class AsyncWorkThreads : public RuleTest {
 protected:
  AsyncWorkThreads() : RuleTest("node24", ExecutorKind::kUv) {}

  // A work whose execute begins, and does not end before the test lets it.
  struct Held {
    TestWork work;
    std::atomic<bool> began{false};
    std::atomic<bool> may_end{false};
  };
  void QueueAndWait(Held& held) {
    held.work.extra = &held;
    held.work.on_execute = [](napi_env, TestWork& self) {
      auto& mine = *static_cast<Held*>(self.extra);
      mine.began = true;
      while (!mine.may_end) std::this_thread::yield();
    };
    held.work.on_complete = [](napi_env env, napi_status, TestWork& self) {
      EXPECT_EQ(napi_delete_async_work(env, self.handle), napi_ok);
    };
    Run([&](napi_env env) {
      ASSERT_EQ(held.work.Create(env), napi_ok);
      ASSERT_EQ(napi_queue_async_work(env, held.work.handle), napi_ok);
    });
    while (!held.began) std::this_thread::yield();
  }
  void LetEnd(Held& held) {
    held.may_end = true;
    agent().RunLoop();
    EXPECT_EQ(held.work.executed, 1);
    EXPECT_EQ(held.work.completed, 1);
    EXPECT_EQ(held.work.status, napi_ok);
  }
};

TEST_F(AsyncWorkThreads, DeleteWhileExecuting) {
  Breaks("async-work/delete-while-executing");
  Held held;
  QueueAndWait(held);
  Run([&](napi_env env) {
    EXPECT_EQ(napi_delete_async_work(env, held.work.handle), napi_generic_failure);
  });
  EXPECT_THAT(Reports(), ElementsAre("async-work/delete-while-executing"));
  LetEnd(held);
}

TEST_F(AsyncWorkThreads, DeleteAfterACancelThatCameTooLate) {
  Held held;
  QueueAndWait(held);
  Run([&](napi_env env) {
    EXPECT_EQ(napi_cancel_async_work(env, held.work.handle), napi_generic_failure);
    EXPECT_EQ(napi_delete_async_work(env, held.work.handle), napi_generic_failure);
  });
  EXPECT_THAT(Reports(), ElementsAre("async-work/cancel-status-ignored"));
  EXPECT_THAT(LastJson(), testing::HasSubstr("\"also\":[\"async-work/delete-while-executing\"]"));
  LetEnd(held);
}

TEST_F(AsyncWorkThreads, QueueWhileExecuting) {
  Held held;
  QueueAndWait(held);
  Run([&](napi_env env) {
    EXPECT_EQ(napi_queue_async_work(env, held.work.handle), napi_generic_failure);
  });
  EXPECT_THAT(Reports(), ElementsAre("async-work/queue-twice"));
  LetEnd(held);
}

TEST_F(AsyncWorkThreads, AWorkThatExecutesIsDeletedInComplete) {
  Keeps("async-work/delete-while-executing", "async-work/cancel-status-ignored",
        "async-work/queue-twice");
  Held held;
  Held other;
  QueueAndWait(held);
  QueueAndWait(other);
  Run([&](napi_env env) {
    EXPECT_EQ(napi_cancel_async_work(env, held.work.handle), napi_generic_failure);
    // Another one may well be made and deleted meanwhile.
    TestWork third;
    ASSERT_EQ(third.Create(env), napi_ok);
    EXPECT_EQ(napi_delete_async_work(env, third.handle), napi_ok);
  });
  other.may_end = true;
  LetEnd(held);
  EXPECT_EQ(other.work.completed, 1);
}

}  // namespace
}  // namespace napisan
