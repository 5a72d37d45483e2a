// Async contexts, callback scopes, and calls made as though from the loop.
#include <uv.h>

#include "async_test.h"

namespace napisan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class HostAsyncContext : public AsyncTest {
 protected:
  HostAsyncContext() {
    reaction_ = [this](napi_env env, napi_value) {
      Note("reaction");
      return Undefined(env);
    };
    callee_ = [this](napi_env env, napi_value) {
      Note("called");
      Microtask(env, reaction_);
      return Text(env, "returned");
    };
  }
  napi_async_context Context(napi_env env) {
    napi_async_context context = nullptr;
    EXPECT_NAPI(napi_async_init(env, Object(env), Text(env, "context"), &context));
    return context;
  }
  // Runs body(env) from a uv callback: with no callback scope around it.
  void Bare(const std::function<void(napi_env env)>& body) {
    struct Idle {
      uv_idle_t idle;
      napi_env env;
      const std::function<void(napi_env env)>* body;
    } bare{{}, nullptr, &body};
    Run([&](napi_env env) {
      bare.env = env;
      uv_loop_t* loop = nullptr;
      ASSERT_NAPI(napi_get_uv_event_loop(env, &loop));
      uv_idle_init(loop, &bare.idle);
      bare.idle.data = &bare;
      uv_idle_start(&bare.idle, [](uv_idle_t* idle) {
        auto& self = *static_cast<Idle*>(idle->data);
        napi_handle_scope scope = nullptr;
        EXPECT_NAPI(napi_open_handle_scope(self.env, &scope));
        (*self.body)(self.env);
        EXPECT_NAPI(napi_close_handle_scope(self.env, scope));
        uv_close(reinterpret_cast<uv_handle_t*>(idle), nullptr);
      });
    });
    RunLoop();
  }

  Callable reaction_;
  Callable callee_;
};

TEST_F(HostAsyncContext, WhatCannotBeMadeIsRefused) {
  Run([](napi_env env) {
    napi_async_context context = nullptr;
    napi_value name = Text(env, "name");
    napi_value symbol = nullptr;
    ASSERT_NAPI(napi_create_symbol(env, name, &symbol));
    EXPECT_EQ(napi_async_init(env, nullptr, nullptr, &context), napi_invalid_arg);
    EXPECT_EQ(napi_async_init(env, nullptr, name, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_async_init(env, Undefined(env), name, &context), napi_object_expected);
    EXPECT_EQ(napi_async_init(env, nullptr, symbol, &context), napi_string_expected);
    EXPECT_EQ(napi_async_destroy(env, nullptr), napi_invalid_arg);
    // A number becomes an object, and a string.
    ASSERT_NAPI(napi_async_init(env, Number(env, 1), Number(env, 2), &context));
    EXPECT_NAPI(napi_async_destroy(env, context));
  });
  // What the conversions threw is thrown once the callback returns, though no call says so.
  EXPECT_THAT(Uncaught(), ElementsAre(HasSubstr("undefined"), HasSubstr("Symbol")));
}

TEST_F(HostAsyncContext, MakeCallbackRunsMicrotasksBeforeItReturns) {
  Bare([&](napi_env env) {
    napi_async_context context = Context(env);
    napi_value result = nullptr;
    EXPECT_NAPI(napi_make_callback(env, context, Object(env), FunctionOf(env, callee_), 0, nullptr,
                                   &result));
    Note(AsText(env, result));
    // The context may be left out.
    EXPECT_NAPI(napi_make_callback(env, nullptr, Object(env), FunctionOf(env, callee_), 0, nullptr,
                                   nullptr));
    Note("end");
    EXPECT_NAPI(napi_async_destroy(env, context));
  });
  EXPECT_THAT(Events(), ElementsAre("called", "reaction", "returned", "called", "reaction", "end"));
}

TEST_F(HostAsyncContext, InsideOfAnotherCallbackMicrotasksWaitForItsEnd) {
  Run([&](napi_env env) {
    EXPECT_NAPI(napi_make_callback(env, nullptr, Object(env), FunctionOf(env, callee_), 0, nullptr,
                                   nullptr));
    Note("end");
  });
  EXPECT_THAT(Events(), ElementsAre("called", "end", "reaction"));
}

TEST_F(HostAsyncContext, ACallbackScopeRunsMicrotasksWhenItCloses) {
  Bare([&](napi_env env) {
    napi_async_context context = Context(env);
    napi_callback_scope outer = nullptr, inner = nullptr;
    ASSERT_NAPI(napi_open_callback_scope(env, nullptr, context, &outer));
    ASSERT_NAPI(napi_open_callback_scope(env, Object(env), context, &inner));
    EXPECT_NAPI(
        napi_call_function(env, Undefined(env), FunctionOf(env, callee_), 0, nullptr, nullptr));
    EXPECT_NAPI(napi_close_callback_scope(env, inner));
    Note("inner closed");
    EXPECT_NAPI(napi_close_callback_scope(env, outer));
    Note("outer closed");
    EXPECT_EQ(napi_open_callback_scope(env, nullptr, context, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_close_callback_scope(env, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_close_callback_scope(env, outer), napi_callback_scope_mismatch);
    EXPECT_NAPI(napi_async_destroy(env, context));
  });
  EXPECT_THAT(Events(), ElementsAre("called", "inner closed", "reaction", "outer closed"));
}

TEST_F(HostAsyncContext, MakeCallbackRefusesWhatIsNoFunctionOrNoObject) {
  Run([&](napi_env env) {
    napi_value function = FunctionOf(env, callee_);
    EXPECT_EQ(napi_make_callback(env, nullptr, nullptr, function, 0, nullptr, nullptr),
              napi_invalid_arg);
    EXPECT_EQ(napi_make_callback(env, nullptr, Object(env), nullptr, 0, nullptr, nullptr),
              napi_invalid_arg);
    EXPECT_EQ(napi_make_callback(env, nullptr, Object(env), Object(env), 0, nullptr, nullptr),
              napi_invalid_arg);
    EXPECT_EQ(napi_make_callback(env, nullptr, Object(env), function, 1, nullptr, nullptr),
              napi_invalid_arg);
    EXPECT_EQ(napi_make_callback(env, nullptr, Undefined(env), function, 0, nullptr, nullptr),
              napi_object_expected);
    EXPECT_THAT(TakeException(env), HasSubstr("undefined or null"));
  });
}

TEST_F(HostAsyncContext, AnExceptionInMakeCallbackIsTheCallers) {
  callee_ = [](napi_env env, napi_value) -> napi_value {
    EXPECT_NAPI(napi_throw_error(env, nullptr, "thrown"));
    return nullptr;
  };
  Run([&](napi_env env) {
    napi_value result = nullptr;
    EXPECT_EQ(napi_make_callback(env, nullptr, Object(env), FunctionOf(env, callee_), 0, nullptr,
                                 &result),
              napi_pending_exception);
    EXPECT_EQ(TakeException(env), "thrown");
  });
}

TEST_F(HostAsyncContext, AFatalExceptionIsUncaughtAtOnce) {
  Run([&](napi_env env) {
    EXPECT_EQ(napi_fatal_exception(env, nullptr), napi_invalid_arg);
    EXPECT_NAPI(napi_fatal_exception(env, Text(env, "fatal")));
    EXPECT_THAT(Uncaught(), ElementsAre("'fatal'"));
    bool pending = true;
    EXPECT_NAPI(napi_is_exception_pending(env, &pending));
    EXPECT_FALSE(pending);
  });
}

TEST_F(HostAsyncContext, TheLoopIsTheAgents) {
  HostAgent::ModuleRef other = Add("other");
  uv_loop_t* own = nullptr;
  Run([&](napi_env env) {
    EXPECT_EQ(napi_get_uv_event_loop(env, nullptr), napi_invalid_arg);
    ASSERT_NAPI(napi_get_uv_event_loop(env, &own));
  });
  ASSERT_NE(own, nullptr);
  RunIn(other, [&](napi_env env) {
    uv_loop_t* loop = nullptr;
    ASSERT_NAPI(napi_get_uv_event_loop(env, &loop));
    EXPECT_EQ(loop, own);
  });
}

using HostAsyncContextDeathTest = HostAsyncContext;

TEST_F(HostAsyncContextDeathTest, ACallbackScopeLeftOpenEndsTheProcess) {
  Run([&](napi_env env) {
    napi_callback_scope scope = nullptr;
    EXPECT_DEATH(
        {
          Run([&](napi_env inner) { napi_open_callback_scope(inner, nullptr, nullptr, &scope); });
        },
        "unbalanced scopes");
    (void)env;
  });
}

}  // namespace
}  // namespace napisan
