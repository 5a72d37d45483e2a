// handle-scope/none-open: uv callbacks are no callbacks of Node-API.
#include <uv.h>

#include "scope_test.h"

namespace napisan {
namespace {

class NoScopeRules : public HandleScopeRules {
 protected:
  NoScopeRules() : HandleScopeRules("node24", ExecutorKind::kUv) {}

  // Runs body(env) from an idle handle of the agent's loop, once.
  void RunFromUv(std::function<void(napi_env)> body) {
    body_ = std::move(body);
    Run([this](napi_env env) {
      env_ = env;
      uv_loop_t* loop = nullptr;
      ASSERT_EQ(napi_get_uv_event_loop(env, &loop), napi_ok);
      ASSERT_EQ(uv_idle_init(loop, &idle_), 0);
      idle_.data = this;
      uv_idle_start(&idle_, [](uv_idle_t* idle) {
        auto& self = *static_cast<NoScopeRules*>(idle->data);
        uv_close(reinterpret_cast<uv_handle_t*>(idle), nullptr);
        self.body_(self.env_);
      });
    });
    agent().RunLoop();
  }

 private:
  std::function<void(napi_env)> body_;
  napi_env env_ = nullptr;
  uv_idle_t idle_;
};

TEST_F(NoScopeRules, NoneOpen) {
  Breaks("handle-scope/none-open");
  RunFromUv([](napi_env env) {
    napi_value value = nullptr;
    EXPECT_EQ(napi_create_object(env, &value), napi_generic_failure);
    EXPECT_EQ(value, nullptr);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/none-open"));
}

// An escapable scope keeps a place in the scope outside of it.
TEST_F(NoScopeRules, NoneOpenForAnEscapableScope) {
  RunFromUv([](napi_env env) {
    napi_escapable_handle_scope scope = nullptr;
    EXPECT_EQ(napi_open_escapable_handle_scope(env, &scope), napi_generic_failure);
    EXPECT_EQ(scope, nullptr);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/none-open"));
}

TEST_F(NoScopeRules, NoneOpenAnyMoreAfterTheScopeIsClosed) {
  RunFromUv([](napi_env env) {
    Close(env, Open(env));
    napi_value value = nullptr;
    EXPECT_EQ(napi_get_undefined(env, &value), napi_generic_failure);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/none-open"));
}

// No end of a callback tells: the end of the env does.
TEST_F(NoScopeRules, NotClosedByAUvCallback) {
  RunFromUv([](napi_env env) {
    Open(env);
    OpenEscapable(env);
    Number(env, 1);
  });
  Run([](napi_env env) { Close(env, Open(env)); });
  EXPECT_THAT(Reports(), IsEmpty());
  Teardown();
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/not-closed", "handle-scope/not-closed"));
  EXPECT_THAT(LastJson(), testing::HasSubstr("opened outside of any callback"));
}

TEST_F(NoScopeRules, AUvCallbackOpensAScopeOfItsOwn) {
  Keeps("handle-scope/none-open", "handle-scope/not-closed");
  napi_ref reference = nullptr;
  int called = 0;
  auto count = [&](napi_env env, napi_callback_info info) -> napi_value {
    ++called;
    EXPECT_EQ(NumberOf(env, FirstArgument(env, info)), 6);
    return nullptr;
  };
  Run([&](napi_env env) {
    ASSERT_EQ(napi_create_reference(env, Function(env, count), 1, &reference), napi_ok);
  });
  RunFromUv([&](napi_env env) {
    napi_handle_scope outer = Open(env);
    napi_escapable_handle_scope inner = OpenEscapable(env);
    napi_value function = nullptr;
    ASSERT_EQ(napi_get_reference_value(env, reference, &function), napi_ok);
    napi_value escaped = Escape(env, inner, function);
    Close(env, inner);
    Call(env, escaped, Number(env, 6));
    EXPECT_EQ(napi_delete_reference(env, reference), napi_ok);
    Close(env, outer);
  });
  EXPECT_EQ(called, 1);
}

TEST_F(NoScopeRules, WhatMakesNoValueNeedsNoScope) {
  Keeps("handle-scope/none-open");
  napi_ref reference = nullptr;
  TestWork work;
  work.on_complete = [](napi_env env, napi_status, TestWork& self) {
    EXPECT_EQ(napi_delete_async_work(env, self.handle), napi_ok);
  };
  Run([&](napi_env env) {
    ASSERT_EQ(napi_create_reference(env, Object(env), 1, &reference), napi_ok);
    ASSERT_EQ(work.Create(env), napi_ok);
  });
  RunFromUv([&](napi_env env) {
    uint32_t count = 0;
    EXPECT_EQ(napi_reference_ref(env, reference, &count), napi_ok);
    EXPECT_EQ(napi_reference_unref(env, reference, &count), napi_ok);
    EXPECT_EQ(count, 1u);
    EXPECT_EQ(napi_delete_reference(env, reference), napi_ok);
    EXPECT_EQ(napi_queue_async_work(env, work.handle), napi_ok);
    bool pending = true;
    EXPECT_EQ(napi_is_exception_pending(env, &pending), napi_ok);
    EXPECT_FALSE(pending);
  });
  EXPECT_EQ(work.completed, 1);
}

}  // namespace
}  // namespace napisan
