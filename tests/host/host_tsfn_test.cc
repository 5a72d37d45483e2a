// Thread-safe functions as the loop thread sees them; producers on threads are in
// host_tsfn_threads_test.cc, and what profiles decide in host_profiles_test.cc.
#include <uv.h>

#include "async_test.h"

namespace napisan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class HostTsfn : public AsyncTest {
 protected:
  HostTsfn() {
    tsfn_.on_call = [this](napi_env env, napi_value, void* data) {
      Note((env != nullptr ? "call " : "drain ") +
           std::to_string(reinterpret_cast<intptr_t>(data)));
    };
    tsfn_.on_finalize = [this](napi_env env) {
      EXPECT_NE(env, nullptr);
      Note("finalize");
    };
  }
  void Create(size_t threads = 1, size_t queue_max = 0) {
    Run([&](napi_env env) { ASSERT_NAPI(tsfn_.Create(env, threads, queue_max)); });
  }

  Tsfn tsfn_;
};

TEST_F(HostTsfn, WhatCannotBeMadeIsRefused) {
  Run([](napi_env env) {
    Tsfn tsfn;
    napi_value name = Text(env, "name");
    auto create = [&](napi_value function, napi_value resource, napi_value resource_name,
                      size_t threads, napi_threadsafe_function_call_js call_js,
                      napi_threadsafe_function* result) {
      return napi_create_threadsafe_function(env, function, resource, resource_name, 0, threads,
                                             nullptr, nullptr, nullptr, call_js, result);
    };
    EXPECT_EQ(create(nullptr, nullptr, nullptr, 1, Tsfn::CallJs, &tsfn.handle), napi_invalid_arg);
    EXPECT_EQ(create(nullptr, nullptr, name, 0, Tsfn::CallJs, &tsfn.handle), napi_invalid_arg);
    EXPECT_EQ(create(nullptr, nullptr, name, 1, Tsfn::CallJs, nullptr), napi_invalid_arg);
    EXPECT_EQ(create(nullptr, nullptr, name, 1, nullptr, &tsfn.handle), napi_invalid_arg);
    EXPECT_EQ(create(Object(env), nullptr, name, 1, nullptr, &tsfn.handle), napi_invalid_arg);
    EXPECT_EQ(create(nullptr, Undefined(env), name, 1, Tsfn::CallJs, &tsfn.handle),
              napi_object_expected);
  });
  // What the conversion threw is thrown once the callback returns, though no call says so.
  EXPECT_THAT(Uncaught(), ElementsAre(HasSubstr("undefined")));
}

TEST_F(HostTsfn, CallsAreDeliveredInOrderAndTheLastReleaseFinalizes) {
  Create();
  for (intptr_t i = 1; i <= 3; ++i) EXPECT_NAPI(tsfn_.Call(i));
  EXPECT_NAPI(tsfn_.Release());
  EXPECT_THAT(Events(), IsEmpty());
  RunLoop();
  EXPECT_THAT(Events(), ElementsAre("call 1", "call 2", "call 3", "finalize"));
}

TEST_F(HostTsfn, TheContextIsWhatItWasMadeWith) {
  Create();
  void* context = nullptr;
  EXPECT_NAPI(napi_get_threadsafe_function_context(tsfn_.handle, &context));
  EXPECT_EQ(context, &tsfn_);
  EXPECT_EQ(napi_get_threadsafe_function_context(tsfn_.handle, nullptr), napi_invalid_arg);
  EXPECT_NAPI(tsfn_.Release());
  RunLoop();
}

TEST_F(HostTsfn, AFullQueueRefusesANonblockingCall) {
  Create(1, 2);
  EXPECT_NAPI(tsfn_.Call(1));
  EXPECT_NAPI(tsfn_.Call(2));
  EXPECT_EQ(tsfn_.Call(3), napi_queue_full);
  agent().Turn();
  EXPECT_NAPI(tsfn_.Call(4));
  EXPECT_NAPI(tsfn_.Release());
  RunLoop();
  EXPECT_THAT(Events(), ElementsAre("call 1", "call 2", "call 4", "finalize"));
}

TEST_F(HostTsfn, EveryAcquisitionIsReleased) {
  Create(2);
  EXPECT_NAPI(tsfn_.Acquire());
  EXPECT_NAPI(tsfn_.Release());
  EXPECT_NAPI(tsfn_.Release());
  EXPECT_NAPI(tsfn_.Call(1));
  EXPECT_TRUE(agent().Turn());
  EXPECT_THAT(Events(), ElementsAre("call 1"));
  EXPECT_NAPI(tsfn_.Release());
  EXPECT_EQ(tsfn_.Release(), napi_invalid_arg) << "it is at 0, and not dispatched yet";
  RunLoop();
  EXPECT_THAT(Events(), ElementsAre("finalize"));
}

// Whatever the documentation says: it closes when the loop finds it so.
TEST_F(HostTsfn, UntilTheLoopTurnsAReleasedFunctionMayBeAcquiredAgain) {
  Create();
  EXPECT_NAPI(tsfn_.Release());
  EXPECT_NAPI(tsfn_.Acquire());
  EXPECT_NAPI(tsfn_.Call(1));
  EXPECT_TRUE(agent().Turn());
  EXPECT_THAT(Events(), ElementsAre("call 1"));
  EXPECT_NAPI(tsfn_.Release());
  RunLoop();
  EXPECT_THAT(Events(), ElementsAre("finalize"));
}

TEST_F(HostTsfn, WhatIsCalledDuringADispatchIsDeliveredInIt) {
  Run([&](napi_env env) {
    ASSERT_NAPI(tsfn_.Create(env));
    uv_loop_t* loop = nullptr;
    ASSERT_NAPI(napi_get_uv_event_loop(env, &loop));
    auto* check = new uv_check_t;
    uv_check_init(loop, check);
    check->data = this;
    uv_check_start(check, [](uv_check_t* handle) {
      static_cast<HostTsfn*>(handle->data)->Note("turn");
      uv_close(reinterpret_cast<uv_handle_t*>(handle),
               [](uv_handle_t* closed) { delete reinterpret_cast<uv_check_t*>(closed); });
    });
    EXPECT_NAPI(tsfn_.Call(1));
  });
  auto plain = tsfn_.on_call;
  tsfn_.on_call = [&, plain](napi_env env, napi_value callback, void* data) {
    plain(env, callback, data);
    if (data == reinterpret_cast<void*>(1)) {
      EXPECT_NAPI(tsfn_.Call(2));
    }
    if (data == reinterpret_cast<void*>(2)) {
      EXPECT_NAPI(tsfn_.Release());
    }
  };
  RunLoop();
  EXPECT_THAT(Events(), ElementsAre("call 1", "call 2", "turn", "finalize"));
}

// Node's constant is 1000, and it counts one too many.
TEST_F(HostTsfn, ADispatchEndsAfter999ItemsSoThatTheLoopGetsItsTurn) {
  constexpr int kItems = 2500;
  int delivered = 0;
  std::vector<int> at_turns;
  struct Turns {
    uv_check_t check;
    int* delivered;
    std::vector<int>* at_turns;
  } turns{{}, &delivered, &at_turns};
  tsfn_.on_call = [&](napi_env, napi_value, void*) { ++delivered; };
  Run([&](napi_env env) {
    ASSERT_NAPI(tsfn_.Create(env));
    uv_loop_t* loop = nullptr;
    ASSERT_NAPI(napi_get_uv_event_loop(env, &loop));
    uv_check_init(loop, &turns.check);
    turns.check.data = &turns;
    uv_check_start(&turns.check, [](uv_check_t* handle) {
      auto& self = *static_cast<Turns*>(handle->data);
      self.at_turns->push_back(*self.delivered);
      if (*self.delivered == kItems) uv_close(reinterpret_cast<uv_handle_t*>(handle), nullptr);
    });
    for (int i = 0; i < kItems; ++i) EXPECT_NAPI(tsfn_.Call());
    EXPECT_NAPI(tsfn_.Release());
  });
  RunLoop();
  EXPECT_THAT(at_turns, ElementsAre(999, 1998, 2500));
  EXPECT_THAT(Events(), ElementsAre("finalize"));
}

TEST_F(HostTsfn, WithoutCallJsTheFunctionIsCalledWithNothing) {
  Callable callee = [&](napi_env env, napi_value argument) {
    Note(TypeOf(env, argument) == napi_undefined ? "called" : "called with something");
    return Undefined(env);
  };
  napi_threadsafe_function handle = nullptr;
  Run([&](napi_env env) {
    ASSERT_NAPI(napi_create_threadsafe_function(env, FunctionOf(env, callee), nullptr,
                                                Text(env, "tsfn"), 0, 1, nullptr, nullptr, nullptr,
                                                nullptr, &handle));
  });
  EXPECT_NAPI(napi_call_threadsafe_function(handle, this, napi_tsfn_nonblocking));
  EXPECT_NAPI(napi_release_threadsafe_function(handle, napi_tsfn_release));
  RunLoop();
  EXPECT_THAT(Events(), ElementsAre("called"));
}

TEST_F(HostTsfn, CallJsGetsTheFunctionItWasMadeWith) {
  Callable callee = [&](napi_env env, napi_value argument) {
    Note("got " + AsText(env, argument));
    return Undefined(env);
  };
  tsfn_.on_call = [&](napi_env env, napi_value callback, void*) {
    napi_value argument = Text(env, "data");
    EXPECT_NAPI(napi_call_function(env, Undefined(env), callback, 1, &argument, nullptr));
  };
  Run([&](napi_env env) { ASSERT_NAPI(tsfn_.Create(env, 1, 0, FunctionOf(env, callee))); });
  EXPECT_NAPI(tsfn_.Call());
  EXPECT_NAPI(tsfn_.Release());
  RunLoop();
  EXPECT_THAT(Events(), ElementsAre("got data", "finalize"));
}

TEST_F(HostTsfn, MicrotasksRunBetweenItems) {
  Callable reaction = [&](napi_env env, napi_value) {
    Note("reaction");
    return Undefined(env);
  };
  auto plain = tsfn_.on_call;
  tsfn_.on_call = [&, plain](napi_env env, napi_value callback, void* data) {
    plain(env, callback, data);
    Microtask(env, reaction);
  };
  Create();
  EXPECT_NAPI(tsfn_.Call(1));
  EXPECT_NAPI(tsfn_.Call(2));
  EXPECT_NAPI(tsfn_.Release());
  RunLoop();
  EXPECT_THAT(Events(), ElementsAre("call 1", "reaction", "call 2", "reaction", "finalize"));
}

TEST_F(HostTsfn, UnreferencedItDoesNotKeepTheLoopAlive) {
  Create();
  Run([&](napi_env env) {
    // Not counted: once back is enough, however often it was unref'd.
    EXPECT_NAPI(napi_unref_threadsafe_function(env, tsfn_.handle));
    EXPECT_NAPI(napi_unref_threadsafe_function(env, tsfn_.handle));
    EXPECT_FALSE(agent().Turn(false));
    EXPECT_NAPI(napi_ref_threadsafe_function(env, tsfn_.handle));
    EXPECT_NAPI(napi_ref_threadsafe_function(env, tsfn_.handle));
    EXPECT_TRUE(agent().Turn(false));
    EXPECT_NAPI(napi_unref_threadsafe_function(env, tsfn_.handle));
    EXPECT_FALSE(agent().Turn(false));
  });
  EXPECT_NAPI(tsfn_.Release());
  // Nothing is alive, and it closes all the same, once the loop turns.
  Teardown();
  EXPECT_THAT(Events(), ElementsAre("finalize"));
}

TEST_F(HostTsfn, TeardownDeliversWhatWasQueuedAndClosesWhatIsOpen) {
  Create(2);
  EXPECT_NAPI(tsfn_.Call(7));
  Run([&](napi_env env) { EXPECT_NAPI(tsfn_.CallInHook(env)); });
  Teardown();
  EXPECT_THAT(Events(), ElementsAre("call 7", "drain 99", "finalize"));
  // Two threads still hold it, and are told in turn.
  EXPECT_EQ(tsfn_.Call(), napi_closing);
  EXPECT_EQ(tsfn_.Acquire(), napi_closing);
  EXPECT_NAPI(tsfn_.Release());
}

TEST_F(HostTsfn, AbortedItTellsEveryHolderOnce) {
  Create(3);
  EXPECT_NAPI(tsfn_.Call(1));
  EXPECT_NAPI(tsfn_.Abort());
  EXPECT_EQ(tsfn_.Acquire(), napi_closing);
  EXPECT_EQ(tsfn_.Call(2), napi_closing);
  EXPECT_EQ(tsfn_.Call(3), napi_closing);
  EXPECT_EQ(tsfn_.Call(4), napi_invalid_arg) << "nobody holds it any more";
  RunLoop();
  EXPECT_THAT(Events(), ElementsAre("drain 1", "finalize"));
}

TEST_F(HostTsfn, AnExceptionInCallJsIsSwallowedBelowVersion10AndUncaughtFromThenOn) {
  for (int version : {8, 9, 10}) {
    HostAgent::ModuleRef module = Add("module", version);
    Tsfn tsfn;
    tsfn.on_call = [&](napi_env env, napi_value, void*) {
      EXPECT_NAPI(napi_throw_error(env, nullptr, "from call_js"));
    };
    tsfn.on_finalize = [&](napi_env env) {
      EXPECT_NAPI(napi_throw_error(env, nullptr, "from finalize"));
    };
    RunIn(module, [&](napi_env env) { ASSERT_NAPI(tsfn.Create(env)); });
    EXPECT_NAPI(tsfn.Call());
    EXPECT_NAPI(tsfn.Release());
    testing::internal::CaptureStderr();
    RunLoop();
    std::string printed = testing::internal::GetCapturedStderr();
    if (version >= 10) {
      EXPECT_THAT(Uncaught(), ElementsAre(HasSubstr("from call_js"), HasSubstr("from finalize")));
      EXPECT_EQ(printed, "");
    } else {
      EXPECT_THAT(Uncaught(), IsEmpty());
      EXPECT_THAT(printed, HasSubstr("DEP0168"));
    }
  }
}

TEST(HostTsfnSwallowed, AnEmbedderIsToldInPlaceOfStderr) {
  int told = 0;
  HostOptions options;
  options.on_swallowed = [](void* context) { ++*static_cast<int*>(context); };
  options.context = &told;
  HostAgent agent(options);
  HostAgent::ModuleRef module = 0;
  std::string error;
  ASSERT_TRUE(agent.Add("module", nullptr, 8, module, error)) << error;
  Tsfn tsfn;
  tsfn.on_call = [](napi_env env, napi_value, void*) {
    EXPECT_NAPI(napi_throw_error(env, nullptr, "from call_js"));
  };
  agent.Run(module, [&](napi_env env) { ASSERT_NAPI(tsfn.Create(env)); });
  EXPECT_NAPI(tsfn.Call());
  EXPECT_NAPI(tsfn.Release());
  testing::internal::CaptureStderr();
  agent.RunLoop();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(told, 1);
}

using HostTsfnDeathTest = HostTsfn;

TEST_F(HostTsfnDeathTest, ANullHandleEndsTheProcess) {
  EXPECT_DEATH(napi_call_threadsafe_function(nullptr, nullptr, napi_tsfn_nonblocking),
               "null thread-safe function");
}

}  // namespace
}  // namespace napisan
