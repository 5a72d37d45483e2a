// deferred/*: settled once, on every path, and what an env that stops does to that.
#include "test_function.h"

namespace napisan {
namespace {

class DeferredRules : public FunctionRules {
 protected:
  using FunctionRules::FunctionRules;

  static napi_deferred Make(napi_env env) {
    napi_deferred deferred = nullptr;
    napi_value promise = nullptr;
    EXPECT_EQ(napi_create_promise(env, &deferred, &promise), napi_ok);
    EXPECT_NE(promise, nullptr);
    return deferred;
  }
  static void Resolve(napi_env env, napi_deferred deferred) {
    EXPECT_EQ(napi_resolve_deferred(env, deferred, Number(env, 1)), napi_ok);
  }
};

// deferred/double-settle

TEST_F(DeferredRules, DoubleSettle) {
  Breaks("deferred/double-settle");
  Run([](napi_env env) {
    napi_deferred deferred = Make(env);
    Resolve(env, deferred);
    EXPECT_EQ(napi_resolve_deferred(env, deferred, Number(env, 2)), napi_invalid_arg);
  });
  EXPECT_THAT(Reports(), ElementsAre("deferred/double-settle"));
  EXPECT_THAT(LastJson(), testing::HasSubstr("\"event\":\"settled\""));
}

TEST_F(DeferredRules, EitherWayOfSettlingCounts) {
  Run([](napi_env env) {
    napi_deferred resolved = Make(env);
    napi_deferred rejected = Make(env);
    Resolve(env, resolved);
    EXPECT_EQ(napi_reject_deferred(env, resolved, Text(env, "late")), napi_invalid_arg);
    EXPECT_EQ(napi_reject_deferred(env, rejected, Text(env, "failed")), napi_ok);
    EXPECT_EQ(napi_resolve_deferred(env, rejected, Number(env, 1)), napi_invalid_arg);
    EXPECT_EQ(napi_reject_deferred(env, rejected, Text(env, "again")), napi_invalid_arg);
  });
  EXPECT_THAT(Reports(), ElementsAre("deferred/double-settle", "deferred/double-settle",
                                     "deferred/double-settle"));
}

TEST_F(DeferredRules, ManyDeferredsLaterItIsStillSettledAgain) {
  Run([](napi_env env) {
    napi_deferred first = Make(env);
    Resolve(env, first);
    for (int i = 0; i < 1000; ++i) Resolve(env, Make(env));
    napi_deferred other = Make(env);
    EXPECT_EQ(napi_resolve_deferred(env, first, Number(env, 2)), napi_invalid_arg);
    Resolve(env, other);
  });
  EXPECT_THAT(Reports(), ElementsAre("deferred/double-settle"));
  EXPECT_THAT(LastJson(), testing::HasSubstr("long after its end"));
}

TEST_F(DeferredRules, SettledOnceInTheCallInCompleteOrInAFinalizer) {
  Keeps("deferred/double-settle", "deferred/never-settled", "deferred/null");
  napi_deferred of_call = nullptr;
  static napi_deferred of_complete;
  TestWork work;
  work.on_complete = [](napi_env env, napi_status, TestWork& self) {
    EXPECT_EQ(napi_reject_deferred(env, of_complete, Text(env, "cancelled")), napi_ok);
    EXPECT_EQ(napi_delete_async_work(env, self.handle), napi_ok);
  };
  Run([&](napi_env env) {
    of_call = Make(env);
    of_complete = Make(env);
    Resolve(env, of_call);
    ASSERT_EQ(work.Create(env), napi_ok);
    ASSERT_EQ(napi_queue_async_work(env, work.handle), napi_ok);
    ASSERT_EQ(napi_cancel_async_work(env, work.handle), napi_ok);
  });
  agent().RunLoop();
  EXPECT_EQ(work.status, napi_cancelled);
}

// A settle that did not happen leaves the deferred as it was.

TEST_F(DeferredRules, ASettleWithoutAValueFailsAndMayBeTriedAgain) {
  Keeps("deferred/double-settle");
  Run([](napi_env env) {
    napi_deferred deferred = Make(env);
    EXPECT_EQ(napi_resolve_deferred(env, deferred, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_reject_deferred(env, deferred, nullptr), napi_invalid_arg);
    Resolve(env, deferred);
  });
}

TEST_F(DeferredRules, ASettleWithABadValueIsOneMistakeAndTheDeferredIsOpenStill) {
  Run([](napi_env env) {
    napi_deferred deferred = Make(env);
    EXPECT_EQ(napi_resolve_deferred(env, deferred, Forged<napi_value>()), napi_invalid_arg);
    EXPECT_EQ(napi_reject_deferred(env, deferred, Text(env, "bad result")), napi_ok);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle/forged"));
}

TEST_F(DeferredRules, ASettleWithABadValueThatIsNotTriedAgainIsOneMistakeToo) {
  Run([](napi_env env) {
    EXPECT_EQ(napi_resolve_deferred(env, Make(env), Forged<napi_value>()), napi_invalid_arg);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle/forged"));
  Teardown();
}

TEST_F(DeferredRules, ASettleWhileAnExceptionIsPendingIsTriedAgain) {
  Run([](napi_env env) {
    napi_deferred deferred = Make(env);
    napi_value value = Number(env, 1);
    ASSERT_EQ(napi_throw_error(env, nullptr, "e"), napi_ok);
    EXPECT_EQ(napi_resolve_deferred(env, deferred, value), napi_pending_exception);
    napi_value exception = nullptr;
    ASSERT_EQ(napi_get_and_clear_last_exception(env, &exception), napi_ok);
    EXPECT_EQ(napi_reject_deferred(env, deferred, exception), napi_ok);
  });
  EXPECT_THAT(Reports(), ElementsAre("exception/call-while-pending"));
}

// deferred/null

TEST_F(DeferredRules, Null) {
  Breaks("deferred/null");
  Run([](napi_env env) {
    EXPECT_EQ(napi_resolve_deferred(env, nullptr, Number(env, 1)), napi_invalid_arg);
    EXPECT_EQ(napi_reject_deferred(env, nullptr, Number(env, 1)), napi_invalid_arg);
  });
  EXPECT_THAT(Reports(), ElementsAre("deferred/null", "deferred/null"));
}

TEST_F(DeferredRules, NullWhereThePromiseWasNotMade) {
  Run([](napi_env env) {
    napi_deferred deferred = nullptr;
    napi_value promise = nullptr;
    napi_value value = Number(env, 1);
    ASSERT_EQ(napi_throw_error(env, nullptr, "e"), napi_ok);
    EXPECT_EQ(napi_create_promise(env, &deferred, &promise), napi_pending_exception);
    ASSERT_EQ(napi_get_and_clear_last_exception(env, &promise), napi_ok);
    EXPECT_EQ(napi_resolve_deferred(env, deferred, value), napi_invalid_arg);
  });
  EXPECT_THAT(Reports(), ElementsAre("exception/call-while-pending", "deferred/null"));
}

// deferred/never-settled

TEST_F(DeferredRules, NeverSettled) {
  Breaks("deferred/never-settled");
  Run([](napi_env env) { Make(env); });
  agent().RunLoop();
  EXPECT_THAT(Reports(), IsEmpty()) << "it may be settled as long as the env lives";
  Teardown();
  EXPECT_THAT(Reports(), ElementsAre("deferred/never-settled"));
  EXPECT_THAT(LastJson(), testing::HasSubstr("napi_create_promise"));
}

TEST_F(DeferredRules, NeverSettledOnOnePathOfComplete) {
  struct Request {
    TestWork work;
    napi_deferred deferred;
  };
  auto* request = new Request;
  request->work.extra = request;
  request->work.on_complete = [](napi_env env, napi_status status, TestWork& self) {
    auto* mine = static_cast<Request*>(self.extra);
    if (status == napi_ok) Resolve(env, mine->deferred);
    EXPECT_EQ(napi_delete_async_work(env, self.handle), napi_ok);
    delete mine;
  };
  Run([&](napi_env env) {
    request->deferred = Make(env);
    ASSERT_EQ(request->work.Create(env), napi_ok);
    ASSERT_EQ(napi_queue_async_work(env, request->work.handle), napi_ok);
    ASSERT_EQ(napi_cancel_async_work(env, request->work.handle), napi_ok);
  });
  agent().RunLoop();
  Teardown();
  EXPECT_THAT(Reports(), ElementsAre("deferred/never-settled"));
}

TEST_F(DeferredRules, ASettleThatFailedAndWasNotTriedAgainIsNone) {
  Run([](napi_env env) {
    EXPECT_EQ(napi_resolve_deferred(env, Make(env), nullptr), napi_invalid_arg);
  });
  Teardown();
  EXPECT_THAT(Reports(), ElementsAre("deferred/never-settled"));
}

// An env that stops: nothing can be settled any more, and nobody waits.

class StoppingDeferreds : public DeferredRules, public testing::WithParamInterface<int32_t> {};

INSTANTIATE_TEST_SUITE_P(ApiVersions, StoppingDeferreds, testing::Values(8, 10));

TEST_P(StoppingDeferreds, AWorkInFlightSettlesInVain) {
  Keeps("deferred/never-settled", "exception/call-while-pending");
  static napi_deferred deferred;
  static int32_t version;
  version = GetParam();
  TestWork work;
  work.on_complete = [](napi_env env, napi_status, TestWork& self) {
    EXPECT_EQ(napi_resolve_deferred(env, deferred, Number(env, 1)),
              version < 10 ? napi_pending_exception : napi_cannot_run_js);
    bool pending = true;
    EXPECT_EQ(napi_is_exception_pending(env, &pending), napi_ok);
    EXPECT_FALSE(pending);
    EXPECT_EQ(napi_delete_async_work(env, self.handle), napi_ok);
  };
  NoteRun();
  agent().Run(Add("stopping", version), [&](napi_env env) {
    deferred = Make(env);
    ASSERT_EQ(work.Create(env), napi_ok);
    ASSERT_EQ(napi_queue_async_work(env, work.handle), napi_ok);
  });
  Teardown();
  EXPECT_EQ(work.completed, 1);
}

// What the documentation tells to do where the env is null: free the item, and no more.
TEST_F(DeferredRules, WhatADrainedItemHoldsCannotBeSettled) {
  Keeps("deferred/never-settled", "reference/leaked");
  struct Item {
    napi_deferred deferred;
    napi_ref reference;
  };
  TestFunction function;
  function.on_call = [](napi_env env, void* data) {
    EXPECT_EQ(env, nullptr);
    delete static_cast<Item*>(data);
  };
  CreateUnref(function);
  static Item* item;
  item = new Item;
  Run([&](napi_env env) {
    item->deferred = Make(env);
    ASSERT_EQ(napi_create_reference(env, Object(env), 1, &item->reference), napi_ok);
    // What is queued before would still be delivered.
    napi_add_env_cleanup_hook(
        env,
        [](void* handle) {
          EXPECT_EQ(napi_call_threadsafe_function(static_cast<napi_threadsafe_function>(handle),
                                                  item, napi_tsfn_nonblocking),
                    napi_ok);
        },
        function.handle);
  });
  Teardown();
  EXPECT_EQ(function.events, "df");
}

TEST_F(DeferredRules, WhatExternalBytesHoldIsNotForgotten) {
  Keeps("deferred/never-settled");
  // Its bytes are finalized before the first cleanup hook, and nobody can settle it by then.
  struct Mapping {
    napi_deferred unmapped;
    char bytes[16];
  };
  auto* mapping = new Mapping;
  Run([&](napi_env env) {
    mapping->unmapped = Make(env);
    napi_value array_buffer = nullptr;
    ASSERT_EQ(napi_create_external_arraybuffer(
                  env, mapping->bytes, sizeof(mapping->bytes),
                  [](node_api_basic_env, void*, void* hint) { delete static_cast<Mapping*>(hint); },
                  mapping, &array_buffer),
              napi_ok);
  });
  Teardown();
}

TEST_F(DeferredRules, WhatIsDeliveredAtTeardownIsSettledInVain) {
  TestFunction function;
  static napi_deferred deferred;
  function.on_call = [](napi_env env, void*) {
    EXPECT_NE(env, nullptr);
    EXPECT_NE(napi_resolve_deferred(env, deferred, Number(env, 1)), napi_ok);
  };
  CreateUnref(function);
  Run([&](napi_env env) { deferred = Make(env); });
  EXPECT_EQ(function.Call(), napi_ok);
  Teardown();
  EXPECT_EQ(function.events, "cf");
}

TEST_F(DeferredRules, ADeferredThatNoItemHoldsIsForgottenAllTheSame) {
  TestFunction function;
  CreateUnref(function);
  Run([](napi_env env) { Make(env); });
  EXPECT_EQ(function.Call(), napi_ok);
  Teardown();
  EXPECT_THAT(Reports(), ElementsAre("deferred/never-settled"));
}

TEST_F(DeferredRules, WhatALivingObjectWaitsForIsNotForgotten) {
  Keeps("deferred/never-settled");
  // A connection whose close nobody has asked for, held by its JavaScript object.
  struct Connection {
    napi_deferred closed;
  };
  auto* connection = new Connection;
  Run([&](napi_env env) {
    connection->closed = Make(env);
    ASSERT_EQ(
        napi_wrap(
            env, Object(env), connection,
            [](node_api_basic_env, void* data, void*) { delete static_cast<Connection*>(data); },
            nullptr, nullptr),
        napi_ok);
  });
  Teardown();
}

TEST_F(DeferredRules, WhatAThreadSafeFunctionWaitsForIsNotForgotten) {
  Keeps("deferred/never-settled");
  struct Stream {
    TestFunction function;
    napi_deferred next;
  };
  auto* stream = new Stream;
  stream->function.on_finalize = [](napi_env) {};
  CreateUnref(stream->function);
  Run([&](napi_env env) { stream->next = Make(env); });
  Teardown();
  EXPECT_EQ(stream->function.events, "f");
  delete stream;
}

TEST_F(DeferredRules, WhatInstanceDataHoldsIsNoLeak) {
  Keeps("deferred/never-settled");
  struct Data {
    napi_deferred deferred;
  };
  Run([](napi_env env) {
    auto* data = new Data{Make(env)};
    ASSERT_EQ(napi_set_instance_data(
                  env, data, [](napi_env, void* given, void*) { delete static_cast<Data*>(given); },
                  nullptr),
              napi_ok);
  });
  Teardown();
}

}  // namespace
}  // namespace napisan
