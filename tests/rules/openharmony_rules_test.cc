// OpenHarmony's additions under the rules of their siblings.
#include <napi/native_api.h>

#include "test_function.h"

namespace napisan {
namespace {

class OpenHarmonyRules : public FunctionRules {
 protected:
  OpenHarmonyRules() : FunctionRules("openharmony") {}

  static void Delete(napi_env env, napi_status, TestWork& work) {
    EXPECT_EQ(napi_delete_async_work(env, work.handle), napi_ok);
  }
  static napi_status Post(const TestFunction& function,
                          napi_task_priority priority = napi_priority_low) {
    return napi_call_threadsafe_function_with_priority(
        function.handle, const_cast<TestFunction*>(&function), priority, true);
  }
};

TEST_F(OpenHarmonyRules, CorrectUseIsSilent) {
  Keeps("threadsafe-function/priority-lifetime");
  TestWork works[3];
  TestFunction function;
  Create(function);
  Run([&](napi_env env) {
    for (TestWork& work : works) {
      ASSERT_EQ(work.Create(env), napi_ok);
      work.on_complete = Delete;
    }
    EXPECT_EQ(napi_queue_async_work_with_qos(env, works[0].handle, napi_qos_utility), napi_ok);
    EXPECT_EQ(napi_queue_async_work_with_queue(env, works[1].handle, napi_qos_default, 5), napi_ok);
    EXPECT_EQ(napi_queue_async_work_with_queue(env, works[2].handle, napi_qos_default, 5), napi_ok);
    EXPECT_EQ(napi_cancel_async_work(env, works[2].handle), napi_ok);
    EXPECT_EQ(Post(function), napi_ok);
    EXPECT_EQ(function.Call(), napi_ok);
  });
  function.on_call = [&](napi_env, void* data) {
    EXPECT_EQ(data, &function) << "the module's own data";
    // The second call, whichever it is, is the last.
    if (function.events == "cc") {
      EXPECT_EQ(function.Release(), napi_ok);
    }
  };
  agent().RunLoop();
  EXPECT_EQ(function.events, "ccf");
  EXPECT_EQ(works[2].status, napi_cancelled);
}

TEST_F(OpenHarmonyRules, AWorkQueuedWithAQosIsQueued) {
  TestWork work;
  Run([&](napi_env env) {
    ASSERT_EQ(work.Create(env), napi_ok);
    work.on_complete = Delete;
    ASSERT_EQ(napi_queue_async_work_with_qos(env, work.handle, napi_qos_default), napi_ok);
    EXPECT_EQ(napi_queue_async_work(env, work.handle), napi_generic_failure);
    EXPECT_THAT(Reports(), ElementsAre("async-work/queue-twice"));
    EXPECT_EQ(napi_delete_async_work(env, work.handle), napi_generic_failure);
    EXPECT_THAT(Reports(), ElementsAre("async-work/delete-while-queued"));
  });
  agent().RunLoop();
  EXPECT_EQ(work.completed, 1);
  Run([&](napi_env env) {
    EXPECT_EQ(napi_queue_async_work_with_qos(env, work.handle, napi_qos_default), napi_invalid_arg);
  });
  EXPECT_THAT(Reports(), ElementsAre("async-work/use-after-delete"));
}

TEST_F(OpenHarmonyRules, AWorkQueuedWithATaskIdIsQueued) {
  TestWork work;
  Run([&](napi_env env) {
    ASSERT_EQ(work.Create(env), napi_ok);
    work.on_complete = Delete;
    // Refused by the host: not queued, and no rule is broken.
    EXPECT_EQ(napi_queue_async_work_with_queue(env, work.handle, napi_qos_default, 0),
              napi_invalid_arg);
    ASSERT_EQ(napi_queue_async_work_with_queue(env, work.handle, napi_qos_default, 1), napi_ok);
    EXPECT_EQ(napi_queue_async_work_with_queue(env, work.handle, napi_qos_default, 1),
              napi_generic_failure);
    EXPECT_THAT(Reports(), ElementsAre("async-work/queue-twice"));
  });
  agent().RunLoop();
  EXPECT_EQ(work.executed, 1);
}

TEST_F(OpenHarmonyRules, ExecuteQueuesNothing) {
  TestWork work;
  work.on_execute = [](napi_env env, TestWork& self) {
    EXPECT_EQ(napi_queue_async_work_with_qos(env, self.handle, napi_qos_default),
              napi_generic_failure);
  };
  work.on_complete = Delete;
  Run([&](napi_env env) {
    ASSERT_EQ(work.Create(env), napi_ok);
    ASSERT_EQ(napi_queue_async_work(env, work.handle), napi_ok);
  });
  agent().RunLoop();
  EXPECT_THAT(Reports(), ElementsAre("async-work/execute-calls-napi"));
}

TEST_F(OpenHarmonyRules, AForgedFunctionIsNotCalled) {
  EXPECT_EQ(napi_call_threadsafe_function_with_priority(Forged<napi_threadsafe_function>(), nullptr,
                                                        napi_priority_low, true),
            napi_invalid_arg);
  EXPECT_THAT(Reports(), ElementsAre("handle/forged"));
}

TEST_F(OpenHarmonyRules, AFunctionThatWasFinalizedIsNotCalled) {
  TestFunction function;
  Create(function);
  EXPECT_EQ(function.Release(), napi_ok);
  agent().RunLoop();
  EXPECT_EQ(Post(function), napi_invalid_arg);
  EXPECT_THAT(Reports(), ElementsAre("threadsafe-function/use-after-release"));
}

TEST_F(OpenHarmonyRules, AFunctionThatEndsBeforeItsCalls) {
  Breaks("threadsafe-function/priority-lifetime");
  TestFunction function;
  Create(function);
  function.on_call = [&](napi_env, void*) {
    if (function.events != "c") return;
    EXPECT_EQ(function.Release(), napi_ok);
    for (int i = 0; i < 20; ++i) EXPECT_EQ(Post(function, napi_priority_idle), napi_ok);
  };
  EXPECT_EQ(function.Call(), napi_ok);
  agent().RunLoop();
  EXPECT_EQ(function.events.back(), 'f');
  EXPECT_THAT(Reports(), ElementsAre("threadsafe-function/priority-lifetime"));
}

}  // namespace
}  // namespace napisan
