// Async work: its whole life on libuv's pool.
#include <semaphore>
#include <thread>

#include "async_test.h"

namespace napisan {
namespace {

using testing::AnyOf;
using testing::ElementsAre;
using testing::IsEmpty;

class HostAsyncWork : public AsyncTest {
 protected:
  // Every thread of the pool executes one of these, until Unblock.
  void Block(napi_env env) {
    for (Work& blocker : blockers_) {
      blocker.on_execute = [this] {
        begun_.release();
        go_.acquire();
      };
      blocker.on_complete = [this, &blocker](napi_env inner, napi_status status) {
        EXPECT_EQ(status, napi_ok);
        Note("blocker");
        blocker.Delete(inner);
      };
      blocker.Queue(env);
    }
    for (size_t i = 0; i < std::size(blockers_); ++i) begun_.acquire();
  }
  void Unblock() { go_.release(std::size(blockers_)); }

 private:
  // libuv's default.
  Work blockers_[4];
  std::counting_semaphore<> begun_{0};
  std::counting_semaphore<> go_{0};
};

TEST_F(HostAsyncWork, ExecutesOnAWorkerAndCompletesOnTheLoopThread) {
  Work work;
  std::thread::id executed_by;
  work.on_execute = [&] {
    executed_by = std::this_thread::get_id();
    Note("execute");
  };
  work.on_complete = [&](napi_env env, napi_status status) {
    EXPECT_EQ(status, napi_ok);
    EXPECT_NE(executed_by, std::this_thread::get_id());
    Note("complete");
    work.Delete(env);
  };
  Run([&](napi_env env) {
    work.Queue(env);
    Note("queued");
    // Whatever the worker does meanwhile, complete needs the loop.
    std::this_thread::yield();
  });
  RunLoop();
  std::vector<std::string> events = Events();
  EXPECT_THAT(events, AnyOf(ElementsAre("queued", "execute", "complete"),
                            ElementsAre("execute", "queued", "complete")));
}

TEST_F(HostAsyncWork, WhatCannotBeMadeIsRefused) {
  Run([](napi_env env) {
    napi_async_work work = nullptr;
    napi_value name = Text(env, "name");
    auto create = [&](napi_value resource, napi_value resource_name,
                      napi_async_execute_callback execute, napi_async_work* result) {
      return napi_create_async_work(env, resource, resource_name, execute, Work::Complete, nullptr,
                                    result);
    };
    EXPECT_EQ(napi_create_async_work(nullptr, nullptr, name, Work::Execute, Work::Complete, nullptr,
                                     &work),
              napi_invalid_arg);
    EXPECT_EQ(create(nullptr, name, nullptr, &work), napi_invalid_arg);
    EXPECT_EQ(create(nullptr, name, Work::Execute, nullptr), napi_invalid_arg);
    EXPECT_EQ(create(nullptr, nullptr, Work::Execute, &work), napi_invalid_arg);
    EXPECT_EQ(create(Undefined(env), name, Work::Execute, &work), napi_object_expected);
    napi_value symbol = nullptr;
    ASSERT_NAPI(napi_create_symbol(env, name, &symbol));
    EXPECT_EQ(create(nullptr, symbol, Work::Execute, &work), napi_string_expected);
    EXPECT_EQ(napi_queue_async_work(env, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_cancel_async_work(env, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_delete_async_work(env, nullptr), napi_invalid_arg);
    // A number becomes a string, and any value but undefined and null an object.
    ASSERT_EQ(create(Number(env, 1), Number(env, 2), Work::Execute, &work), napi_ok);
    EXPECT_NAPI(napi_delete_async_work(env, work));
  });
  // What the conversion threw is thrown once the callback returns, though no call says so.
  EXPECT_THAT(Uncaught(),
              ElementsAre(testing::HasSubstr("undefined or null"), testing::HasSubstr("Symbol")));
}

TEST_F(HostAsyncWork, WithoutACompleteItExecutesAllTheSame) {
  Work work;
  work.on_execute = [&] { Note("execute"); };
  Run([&](napi_env env) {
    ASSERT_NAPI(napi_create_async_work(env, nullptr, Text(env, "w"), Work::Execute, nullptr, &work,
                                       &work.handle));
    ASSERT_NAPI(napi_queue_async_work(env, work.handle));
  });
  RunLoop();
  EXPECT_THAT(Events(), ElementsAre("execute"));
  Run([&](napi_env env) { work.Delete(env); });
}

TEST_F(HostAsyncWork, AQueuedWorkIsCancelledAndCompletesBeforeThoseThatRun) {
  Work work;
  work.on_execute = [&] { Note("execute"); };
  work.on_complete = [&](napi_env env, napi_status status) {
    EXPECT_EQ(status, napi_cancelled);
    Note("cancelled");
    work.Delete(env);
  };
  Run([&](napi_env env) {
    Block(env);
    work.Queue(env);
    EXPECT_NAPI(napi_cancel_async_work(env, work.handle));
    // Again, before its completion is delivered: ok, and one completion.
    EXPECT_NAPI(napi_cancel_async_work(env, work.handle));
  });
  EXPECT_THAT(Events(), IsEmpty()) << "complete runs from the loop, never inside of cancel";
  while (EventCount() == 0) agent().Turn();
  EXPECT_THAT(Events(), ElementsAre("cancelled"));
  Unblock();
  RunLoop();
  EXPECT_THAT(Events(), ElementsAre("blocker", "blocker", "blocker", "blocker"));
}

TEST_F(HostAsyncWork, ARunningOrFinishedWorkIsNotCancelled) {
  Work work;
  std::binary_semaphore begun{0}, go{0};
  work.on_execute = [&] {
    begun.release();
    go.acquire();
  };
  work.on_complete = [&](napi_env env, napi_status status) {
    EXPECT_EQ(status, napi_ok);
    EXPECT_EQ(napi_cancel_async_work(env, work.handle), napi_generic_failure);
    work.Delete(env);
  };
  Run([&](napi_env env) {
    work.Queue(env);
    begun.acquire();
    EXPECT_EQ(napi_cancel_async_work(env, work.handle), napi_generic_failure);
    const napi_extended_error_info* info = nullptr;
    ASSERT_NAPI(napi_get_last_error_info(env, &info));
    EXPECT_EQ(info->error_code, napi_generic_failure);
    EXPECT_EQ(static_cast<int>(info->engine_error_code), -16) << "libuv's EBUSY";
    go.release();
  });
  RunLoop();
  EXPECT_EQ(work.handle, nullptr);
}

TEST_F(HostAsyncWork, AWorkThatWasNeverQueuedIsNotCancelled) {
  Work work;
  Run([&](napi_env env) {
    ASSERT_NAPI(work.Create(env));
    EXPECT_EQ(napi_cancel_async_work(env, work.handle), napi_invalid_arg);
    work.Delete(env);
  });
}

TEST_F(HostAsyncWork, ItMayBeQueuedAgainFromItsComplete) {
  Work work;
  int executed = 0;
  work.on_execute = [&] { ++executed; };
  work.on_complete = [&](napi_env env, napi_status status) {
    EXPECT_EQ(status, napi_ok);
    if (executed == 3) return work.Delete(env);
    EXPECT_NAPI(napi_queue_async_work(env, work.handle));
  };
  Run([&](napi_env env) { work.Queue(env); });
  RunLoop();
  EXPECT_EQ(executed, 3);
}

TEST_F(HostAsyncWork, CompleteHasAHandleScopeAndACleanLastError) {
  Work work;
  work.on_complete = [&](napi_env env, napi_status) {
    const napi_extended_error_info* info = nullptr;
    ASSERT_NAPI(napi_get_last_error_info(env, &info));
    EXPECT_EQ(info->error_code, napi_ok);
    EXPECT_EQ(AsText(env, Text(env, "made here")), "made here");
    work.Delete(env);
  };
  Run([&](napi_env env) {
    work.Queue(env);
    EXPECT_EQ(napi_create_object(env, nullptr), napi_invalid_arg);
  });
  RunLoop();
}

TEST_F(HostAsyncWork, MicrotasksRunBetweenCompletionsOfOneBatch) {
  Work works[2];
  Callable reactions[2];
  for (int i = 0; i < 2; ++i) {
    std::string name = std::to_string(i);
    reactions[i] = [this, name](napi_env env, napi_value) {
      Note("reaction " + name);
      return Undefined(env);
    };
    works[i].on_complete = [&, i, name](napi_env env, napi_status) {
      Microtask(env, reactions[i]);
      Note("complete " + name);
      works[i].Delete(env);
    };
  }
  std::counting_semaphore<> executed{0};
  for (Work& work : works) work.on_execute = [&] { executed.release(); };
  Run([&](napi_env env) {
    works[0].Queue(env);
    executed.acquire();
    works[1].Queue(env);
    executed.acquire();
  });
  RunLoop();
  EXPECT_THAT(Events(), ElementsAre("complete 0", "reaction 0", "complete 1", "reaction 1"));
}

// For async work whatever version the module declares.
TEST_F(HostAsyncWork, AnExceptionThatCompleteLeavesIsUncaughtAndTheLoopGoesOn) {
  for (int version : {8, 10}) {
    HostAgent::ModuleRef module = Add("module", version);
    Work throwing, after;
    throwing.on_complete = [&](napi_env env, napi_status) {
      throwing.Delete(env);
      EXPECT_NAPI(napi_throw_error(env, nullptr, "from complete"));
      after.Queue(env);
    };
    after.on_complete = [&](napi_env env, napi_status) {
      Note("after");
      after.Delete(env);
    };
    RunIn(module, [&](napi_env env) { throwing.Queue(env); });
    RunLoop();
    EXPECT_THAT(Uncaught(), ElementsAre(testing::HasSubstr("Error: from complete")));
    EXPECT_THAT(Events(), ElementsAre("after"));
  }
}

TEST_F(HostAsyncWork, TeardownWaitsForWorksAndJavaScriptIsRefusedInTheirCompletes) {
  struct Case {
    int version;
    napi_status refused;
  };
  for (Case each : {Case{8, napi_pending_exception}, Case{10, napi_cannot_run_js}}) {
    HostAgent own({.profile = "node24"});
    HostAgent::ModuleRef module = 0;
    std::string error;
    ASSERT_TRUE(own.Add("module", nullptr, each.version, module, error)) << error;
    Work work;
    std::binary_semaphore begun{0};
    work.on_execute = [&] {
      begun.release();
      Note("execute");
    };
    work.on_complete = [&](napi_env env, napi_status status) {
      EXPECT_EQ(status, napi_ok);
      Note("complete");
      // What makes handles goes on; what might run JavaScript does not, and nothing is pending.
      napi_value object = Object(env);
      EXPECT_EQ(napi_set_named_property(env, object, "a", object), each.refused);
      EXPECT_EQ(napi_throw_error(env, nullptr, "not now"), each.refused);
      bool pending = true;
      EXPECT_NAPI(napi_is_exception_pending(env, &pending));
      EXPECT_FALSE(pending);
      work.Delete(env);
    };
    own.Run(module, [&](napi_env env) {
      work.Queue(env);
      begun.acquire();
    });
    own.Teardown();
    EXPECT_THAT(Events(), ElementsAre("execute", "complete"));
  }
}

TEST_F(HostAsyncWork, AWorkNeverQueuedHoldsUpNothing) {
  Work work;
  Run([&](napi_env env) { ASSERT_NAPI(work.Create(env)); });
  EXPECT_FALSE(agent().Turn(false));
  Run([&](napi_env env) { work.Delete(env); });
}

TEST_F(HostAsyncWork, AQueuedWorkKeepsTheLoopAlive) {
  Work work;
  Run([&](napi_env env) {
    Block(env);
    work.Queue(env);
  });
  EXPECT_TRUE(agent().Turn(false));
  Unblock();
  RunLoop();
  EXPECT_EQ(work.handle, nullptr);
  EXPECT_FALSE(agent().Turn(false));
}

// The env that is passed does not matter: the work knows its own.
TEST_F(HostAsyncWork, AnotherEnvMayQueueAndDeleteIt) {
  HostAgent::ModuleRef other = Add("other");
  Work work;
  napi_env own = nullptr;
  work.on_complete = [&](napi_env env, napi_status) { EXPECT_EQ(env, own); };
  Run([&](napi_env env) {
    own = env;
    ASSERT_NAPI(work.Create(env));
  });
  RunIn(other, [&](napi_env env) {
    ASSERT_NE(env, own);
    EXPECT_NAPI(napi_queue_async_work(env, work.handle));
  });
  RunLoop();
  RunIn(other, [&](napi_env env) { work.Delete(env); });
}

}  // namespace
}  // namespace napisan
