// What profiles decide about async work and thread-safe functions.
#include <cstdlib>
#include <semaphore>
#include <thread>

#include "profile_test.h"

namespace napisan {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Before the pool is made, which all tests of the process share.
const bool kOneWorker = setenv("UV_THREADPOOL_SIZE", "1", 1) == 0;

class AsyncProfiles : public HostProfiles {};
using AsyncProfilesDeathTest = AsyncProfiles;
NAPISAN_FOR_EACH_PROFILE(AsyncProfiles);
NAPISAN_FOR_EACH_PROFILE(AsyncProfilesDeathTest);

TEST_P(AsyncProfiles, OpenHarmonyWantsAComplete) {
  Run([](napi_env env) {
    Work work;
    EXPECT_EQ(napi_create_async_work(env, nullptr, Text(env, "w"), Work::Execute, nullptr, &work,
                                     &work.handle),
              Either(napi_invalid_arg, napi_ok));
    if (work.handle != nullptr) work.Delete(env);
  });
}

TEST_P(AsyncProfiles, OpenHarmonyIgnoresTheResource) {
  Run([](napi_env env) {
    Work work;
    EXPECT_EQ(napi_create_async_work(env, Undefined(env), Text(env, "w"), Work::Execute,
                                     Work::Complete, &work, &work.handle),
              Either(napi_ok, napi_object_expected));
    if (work.handle != nullptr) work.Delete(env);
    napi_async_context context = nullptr;
    EXPECT_EQ(napi_async_init(env, Undefined(env), Text(env, "w"), &context),
              Either(napi_ok, napi_object_expected));
    if (context != nullptr) {
      EXPECT_NAPI(napi_async_destroy(env, context));
    }
  });
  // Node throws what the conversion threw once the callback returns.
  std::vector<std::string> thrown = Uncaught();
  EXPECT_EQ(thrown.empty(), openharmony());
}

// The cancel matrix.
TEST_P(AsyncProfiles, CancelOfAWorkThatWasNeverQueued) {
  Run([](napi_env env) {
    Work work;
    ASSERT_NAPI(work.Create(env));
    EXPECT_EQ(napi_cancel_async_work(env, work.handle), Either(napi_ok, napi_invalid_arg));
    work.Delete(env);
  });
}

TEST_P(AsyncProfiles, CancelOfARunningWork) {
  Work work;
  std::binary_semaphore begun{0}, go{0};
  napi_status completed = napi_generic_failure;
  work.on_execute = [&] {
    begun.release();
    go.acquire();
  };
  work.on_complete = [&](napi_env env, napi_status status) {
    completed = status;
    // Inside of complete there is nothing left to cancel.
    EXPECT_EQ(napi_cancel_async_work(env, work.handle), Either(napi_ok, napi_generic_failure));
    work.Delete(env);
  };
  Run([&](napi_env env) {
    work.Queue(env);
    begun.acquire();
    EXPECT_EQ(napi_cancel_async_work(env, work.handle), Either(napi_ok, napi_generic_failure));
    go.release();
  });
  RunLoop();
  // The guide says that complete gets the error; the source only logs it.
  EXPECT_EQ(completed, guide() ? napi_generic_failure : napi_ok);
}

TEST_P(AsyncProfiles, CancelOfAQueuedWork) {
  HostAgent stepping({.profile = profile(), .executor = ExecutorKind::kStepping});
  HostAgent::ModuleRef module = 0;
  std::string error;
  ASSERT_TRUE(stepping.Add("module", nullptr, 8, module, error)) << error;
  Work cancelled, finished;
  cancelled.on_execute = [&] { Note("executed"); };
  for (Work* work : {&cancelled, &finished}) {
    work->on_complete = [this, work](napi_env env, napi_status status) {
      Note("complete " + std::to_string(status));
      work->Delete(env);
    };
  }
  stepping.Run(module, [&](napi_env env) {
    cancelled.Queue(env);
    EXPECT_NAPI(napi_cancel_async_work(env, cancelled.handle));
    EXPECT_NAPI(napi_cancel_async_work(env, cancelled.handle));
    finished.Queue(env);
    EXPECT_TRUE(stepping.StepExecute(0));
    EXPECT_EQ(napi_cancel_async_work(env, finished.handle), Either(napi_ok, napi_generic_failure));
  });
  stepping.RunLoop();
  EXPECT_THAT(Events(), ElementsAre("complete 11", guide() ? "complete 9" : "complete 0"));
}

TEST_P(AsyncProfiles, MicrotasksAndCompletions) {
  ASSERT_TRUE(kOneWorker);
  Callable reaction = [this](napi_env env, napi_value) {
    Note("reaction");
    return Undefined(env);
  };
  napi_ref settled = nullptr;
  Work works[2];
  for (Work& work : works) {
    work.on_complete = [&](napi_env env, napi_status) {
      // Settled long ago: that alone would run reactions on OpenHarmony.
      napi_value promise = nullptr;
      ASSERT_NAPI(napi_get_reference_value(env, settled, &promise));
      Then(env, promise, FunctionOf(env, reaction));
      Note("complete");
      work.Delete(env);
    };
  }
  // On the one worker there is, so that the others are done when it begins: one batch.
  Work last;
  std::binary_semaphore begun{0}, go{0};
  last.on_execute = [&] {
    begun.release();
    go.acquire();
  };
  Run([&](napi_env env) {
    ASSERT_NAPI(napi_create_reference(env, Fulfilled(env), 1, &settled));
    for (Work& work : works) work.Queue(env);
    last.Queue(env);
    begun.acquire();
  });
  agent().Turn();
  go.release();
  RunLoop();
  Run([&](napi_env env) { EXPECT_NAPI(napi_delete_reference(env, settled)); });
  if (openharmony()) {
    // Completions are in no callback scope, and what was left by one is not run before the next.
    EXPECT_THAT(Events(), ElementsAre("complete", "complete", "reaction", "reaction"));
  } else {
    EXPECT_THAT(Events(), ElementsAre("complete", "reaction", "complete", "reaction"));
  }
}

TEST_P(AsyncProfiles, OpenHarmonyRunsReactionsWhenADeferredIsSettled) {
  Callable reaction = [this](napi_env env, napi_value) {
    Note("reaction");
    return Undefined(env);
  };
  Run([&](napi_env env) {
    napi_deferred deferred = nullptr;
    napi_value promise = nullptr;
    ASSERT_NAPI(napi_create_promise(env, &deferred, &promise));
    Then(env, promise, FunctionOf(env, reaction));
    EXPECT_NAPI(napi_resolve_deferred(env, deferred, Undefined(env)));
    Note("settled");
  });
  if (openharmony()) {
    EXPECT_THAT(Events(), ElementsAre("reaction", "settled"));
  } else {
    EXPECT_THAT(Events(), ElementsAre("settled", "reaction"));
  }
}

TEST_P(AsyncProfiles, OpenHarmonyLeavesAWorkOfAnotherEnvAlone) {
  HostAgent::ModuleRef other = Add("other");
  Work work;
  work.on_complete = [&](napi_env, napi_status) { Note("complete"); };
  Run([&](napi_env env) { ASSERT_NAPI(work.Create(env)); });
  RunIn(other, [&](napi_env env) { EXPECT_NAPI(napi_queue_async_work(env, work.handle)); });
  RunLoop();
  EXPECT_EQ(EventCount(), openharmony() ? 0u : 1u);
  Events();
  Run([&](napi_env env) { work.Delete(env); });
}

TEST_P(AsyncProfiles, OpenHarmonysAsyncFunctionsLeaveTheLastErrorAlone) {
  Run([](napi_env env) {
    Work work;
    EXPECT_EQ(napi_create_object(env, nullptr), napi_invalid_arg);
    napi_value name = nullptr;
    ASSERT_NAPI(napi_create_string_utf8(env, "w", 1, &name));
    EXPECT_EQ(napi_create_object(env, nullptr), napi_invalid_arg);
    ASSERT_NAPI(napi_create_async_work(env, nullptr, name, Work::Execute, Work::Complete, &work,
                                       &work.handle));
    EXPECT_EQ(LastError(env), Either(napi_invalid_arg, napi_ok));
    EXPECT_EQ(napi_create_object(env, nullptr), napi_invalid_arg);
    EXPECT_NAPI(napi_delete_async_work(env, work.handle));
    EXPECT_EQ(LastError(env), Either(napi_invalid_arg, napi_ok));
  });
}

// --- Thread-safe functions ---

TEST_P(AsyncProfiles, OpenHarmonysQueueHoldsOneMore) {
  Tsfn tsfn;
  MakeTsfn(tsfn, 1, 2);
  EXPECT_NAPI(tsfn.Call(1));
  EXPECT_NAPI(tsfn.Call(2));
  EXPECT_EQ(tsfn.Call(3), Either(napi_ok, napi_queue_full));
  EXPECT_EQ(tsfn.Call(4), napi_queue_full);
  EXPECT_NAPI(tsfn.Release());
  RunLoop();
}

TEST_P(AsyncProfiles, OpenHarmonysItemLeavesTheQueueAfterItsCallback) {
  Tsfn tsfn;
  MakeTsfn(tsfn, 1, 1);
  napi_status within = napi_generic_failure;
  EXPECT_NAPI(tsfn.Call(1));
  if (openharmony()) {
    EXPECT_NAPI(tsfn.Call(1));
  }
  bool first = true;
  tsfn.on_call = [&](napi_env env, napi_value, void*) {
    if (env != nullptr && std::exchange(first, false)) within = tsfn.Call(2);
  };
  agent().Turn();
  EXPECT_EQ(within, Either(napi_queue_full, napi_ok));
  EXPECT_NAPI(tsfn.Release());
  RunLoop();
}

TEST_P(AsyncProfiles, OpenHarmonyDispatchesWhatWasThereAtItsStart) {
  Tsfn tsfn;
  MakeTsfn(tsfn);
  int calls = 0;
  tsfn.on_call = [&](napi_env, napi_value, void*) {
    if (++calls < 3) {
      EXPECT_NAPI(tsfn.Call());
    }
  };
  EXPECT_NAPI(tsfn.Call());
  agent().Turn();
  EXPECT_EQ(calls, openharmony() ? 1 : 3);
  EXPECT_NAPI(tsfn.Release());
  RunLoop();
  EXPECT_EQ(calls, 3);
}

TEST_P(AsyncProfiles, AThreadSafeFunctionClosesInTheProfilesOrder) {
  Tsfn tsfn;
  MakeTsfn(tsfn, 2);
  EXPECT_NAPI(tsfn.Call(1));
  EXPECT_NAPI(tsfn.Call(2));
  EXPECT_NAPI(tsfn.Abort());
  EXPECT_EQ(tsfn.Acquire(), Either(napi_generic_failure, napi_closing));
  if (openharmony()) {
    EXPECT_EQ(tsfn.Release(), napi_generic_failure) << "the count is as it was";
    EXPECT_EQ(tsfn.Call(3), napi_closing);
    EXPECT_EQ(tsfn.Call(3), napi_invalid_arg);
  } else if (!drains_first()) {
    EXPECT_NAPI(tsfn.Release());
    EXPECT_EQ(tsfn.Release(), napi_invalid_arg);
  }
  RunLoop();
  if (drains_first()) {
    EXPECT_THAT(Events(), ElementsAre("drain 1", "drain 2", "finalize"));
    // It outlives its end for the one who still holds it.
    EXPECT_EQ(tsfn.Call(3), napi_closing);
  } else {
    EXPECT_THAT(Events(), ElementsAre("finalize", "drain 1", "drain 2"));
  }
}

TEST_P(AsyncProfiles, OpenHarmonyCountsTo128) {
  Tsfn none, more, most;
  Run([&](napi_env env) {
    EXPECT_EQ(none.Create(env, 0), napi_invalid_arg);
    EXPECT_EQ(more.Create(env, 129), Either(napi_invalid_arg, napi_ok));
    EXPECT_EQ(most.Create(env, 128), napi_ok);
  });
  if (more.handle != nullptr) {
    EXPECT_NAPI(more.Abort());
  }
  EXPECT_NAPI(most.Abort());
  RunLoop();
}

TEST_P(AsyncProfiles, OpenHarmonysTeardownNeitherDeliversNorDrainsNorFinalizes) {
  Tsfn tsfn;
  MakeTsfn(tsfn);
  EXPECT_NAPI(tsfn.Call(1));
  Run([&](napi_env env) { EXPECT_NAPI(tsfn.CallInHook(env)); });
  Teardown();
  if (openharmony()) {
    EXPECT_THAT(Events(), IsEmpty());
  } else if (drains_first()) {
    EXPECT_THAT(Events(), ElementsAre("call 1", "drain 99", "finalize"));
    EXPECT_NAPI(tsfn.Release());
  } else {
    EXPECT_THAT(Events(), ElementsAre("call 1", "finalize", "drain 99"));
  }
}

TEST_P(AsyncProfiles, OpenHarmonyReferencesThreadSafeFunctionsOnTheirThreadOnly) {
  Tsfn tsfn;
  MakeTsfn(tsfn);
  napi_env own = nullptr;
  Run([&](napi_env env) { own = env; });
  // Node does not look at the thread: a race that only ends well while the loop sleeps.
  if (openharmony()) {
    std::thread([&] {
      EXPECT_EQ(napi_unref_threadsafe_function(own, tsfn.handle), napi_generic_failure);
      EXPECT_EQ(napi_ref_threadsafe_function(own, tsfn.handle), napi_generic_failure);
    }).join();
  }
  EXPECT_NAPI(napi_unref_threadsafe_function(own, tsfn.handle));
  EXPECT_NAPI(napi_ref_threadsafe_function(own, tsfn.handle));
  EXPECT_NAPI(tsfn.Release());
  RunLoop();
}

TEST_P(AsyncProfilesDeathTest, ANullThreadSafeFunction) {
  auto call = [] { return napi_call_threadsafe_function(nullptr, nullptr, napi_tsfn_nonblocking); };
  if (openharmony()) {
    EXPECT_EQ(call(), napi_invalid_arg);
    EXPECT_EQ(napi_acquire_threadsafe_function(nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_release_threadsafe_function(nullptr, napi_tsfn_release), napi_invalid_arg);
  } else {
    EXPECT_DEATH(call(), "Node aborts");
  }
}

}  // namespace
}  // namespace napisan
