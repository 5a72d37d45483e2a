// handle-scope/callback-scope-mismatch: callback scopes and async contexts, paired and not.
#include "rule_test.h"

namespace napisan {
namespace {

constexpr char kMismatch[] = "handle-scope/callback-scope-mismatch";

class CallbackScopeRules : public RuleTest {
 protected:
  using RuleTest::RuleTest;

  static napi_async_context Init(napi_env env) {
    napi_async_context context = nullptr;
    EXPECT_EQ(napi_async_init(env, nullptr, Text(env, "resource"), &context), napi_ok);
    return context;
  }
  static napi_callback_scope Open(napi_env env, napi_async_context context) {
    napi_callback_scope scope = nullptr;
    EXPECT_EQ(napi_open_callback_scope(env, Object(env), context, &scope), napi_ok);
    return scope;
  }
  // A function of the module's, called by JavaScript inside of the one that runs.
  static void CallInside(napi_env env, napi_callback callback, void* data) {
    napi_value function = nullptr;
    napi_value global = nullptr;
    ASSERT_EQ(napi_create_function(env, "inner", NAPI_AUTO_LENGTH, callback, data, &function),
              napi_ok);
    ASSERT_EQ(napi_get_global(env, &global), napi_ok);
    ASSERT_EQ(napi_call_function(env, global, function, 0, nullptr, nullptr), napi_ok);
  }
  static void* DataOf(napi_env env, napi_callback_info info) {
    void* data = nullptr;
    EXPECT_EQ(napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data), napi_ok);
    return data;
  }
};

TEST_F(CallbackScopeRules, AContextAndItsScopesArePaired) {
  Keeps("handle-scope/callback-scope-mismatch");
  Run([](napi_env env) {
    napi_async_context context = Init(env);
    napi_callback_scope outer = Open(env, context);
    napi_callback_scope inner = Open(env, context);
    EXPECT_EQ(napi_close_callback_scope(env, inner), napi_ok);
    EXPECT_EQ(napi_close_callback_scope(env, outer), napi_ok);
    napi_callback_scope again = Open(env, context);
    EXPECT_EQ(napi_close_callback_scope(env, again), napi_ok);
    EXPECT_EQ(napi_async_destroy(env, context), napi_ok);
  });
}

// The call that it was made for fails afterwards, and brings nothing back.
TEST_F(CallbackScopeRules, AContextIsDestroyedInTheCallThatUsesIt) {
  Run([](napi_env env) {
    napi_async_context context = Init(env);
    napi_value function = nullptr;
    auto destroys = [](napi_env inner, napi_callback_info info) -> napi_value {
      auto* mine = static_cast<napi_async_context>(DataOf(inner, info));
      EXPECT_EQ(napi_async_destroy(inner, mine), napi_ok);
      EXPECT_EQ(napi_throw_error(inner, nullptr, "thrown"), napi_ok);
      return nullptr;
    };
    ASSERT_EQ(napi_create_function(env, "f", NAPI_AUTO_LENGTH, destroys, context, &function),
              napi_ok);
    EXPECT_EQ(napi_make_callback(env, context, Object(env), function, 0, nullptr, nullptr),
              napi_pending_exception);
    napi_value thrown = nullptr;
    EXPECT_EQ(napi_get_and_clear_last_exception(env, &thrown), napi_ok);
    EXPECT_EQ(napi_async_destroy(env, context), napi_callback_scope_mismatch);
  });
  EXPECT_THAT(Reports(), ElementsAre(kMismatch));
}

TEST_F(CallbackScopeRules, AContextMayLiveAcrossCallbacks) {
  napi_async_context context = nullptr;
  Run([&](napi_env env) { context = Init(env); });
  Run([&](napi_env env) {
    napi_value function = nullptr;
    ASSERT_EQ(
        napi_create_function(
            env, "f", NAPI_AUTO_LENGTH,
            [](napi_env, napi_callback_info) -> napi_value { return nullptr; }, nullptr, &function),
        napi_ok);
    EXPECT_EQ(napi_make_callback(env, context, Object(env), function, 0, nullptr, nullptr),
              napi_ok);
    EXPECT_EQ(napi_async_destroy(env, context), napi_ok);
  });
}

TEST_F(CallbackScopeRules, ACompleteOpensAndClosesOne) {
  TestWork work;
  work.on_complete = [](napi_env env, napi_status, TestWork& self) {
    napi_async_context context = Init(env);
    EXPECT_EQ(napi_close_callback_scope(env, Open(env, context)), napi_ok);
    EXPECT_EQ(napi_async_destroy(env, context), napi_ok);
    EXPECT_EQ(napi_delete_async_work(env, self.handle), napi_ok);
  };
  Run([&](napi_env env) {
    ASSERT_EQ(work.Create(env), napi_ok);
    ASSERT_EQ(napi_queue_async_work(env, work.handle), napi_ok);
  });
  agent().RunLoop();
  EXPECT_EQ(work.completed, 1);
}

TEST_F(CallbackScopeRules, AnExtraClose) {
  Breaks("handle-scope/callback-scope-mismatch");
  Run([](napi_env env) {
    napi_async_context context = Init(env);
    napi_callback_scope scope = Open(env, context);
    EXPECT_EQ(napi_close_callback_scope(env, scope), napi_ok);
    EXPECT_EQ(napi_close_callback_scope(env, scope), napi_callback_scope_mismatch);
    EXPECT_EQ(napi_async_destroy(env, context), napi_ok);
  });
  EXPECT_THAT(Reports(), ElementsAre(kMismatch));
}

TEST_F(CallbackScopeRules, AnExtraCloseWhileAnotherIsOpenClosesNeither) {
  Run([](napi_env env) {
    napi_async_context context = Init(env);
    napi_callback_scope outer = Open(env, context);
    napi_callback_scope inner = Open(env, context);
    EXPECT_EQ(napi_close_callback_scope(env, inner), napi_ok);
    EXPECT_EQ(napi_close_callback_scope(env, inner), napi_callback_scope_mismatch);
    EXPECT_EQ(napi_close_callback_scope(env, outer), napi_ok);
    EXPECT_EQ(napi_async_destroy(env, context), napi_ok);
  });
  EXPECT_THAT(Reports(), ElementsAre(kMismatch));
}

TEST_F(CallbackScopeRules, OneThatIsLeftOpenIsClosedWithAReport) {
  Run([](napi_env env) {
    napi_async_context context = Init(env);
    Open(env, context);
    EXPECT_EQ(napi_async_destroy(env, context), napi_ok);
  });
  EXPECT_THAT(Reports(), ElementsAre(kMismatch));
  Run([](napi_env env) { Object(env); });
}

TEST_F(CallbackScopeRules, OneThatIsLeftOpenInComplete) {
  TestWork work;
  work.on_complete = [](napi_env env, napi_status, TestWork& self) {
    napi_async_context context = Init(env);
    Open(env, context);
    EXPECT_EQ(napi_delete_async_work(env, self.handle), napi_ok);
  };
  Run([&](napi_env env) {
    ASSERT_EQ(work.Create(env), napi_ok);
    ASSERT_EQ(napi_queue_async_work(env, work.handle), napi_ok);
  });
  agent().RunLoop();
  EXPECT_THAT(Reports(), ElementsAre(kMismatch));
}

TEST_F(CallbackScopeRules, OneThatIsLeftOpenInsideOfAnother) {
  Run([](napi_env env) {
    napi_async_context context = Init(env);
    napi_callback_scope outer = Open(env, context);
    CallInside(
        env,
        [](napi_env inner, napi_callback_info info) -> napi_value {
          Open(inner, static_cast<napi_async_context>(DataOf(inner, info)));
          return nullptr;
        },
        context);
    EXPECT_EQ(napi_close_callback_scope(env, outer), napi_ok);
    EXPECT_EQ(napi_async_destroy(env, context), napi_ok);
  });
  EXPECT_THAT(Reports(), ElementsAre(kMismatch));
}

TEST_F(CallbackScopeRules, OneOfAnOuterCallbackIsNotClosedInAnInner) {
  Run([](napi_env env) {
    napi_async_context context = Init(env);
    napi_callback_scope outer = Open(env, context);
    CallInside(
        env,
        [](napi_env inner, napi_callback_info info) -> napi_value {
          auto scope = static_cast<napi_callback_scope>(DataOf(inner, info));
          EXPECT_EQ(napi_close_callback_scope(inner, scope), napi_callback_scope_mismatch);
          return nullptr;
        },
        outer);
    EXPECT_EQ(napi_close_callback_scope(env, outer), napi_ok);
    EXPECT_EQ(napi_async_destroy(env, context), napi_ok);
  });
  EXPECT_THAT(Reports(), ElementsAre(kMismatch));
}

TEST_F(CallbackScopeRules, AContextIsDestroyedOnce) {
  Run([](napi_env env) {
    napi_async_context context = Init(env);
    EXPECT_EQ(napi_async_destroy(env, context), napi_ok);
    EXPECT_EQ(napi_async_destroy(env, context), napi_callback_scope_mismatch);
  });
  EXPECT_THAT(Reports(), ElementsAre(kMismatch));
}

TEST_F(CallbackScopeRules, ADestroyedContextIsNotUsed) {
  Run([](napi_env env) {
    napi_async_context context = Init(env);
    EXPECT_EQ(napi_async_destroy(env, context), napi_ok);
    napi_callback_scope scope = nullptr;
    EXPECT_EQ(napi_open_callback_scope(env, Object(env), context, &scope),
              napi_callback_scope_mismatch);
    EXPECT_EQ(scope, nullptr);
    EXPECT_EQ(napi_make_callback(env, context, Object(env), Object(env), 0, nullptr, nullptr),
              napi_callback_scope_mismatch);
  });
  EXPECT_THAT(Reports(), ElementsAre(kMismatch, kMismatch));
}

TEST_F(CallbackScopeRules, ForgedAndOtherHandles) {
  Run([](napi_env env) {
    EXPECT_EQ(napi_close_callback_scope(env, Forged<napi_callback_scope>()), napi_invalid_arg);
    EXPECT_EQ(napi_async_destroy(env, reinterpret_cast<napi_async_context>(env)), napi_invalid_arg);
    EXPECT_EQ(napi_close_callback_scope(env, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_async_destroy(env, nullptr), napi_invalid_arg);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle/forged", "handle/wrong-kind"));
}

// Their report says where the scope was opened and the context made.
TEST_F(CallbackScopeRules, TheHistoryIsTheObjectsOwn) {
  Run([](napi_env env) {
    napi_async_context context = Init(env);
    napi_callback_scope scope = Open(env, context);
    EXPECT_EQ(napi_close_callback_scope(env, scope), napi_ok);
    EXPECT_EQ(napi_async_destroy(env, context), napi_ok);
    EXPECT_EQ(napi_async_destroy(env, context), napi_callback_scope_mismatch);
  });
  EXPECT_THAT(Reports(), ElementsAre(kMismatch));
  EXPECT_THAT(LastJson(), testing::HasSubstr("\"event\":\"created\""));
}

}  // namespace
}  // namespace napisan
