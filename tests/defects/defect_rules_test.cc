// What seeded defects of the checker change and no other test shows, or seldom.
#include <atomic>
#include <thread>

#include "rules/rule_test.h"

namespace napisan {
namespace {

class DefectRules : public RuleTest {};
class DefectRulesOnThreads : public RuleTest {
 protected:
  DefectRulesOnThreads() : DefectRulesOnThreads("node24") {}
  explicit DefectRulesOnThreads(const std::string& profile)
      : RuleTest(profile, ExecutorKind::kUv) {}
};
class DefectRulesOfOpenHarmony : public DefectRulesOnThreads {
 protected:
  DefectRulesOfOpenHarmony() : DefectRulesOnThreads("openharmony") {}
};

void DeleteIt(napi_env env, napi_status, TestWork& self) {
  EXPECT_EQ(napi_delete_async_work(env, self.handle), napi_ok);
}

TEST_F(DefectRulesOnThreads, AWorkIsRightHoweverFast) {
  constexpr size_t kWorks = 2000;
  std::vector<TestWork> works(kWorks);
  Run([&](napi_env env) {
    for (TestWork& work : works) {
      work.on_complete = DeleteIt;
      ASSERT_EQ(work.Create(env), napi_ok);
      ASSERT_EQ(napi_queue_async_work(env, work.handle), napi_ok);
    }
  });
  agent().RunLoop();
}

// OpenHarmony's cancel says ok, and the work goes on.
TEST_F(DefectRulesOfOpenHarmony, ACancelThatComesTooLate) {
  struct Held {
    std::atomic<bool> began{false};
    std::atomic<bool> may_end{false};
  } held;
  TestWork work;
  work.extra = &held;
  work.on_execute = [](napi_env, TestWork& self) {
    auto& mine = *static_cast<Held*>(self.extra);
    mine.began = true;
    while (!mine.may_end) std::this_thread::yield();
  };
  work.on_complete = DeleteIt;
  Run([&](napi_env env) {
    ASSERT_EQ(work.Create(env), napi_ok);
    ASSERT_EQ(napi_queue_async_work(env, work.handle), napi_ok);
  });
  while (!held.began) std::this_thread::yield();
  Run([&](napi_env env) { EXPECT_EQ(napi_cancel_async_work(env, work.handle), napi_ok); });
  held.may_end = true;
  agent().RunLoop();
  EXPECT_EQ(work.status, napi_ok);
}

// Nothing that the checker looks through has it: inverted, it is lost.
TEST_F(DefectRules, WhatIsSettledInVainIsNoLeak) {
  auto inverted = [](void* handle) {
    return reinterpret_cast<void*>(~reinterpret_cast<uintptr_t>(handle));
  };
  TestWork work;
  work.on_complete = [](napi_env env, napi_status status, TestWork& self) {
    auto* deferred = reinterpret_cast<napi_deferred>(~reinterpret_cast<uintptr_t>(self.extra));
    EXPECT_EQ(napi_resolve_deferred(env, deferred, Number(env, 1)), napi_pending_exception);
    DeleteIt(env, status, self);
  };
  Run([&](napi_env env) {
    napi_deferred deferred = nullptr;
    napi_value promise = nullptr;
    ASSERT_EQ(napi_create_promise(env, &deferred, &promise), napi_ok);
    work.extra = inverted(deferred);
    ASSERT_EQ(work.Create(env), napi_ok);
    ASSERT_EQ(napi_queue_async_work(env, work.handle), napi_ok);
  });
  Teardown();
}

TEST_F(DefectRules, ARefusalIsTheLastError) {
  Run([](napi_env env) {
    TestWork work;
    ASSERT_EQ(work.Create(env), napi_ok);
    EXPECT_EQ(napi_delete_async_work(env, work.handle), napi_ok);
    napi_status status = napi_delete_async_work(env, work.handle);
    EXPECT_NE(status, napi_ok);
    const napi_extended_error_info* info = nullptr;
    ASSERT_EQ(napi_get_last_error_info(env, &info), napi_ok);
    EXPECT_EQ(info->error_code, status);
  });
  EXPECT_THAT(Reports(), ElementsAre("async-work/double-delete"));
}

}  // namespace
}  // namespace napisan
