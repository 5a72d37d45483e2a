// Promises, and when their reactions run.
#include <uv.h>

#include "async_test.h"

namespace napisan {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class HostPromises : public AsyncTest {
 protected:
  void Make(napi_env env) { ASSERT_NAPI(napi_create_promise(env, &deferred_, &promise_)); }
  // A reaction that notes `name` and the text it got.
  const Callable& Noting(const std::string& name) {
    kept_.push_back(std::make_unique<Callable>([this, name](napi_env env, napi_value argument) {
      Note(name + " " + (TypeOf(env, argument) == napi_string ? AsText(env, argument) : "-"));
      return Undefined(env);
    }));
    return *kept_.back();
  }

  napi_deferred deferred_ = nullptr;
  napi_value promise_ = nullptr;

 private:
  std::vector<std::unique_ptr<Callable>> kept_;
};

TEST_F(HostPromises, ReactionsRunAfterTheCallbackThatSettles) {
  Run([&](napi_env env) {
    Make(env);
    Then(env, promise_, FunctionOf(env, Noting("first")));
    Then(env, promise_, FunctionOf(env, Noting("second")));
    EXPECT_NAPI(napi_resolve_deferred(env, deferred_, Text(env, "value")));
    Note("settled");
  });
  EXPECT_THAT(Events(), ElementsAre("settled", "first value", "second value"));
}

TEST_F(HostPromises, AReactionThatComesLateRunsAllTheSame) {
  Run([&](napi_env env) {
    Make(env);
    EXPECT_NAPI(napi_resolve_deferred(env, deferred_, Text(env, "value")));
    Then(env, promise_, FunctionOf(env, Noting("late")));
    EXPECT_THAT(Events(), IsEmpty());
  });
  EXPECT_THAT(Events(), ElementsAre("late value"));
}

TEST_F(HostPromises, ARejectionPassesThoseWhoOnlyWaitForAValue) {
  Run([&](napi_env env) {
    Make(env);
    napi_value derived = Then(env, promise_, FunctionOf(env, Noting("fulfilled")));
    Then(env, derived, FunctionOf(env, Noting("fulfilled")), FunctionOf(env, Noting("rejected")));
    EXPECT_NAPI(napi_reject_deferred(env, deferred_, Text(env, "reason")));
  });
  EXPECT_THAT(Events(), ElementsAre("rejected reason"));
}

TEST_F(HostPromises, AReactionThatThrowsRejectsWhatFollows) {
  Callable throwing = [](napi_env env, napi_value) -> napi_value {
    EXPECT_NAPI(napi_throw(env, Text(env, "thrown")));
    return nullptr;
  };
  Run([&](napi_env env) {
    napi_value derived = Then(env, Fulfilled(env), FunctionOf(env, throwing));
    Then(env, derived, nullptr, FunctionOf(env, Noting("rejected")));
  });
  EXPECT_THAT(Events(), ElementsAre("rejected thrown"));
}

TEST_F(HostPromises, ResolvingWithAPromiseFollowsIt) {
  Run([&](napi_env env) {
    Make(env);
    napi_deferred inner = nullptr;
    napi_value promise = nullptr;
    ASSERT_NAPI(napi_create_promise(env, &inner, &promise));
    Then(env, promise_, FunctionOf(env, Noting("outer")));
    EXPECT_NAPI(napi_resolve_deferred(env, deferred_, promise));
    EXPECT_NAPI(napi_resolve_deferred(env, inner, Text(env, "inner value")));
  });
  EXPECT_THAT(Events(), ElementsAre("outer inner value"));
}

TEST_F(HostPromises, MicrotasksRunInOrderAndThoseTheyAddAfterThem) {
  Callable nested = [&](napi_env env, napi_value) {
    Note("nested");
    return Undefined(env);
  };
  Callable first = [&](napi_env env, napi_value) {
    Note("first");
    Microtask(env, nested);
    return Undefined(env);
  };
  Callable second = [&](napi_env env, napi_value) {
    Note("second");
    return Undefined(env);
  };
  Run([&](napi_env env) {
    Microtask(env, first);
    Microtask(env, second);
  });
  EXPECT_THAT(Events(), ElementsAre("first", "second", "nested"));
}

TEST_F(HostPromises, ADeferredOutlivesTheCallbackThatMadeIt) {
  Run([&](napi_env env) {
    Make(env);
    Then(env, promise_, FunctionOf(env, Noting("later")));
  });
  EXPECT_THAT(Events(), IsEmpty());
  Run([&](napi_env env) {
    EXPECT_NAPI(napi_resolve_deferred(env, deferred_, Text(env, "value")));
  });
  EXPECT_THAT(Events(), ElementsAre("later value"));
}

TEST_F(HostPromises, WhereItCannotBeSettledTheDeferredIsStillGood) {
  Run([&](napi_env env) {
    Make(env);
    EXPECT_EQ(napi_resolve_deferred(env, deferred_, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_reject_deferred(env, deferred_, nullptr), napi_invalid_arg);
    EXPECT_NAPI(napi_throw_error(env, nullptr, "pending"));
    EXPECT_EQ(napi_resolve_deferred(env, deferred_, Undefined(env)), napi_pending_exception);
    EXPECT_EQ(TakeException(env), "pending");
    Then(env, promise_, nullptr, FunctionOf(env, Noting("rejected")));
    EXPECT_NAPI(napi_reject_deferred(env, deferred_, Text(env, "reason")));
  });
  EXPECT_THAT(Events(), ElementsAre("rejected reason"));
}

TEST_F(HostPromises, OnlyAPromiseIsAPromise) {
  Run([&](napi_env env) {
    Make(env);
    bool is_promise = false;
    EXPECT_NAPI(napi_is_promise(env, promise_, &is_promise));
    EXPECT_TRUE(is_promise);
    EXPECT_NAPI(napi_is_promise(env, Object(env), &is_promise));
    EXPECT_FALSE(is_promise);
    EXPECT_EQ(napi_is_promise(env, nullptr, &is_promise), napi_invalid_arg);
    EXPECT_EQ(napi_create_promise(env, nullptr, &promise_), napi_invalid_arg);
    EXPECT_NAPI(napi_resolve_deferred(env, deferred_, Undefined(env)));
  });
}

// Code that libuv calls is in no callback scope, and nothing drains after it.
TEST_F(HostPromises, SettledOutsideOfAnyCallbackScopeReactionsWait) {
  struct Bare {
    uv_timer_t timer;
    napi_env env;
    napi_deferred deferred;
    HostPromises* test;
    int fired;
  } bare{};
  Run([&](napi_env env) {
    Make(env);
    bare.env = env;
    bare.deferred = deferred_;
    bare.test = this;
    Then(env, promise_, FunctionOf(env, Noting("reaction")));
    uv_loop_t* loop = nullptr;
    ASSERT_NAPI(napi_get_uv_event_loop(env, &loop));
    uv_timer_init(loop, &bare.timer);
    bare.timer.data = &bare;
    uv_timer_start(
        &bare.timer,
        [](uv_timer_t* timer) {
          auto& self = *static_cast<Bare*>(timer->data);
          self.test->Note("timer");
          if (++self.fired == 2) return uv_close(reinterpret_cast<uv_handle_t*>(timer), nullptr);
          napi_handle_scope scope = nullptr;
          EXPECT_NAPI(napi_open_handle_scope(self.env, &scope));
          EXPECT_NAPI(napi_resolve_deferred(self.env, self.deferred, Text(self.env, "value")));
          EXPECT_NAPI(napi_close_handle_scope(self.env, scope));
        },
        0, 1);
  });
  RunLoop();
  EXPECT_THAT(Events(), ElementsAre("timer", "timer", "reaction value"));
}

}  // namespace
}  // namespace napisan
