// exception/native-unwind: a C++ exception leaves a callback, of each kind that there is.
#include <csetjmp>
#include <stdexcept>

#include "test_function.h"

namespace napisan {
namespace {

constexpr char kUnwind[] = "exception/native-unwind";

[[noreturn]] void Unwind(const char* what = "thrown by the test") {
  throw std::runtime_error(what);
}

class NativeUnwind : public FunctionRules {
 protected:
  using FunctionRules::FunctionRules;

  void Queue(TestWork& work) {
    Run([&](napi_env env) {
      ASSERT_EQ(work.Create(env), napi_ok);
      ASSERT_EQ(napi_queue_async_work(env, work.handle), napi_ok);
    });
    agent().RunLoop();
  }
  static void DeleteWork(napi_env env, napi_status, TestWork& work) {
    EXPECT_EQ(napi_delete_async_work(env, work.handle), napi_ok);
  }
  // Nothing is left behind: the module goes on as if nothing had been.
  void ExpectGoesOn() {
    Run([](napi_env env) {
      napi_value object = Object(env);
      EXPECT_EQ(napi_set_named_property(env, object, "p", Number(env, 1)), napi_ok);
      EXPECT_EQ(NumberOf(env, CallInside(env, [](napi_env inner,
                                                 napi_callback_info) { return Number(inner, 2); })),
                2);
    });
  }
};

TEST_F(NativeUnwind, FromACall) {
  Breaks("exception/native-unwind");
  Run([](napi_env env) {
    CallInside(env, [](napi_env, napi_callback_info) -> napi_value { Unwind(); });
  });
  EXPECT_THAT(Reports(), ElementsAre(kUnwind));
  EXPECT_THAT(LastJson(), testing::HasSubstr("leaves inner(): thrown by the test"));
  ExpectGoesOn();
}

TEST_F(NativeUnwind, WhatIsNoExceptionClassLeavesAsWell) {
  Run([](napi_env env) {
    CallInside(env, [](napi_env, napi_callback_info) -> napi_value { throw 4711; });
  });
  EXPECT_THAT(Reports(), ElementsAre(kUnwind));
  ExpectGoesOn();
}

TEST_F(NativeUnwind, FromInit) {
  Add("throws_in_init", 8, [](napi_env, napi_value) -> napi_value { Unwind(); });
  EXPECT_THAT(Reports(), ElementsAre(kUnwind));
  ExpectGoesOn();
}

TEST_F(NativeUnwind, FromExecute) {
  TestWork work;
  work.on_execute = [](napi_env, TestWork&) { Unwind(); };
  work.on_complete = DeleteWork;
  Queue(work);
  EXPECT_EQ(work.completed, 1);
  EXPECT_THAT(Reports(), ElementsAre(kUnwind));
  EXPECT_THAT(LastJson(), testing::HasSubstr("\"phase\":\"execute\""));
  ExpectGoesOn();
}

TEST_F(NativeUnwind, FromComplete) {
  TestWork work;
  work.on_complete = [](napi_env env, napi_status status, TestWork& self) {
    DeleteWork(env, status, self);
    Unwind();
  };
  Queue(work);
  EXPECT_THAT(Reports(), ElementsAre(kUnwind));
  ExpectGoesOn();
}

TEST_F(NativeUnwind, FromCompleteBeforeTheWorkIsDeleted) {
  TestWork work;
  work.on_complete = [](napi_env, napi_status, TestWork&) { Unwind(); };
  Queue(work);
  EXPECT_THAT(Reports(), ElementsAre(kUnwind));
  Run([&](napi_env env) { DeleteWork(env, napi_ok, work); });
}

TEST_F(NativeUnwind, FromCallJs) {
  TestFunction function;
  function.on_call = [](napi_env, void*) { Unwind(); };
  Create(function);
  EXPECT_EQ(function.Call(), napi_ok);
  EXPECT_EQ(function.Release(), napi_ok);
  agent().RunLoop();
  EXPECT_EQ(function.events, "cf");
  EXPECT_THAT(Reports(), ElementsAre(kUnwind));
  ExpectGoesOn();
}

TEST_F(NativeUnwind, FromFinalizers) {
  Run([](napi_env env) {
    ASSERT_EQ(
        napi_wrap(
            env, Object(env), env,
            [](node_api_basic_env, void*, void*) { Unwind("from a finalizer"); }, nullptr, nullptr),
        napi_ok);
    ASSERT_EQ(napi_set_instance_data(
                  env, env, [](napi_env, void*, void*) { Unwind("from instance data"); }, nullptr),
              napi_ok);
  });
  Teardown();
  EXPECT_THAT(Reports(), ElementsAre(kUnwind, kUnwind));
}

// It is finalized all the same, and gone.
TEST_F(NativeUnwind, FromTheFinalizerOfAThreadsafeFunction) {
  TestFunction function;
  function.on_finalize = [](napi_env) { Unwind(); };
  Create(function);
  EXPECT_EQ(function.Release(), napi_ok);
  agent().RunLoop();
  EXPECT_THAT(Reports(), ElementsAre(kUnwind));
  EXPECT_EQ(function.Call(), napi_invalid_arg);
  EXPECT_THAT(Reports(), ElementsAre("threadsafe-function/use-after-release"));
}

// The scopes that the exception skipped are closed, and no mistake of their own.
TEST_F(NativeUnwind, WithScopesOpen) {
  Run([](napi_env env) {
    napi_handle_scope mine = nullptr;
    ASSERT_EQ(napi_open_handle_scope(env, &mine), napi_ok);
    napi_value kept = Number(env, 1);
    CallInside(env, [](napi_env inner, napi_callback_info) -> napi_value {
      napi_handle_scope scope = nullptr;
      napi_escapable_handle_scope escapable = nullptr;
      napi_async_context context = nullptr;
      napi_callback_scope callback_scope = nullptr;
      EXPECT_EQ(napi_open_handle_scope(inner, &scope), napi_ok);
      EXPECT_EQ(napi_open_escapable_handle_scope(inner, &escapable), napi_ok);
      EXPECT_EQ(napi_async_init(inner, nullptr, Text(inner, "r"), &context), napi_ok);
      EXPECT_EQ(napi_open_callback_scope(inner, Object(inner), context, &callback_scope), napi_ok);
      Unwind();
    });
    EXPECT_EQ(NumberOf(env, kept), 1);
    EXPECT_EQ(napi_close_handle_scope(env, mine), napi_ok);
  });
  EXPECT_THAT(Reports(), ElementsAre(kUnwind));
  ExpectGoesOn();
}

TEST_F(NativeUnwind, ThroughSeveralCallbacksIsStoppedAtTheFirst) {
  Run([](napi_env env) {
    CallInside(env, [](napi_env outer, napi_callback_info) -> napi_value {
      CallInside(outer, [](napi_env, napi_callback_info) -> napi_value { Unwind(); });
      return Number(outer, 3);
    });
  });
  EXPECT_THAT(Reports(), ElementsAre(kUnwind));
}

TEST_F(NativeUnwind, AnExceptionThatIsCaughtInItsCallbackIsTheModulesOwnAffair) {
  Keeps("exception/native-unwind", "handle-scope/not-closed");
  TestWork work;
  work.on_execute = [](napi_env, TestWork& self) {
    try {
      Unwind();
    } catch (const std::exception&) {
      self.extra = &self;
    }
  };
  work.on_complete = DeleteWork;
  Queue(work);
  EXPECT_EQ(work.extra, &work);
  auto translated = [](napi_env env, napi_callback_info) -> napi_value {
    try {
      Unwind("as JavaScript's");
    } catch (const std::exception& exception) {
      EXPECT_EQ(napi_throw_error(env, nullptr, exception.what()), napi_ok);
    }
    return nullptr;
  };
  Run([&](napi_env env) {
    napi_value result = nullptr;
    EXPECT_EQ(TryCall(env, Function(env, translated), nullptr, &result), napi_pending_exception);
    EXPECT_EQ(napi_get_and_clear_last_exception(env, &result), napi_ok);
  });
}

// node-addon-api, with C++ exceptions: thrown where a call failed, and caught by its own callback.
TEST_F(NativeUnwind, AnExceptionMayPassThroughTheModulesOwnFramesAndScopes) {
  Keeps("exception/native-unwind", "exception/call-while-pending", "handle-scope/not-closed");
  struct Scope {
    explicit Scope(napi_env owner) : env(owner) {
      EXPECT_EQ(napi_open_handle_scope(env, &scope), napi_ok);
    }
    ~Scope() { EXPECT_EQ(napi_close_handle_scope(env, scope), napi_ok); }
    napi_env env;
    napi_handle_scope scope = nullptr;
  };
  auto thrower = [](napi_env env, napi_callback_info) -> napi_value {
    EXPECT_EQ(napi_throw_error(env, nullptr, "from JavaScript"), napi_ok);
    return nullptr;
  };
  auto callback = [&](napi_env env, napi_callback_info) -> napi_value {
    try {
      Scope outer(env);
      Scope inner(env);
      napi_value result = nullptr;
      if (TryCall(env, Function(env, thrower), nullptr, &result) != napi_ok) {
        EXPECT_EQ(napi_get_and_clear_last_exception(env, &result), napi_ok);
        Unwind();
      }
    } catch (const std::exception& exception) {
      EXPECT_EQ(napi_throw_error(env, nullptr, exception.what()), napi_ok);
    }
    return nullptr;
  };
  Run([&](napi_env env) {
    napi_value result = nullptr;
    EXPECT_EQ(TryCall(env, Function(env, callback), nullptr, &result), napi_pending_exception);
    EXPECT_EQ(napi_get_and_clear_last_exception(env, &result), napi_ok);
  });
}

// A longjmp, as some C libraries have for errors, skips the ends of callbacks without a trace.
TEST_F(NativeUnwind, ALongjmpPastACallbackLeavesTheOuterOneAsItWas) {
  Keeps("handle-scope/value-outlives-callback", "handle-scope/not-closed");
  static jmp_buf error;
  static int jumps;
  jumps = 0;
  auto body = [](napi_env env, napi_callback_info info) -> napi_value {
    napi_value kept = Number(env, 1);
    if (setjmp(error) == 0) {
      CallInside(env, [](napi_env outer, napi_callback_info) -> napi_value {
        CallInside(outer, [](napi_env inner, napi_callback_info) -> napi_value {
          Number(inner, 3);
          std::longjmp(error, 1);
        });
        return nullptr;
      });
    } else {
      ++jumps;
    }
    EXPECT_EQ(NumberOf(env, kept), 1);
    EXPECT_EQ(NumberOf(env, FirstArgument(env, info)), 2);
    EXPECT_EQ(NumberOf(env, CallInside(env, [](napi_env inner,
                                               napi_callback_info) { return Number(inner, 4); })),
              4);
    return kept;
  };
  Run([&](napi_env env) {
    napi_value function = Function(env, body);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(NumberOf(env, Call(env, function, Number(env, 2))), 1);
  });
  EXPECT_EQ(jumps, 3);
}

class NativeUnwindOnThreads : public NativeUnwind {
 protected:
  NativeUnwindOnThreads() : NativeUnwind("node24", ExecutorKind::kUv) {}
};

TEST_F(NativeUnwindOnThreads, FromExecuteOnARealWorker) {
  constexpr int kWorks = 8;
  TestWork works[kWorks];
  Run([&](napi_env env) {
    for (TestWork& work : works) {
      work.on_execute = [](napi_env, TestWork&) { Unwind(); };
      work.on_complete = DeleteWork;
      ASSERT_EQ(work.Create(env), napi_ok);
      ASSERT_EQ(napi_queue_async_work(env, work.handle), napi_ok);
    }
  });
  // The env is used meanwhile, on its own thread.
  for (int i = 0; i < 100; ++i) ExpectGoesOn();
  agent().RunLoop();
  EXPECT_THAT(Reports(),
              testing::AllOf(testing::SizeIs(kWorks), testing::Each(std::string(kUnwind))));
}

}  // namespace
}  // namespace napisan
