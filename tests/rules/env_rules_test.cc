// env/*: an env after its end, handles of another env, and other threads; with agents on threads of
// their own and a real loop.
#include <atomic>
#include <thread>
#include <vector>

#include "test_function.h"

namespace napisan {
namespace {

constexpr char kAfterTeardown[] = "env/use-after-teardown";
constexpr char kCrossEnv[] = "env/cross-env-handle";
constexpr char kWrongThread[] = "env/wrong-thread";

// Runs body(agent, module) on a thread of its own, where it has an agent.
template <class Body>
void InAgent(Body&& body) {
  InThread([&] {
    HostOptions options;
    HostAgent agent(options);
    HostAgent::ModuleRef module = 0;
    std::string error;
    ASSERT_TRUE(agent.Add("module_in_worker", nullptr, 8, module, error)) << error;
    body(agent, module);
  });
}

class EnvRules : public FunctionRules {
 protected:
  EnvRules() : FunctionRules("node24", ExecutorKind::kUv) {}

  napi_env Env() {
    napi_env found = nullptr;
    Run([&](napi_env env) { found = env; });
    return found;
  }
  static napi_ref MakeReference(napi_env env) {
    napi_ref reference = nullptr;
    EXPECT_EQ(napi_create_reference(env, Object(env), 1, &reference), napi_ok);
    return reference;
  }
  static napi_deferred MakeDeferred(napi_env env) {
    napi_deferred deferred = nullptr;
    napi_value promise = nullptr;
    EXPECT_EQ(napi_create_promise(env, &deferred, &promise), napi_ok);
    return deferred;
  }
};

// env/use-after-teardown

TEST_F(EnvRules, UseAfterTeardown) {
  Breaks("env/use-after-teardown");
  napi_env env = Env();
  Teardown();
  napi_value value = nullptr;
  EXPECT_EQ(napi_create_object(env, &value), napi_invalid_arg);
  void* data = &value;
  EXPECT_EQ(napi_get_instance_data(env, &data), napi_invalid_arg);
  EXPECT_EQ(value, nullptr);
  EXPECT_EQ(data, &value);
  EXPECT_THAT(Reports(), ElementsAre(kAfterTeardown, kAfterTeardown));
  EXPECT_THAT(LastJson(), testing::HasSubstr("the env of test_module is used after"));
}

// It takes no env, but it is one's: that waited for it, and is no more.
TEST_F(EnvRules, AnAsyncCleanupHookIsRemovedTooLate) {
  napi_async_cleanup_hook_handle handle = nullptr;
  ASSERT_EQ(napi_add_async_cleanup_hook(
                Env(), [](napi_async_cleanup_hook_handle, void*) {}, nullptr, &handle),
            napi_ok);
  Teardown();
  EXPECT_EQ(napi_remove_async_cleanup_hook(handle), napi_invalid_arg);
  EXPECT_THAT(Reports(), ElementsAre("cleanup/async-hook-not-removed", kAfterTeardown));
}

TEST_F(EnvRules, AReferenceIsDeletedByADestructorThatRunsTooLate) {
  napi_ref reference = nullptr;
  napi_env env = nullptr;
  Add("other_module", 8, [](napi_env, napi_value exports) { return exports; });
  Run([&](napi_env mine) {
    env = mine;
    reference = MakeReference(env);
    EXPECT_EQ(napi_delete_reference(env, reference), napi_ok);
  });
  End();
  EXPECT_EQ(napi_delete_reference(env, reference), napi_invalid_arg);
  // The env before the reference: that is why the reference is gone.
  EXPECT_THAT(Reports(), ElementsAre(kAfterTeardown));
}

TEST_F(EnvRules, TheEnvOfAWorkerThatHasEnded) {
  napi_env theirs = nullptr;
  InAgent([&](HostAgent& agent, HostAgent::ModuleRef module) {
    agent.Run(module, [&](napi_env env) { theirs = env; });
  });
  // On whatever thread: stale comes before foreign.
  napi_value value = nullptr;
  EXPECT_EQ(napi_create_object(theirs, &value), napi_invalid_arg);
  InThread([&] { EXPECT_EQ(napi_create_object(theirs, &value), napi_invalid_arg); });
  EXPECT_EQ(value, nullptr);
  EXPECT_THAT(Reports(), ElementsAre(kAfterTeardown, kAfterTeardown));
}

TEST_F(EnvRules, AnEnvWhosePlaceIsUsedAgainIsStillGone) {
  napi_env first = Env();
  for (int i = 0; i < 300; ++i) {
    agent().Reset();
    Add("again");
  }
  napi_value value = nullptr;
  EXPECT_EQ(napi_create_object(first, &value), napi_invalid_arg);
  EXPECT_THAT(Reports(), ElementsAre(kAfterTeardown));
}

TEST_F(EnvRules, HooksFinalizersAndInstanceDataAreBeforeTheEnd) {
  Keeps("env/use-after-teardown", "env/wrong-thread");
  static int ran;
  static napi_env module_env;
  ran = 0;
  auto use = [](napi_env env) {
    ++ran;
    EXPECT_EQ(NumberOf(env, Number(env, 5)), 5);
    void* data = nullptr;
    EXPECT_EQ(napi_get_instance_data(env, &data), napi_ok);
  };
  static void (*use_env)(napi_env) = use;
  Run([](napi_env env) {
    module_env = env;
    auto hook = [](void*) { use_env(module_env); };
    EXPECT_EQ(napi_add_env_cleanup_hook(env, hook, nullptr), napi_ok);
    auto finalize = [](napi_env given, void*, void*) { use_env(given); };
    EXPECT_EQ(napi_set_instance_data(env, &ran, finalize, nullptr), napi_ok);
    EXPECT_EQ(napi_add_finalizer(env, Object(env), &ran, finalize, nullptr, nullptr), napi_ok);
  });
  Teardown();
  EXPECT_EQ(ran, 3);
}

// env/cross-env-handle

TEST_F(EnvRules, CrossEnvHandle) {
  Breaks("env/cross-env-handle");
  HostAgent::ModuleRef other = Add("other_module");
  Run([&](napi_env env) {
    napi_ref reference = MakeReference(env);
    agent().Run(other, [&](napi_env theirs) {
      napi_value value = nullptr;
      EXPECT_EQ(napi_get_reference_value(theirs, reference, &value), napi_invalid_arg);
      EXPECT_EQ(value, nullptr);
      EXPECT_EQ(napi_delete_reference(theirs, reference), napi_invalid_arg);
    });
    EXPECT_EQ(napi_delete_reference(env, reference), napi_ok);
  });
  EXPECT_THAT(Reports(), ElementsAre(kCrossEnv, kCrossEnv));
  EXPECT_THAT(LastJson(), testing::HasSubstr("of test_module is passed with"));
}

TEST_F(EnvRules, HandlesOfEveryKindBelongToTheirEnv) {
  HostAgent::ModuleRef other = Add("other_module");
  TestFunction function;
  Run([&](napi_env env) {
    napi_deferred deferred = MakeDeferred(env);
    napi_async_context context = nullptr;
    napi_callback_scope callback_scope = nullptr;
    napi_handle_scope scope = nullptr;
    napi_escapable_handle_scope escapable = nullptr;
    ASSERT_EQ(function.Create(env), napi_ok);
    ASSERT_EQ(napi_async_init(env, nullptr, Text(env, "r"), &context), napi_ok);
    ASSERT_EQ(napi_open_callback_scope(env, Object(env), context, &callback_scope), napi_ok);
    ASSERT_EQ(napi_open_handle_scope(env, &scope), napi_ok);
    agent().Run(other, [&](napi_env theirs) {
      napi_value value = Number(theirs, 1);
      EXPECT_EQ(napi_resolve_deferred(theirs, deferred, value), napi_invalid_arg);
      EXPECT_EQ(napi_close_callback_scope(theirs, callback_scope), napi_invalid_arg);
      EXPECT_EQ(napi_async_destroy(theirs, context), napi_invalid_arg);
      EXPECT_EQ(napi_unref_threadsafe_function(theirs, function.handle), napi_invalid_arg);
      EXPECT_EQ(napi_ref_threadsafe_function(theirs, function.handle), napi_invalid_arg);
      EXPECT_EQ(napi_close_handle_scope(theirs, scope), napi_invalid_arg);
    });
    EXPECT_THAT(Reports(),
                testing::AllOf(testing::SizeIs(6), testing::Each(std::string(kCrossEnv))));
    EXPECT_EQ(napi_close_handle_scope(env, scope), napi_ok);
    ASSERT_EQ(napi_open_escapable_handle_scope(env, &escapable), napi_ok);
    agent().Run(other, [&](napi_env theirs) {
      napi_value value = Number(theirs, 1);
      EXPECT_EQ(napi_escape_handle(theirs, escapable, value, &value), napi_invalid_arg);
      EXPECT_EQ(napi_close_escapable_handle_scope(theirs, escapable), napi_invalid_arg);
    });
    EXPECT_THAT(Reports(), ElementsAre(kCrossEnv, kCrossEnv));
    EXPECT_EQ(napi_close_escapable_handle_scope(env, escapable), napi_ok);
    EXPECT_EQ(napi_close_callback_scope(env, callback_scope), napi_ok);
    EXPECT_EQ(napi_async_destroy(env, context), napi_ok);
    EXPECT_EQ(napi_resolve_deferred(env, deferred, Number(env, 1)), napi_ok);
    EXPECT_EQ(function.Release(), napi_ok);
  });
  agent().RunLoop();
}

TEST_F(EnvRules, HandlesOfAnotherAgent) {
  Run([&](napi_env env) {
    napi_value value = Number(env, 1);
    napi_ref reference = MakeReference(env);
    napi_deferred deferred = MakeDeferred(env);
    InAgent([&](HostAgent& worker, HostAgent::ModuleRef module) {
      worker.Run(module, [&](napi_env theirs) {
        ExpectRefused(theirs, value);
        EXPECT_EQ(napi_reference_ref(theirs, reference, nullptr), napi_invalid_arg);
        EXPECT_EQ(napi_resolve_deferred(theirs, deferred, Number(theirs, 1)), napi_invalid_arg);
      });
    });
    EXPECT_THAT(Reports(), ElementsAre(kCrossEnv, kCrossEnv, kCrossEnv));
    EXPECT_THAT(LastJson(), testing::HasSubstr("on main agent is passed with"));
    EXPECT_EQ(napi_resolve_deferred(env, deferred, value), napi_ok);
    EXPECT_EQ(napi_delete_reference(env, reference), napi_ok);
  });
}

TEST_F(EnvRules, AValueOfAnAgentThatHasEnded) {
  napi_value kept = nullptr;
  InAgent([&](HostAgent& worker, HostAgent::ModuleRef module) {
    worker.Run(module, [&](napi_env env) { kept = Number(env, 1); });
  });
  Run([&](napi_env env) { ExpectRefused(env, kept); });
  EXPECT_THAT(Reports(), ElementsAre(kCrossEnv));
  EXPECT_THAT(LastJson(), testing::HasSubstr("a value of an agent that has ended"));
}

// Values belong to the thread, as JavaScript's objects do: modules may hand them to each other.
TEST_F(EnvRules, AValueIsGoodWithEveryEnvOfItsThread) {
  Keeps("env/cross-env-handle");
  HostAgent::ModuleRef other = Add("other_module");
  Run([&](napi_env env) {
    napi_value mine = Number(env, 3);
    agent().Run(other, [&](napi_env theirs) {
      EXPECT_EQ(NumberOf(theirs, mine), 3);
      EXPECT_EQ(napi_set_named_property(theirs, Object(theirs), "p", mine), napi_ok);
    });
  });
}

TEST_F(EnvRules, EachEnvHasHandlesOfItsOwn) {
  Keeps("env/cross-env-handle", "env/wrong-thread", "reference/leaked");
  HostAgent::ModuleRef other = Add("other_module");
  napi_ref mine = nullptr;
  napi_ref theirs = nullptr;
  napi_value object = nullptr;
  Run([&](napi_env env) {
    object = Object(env);
    ASSERT_EQ(napi_create_reference(env, object, 1, &mine), napi_ok);
    agent().Run(other, [&](napi_env other_env) {
      // The same object, and a reference of its own.
      ASSERT_EQ(napi_create_reference(other_env, object, 1, &theirs), napi_ok);
    });
  });
  agent().Run(other, [&](napi_env env) { EXPECT_EQ(napi_delete_reference(env, theirs), napi_ok); });
  Run([&](napi_env env) { EXPECT_EQ(napi_delete_reference(env, mine), napi_ok); });
}

// env/wrong-thread

TEST_F(EnvRules, WrongThread) {
  Breaks("env/wrong-thread");
  Run([](napi_env env) {
    InThread([&] {
      napi_value value = nullptr;
      EXPECT_EQ(napi_create_object(env, &value), napi_generic_failure);
      EXPECT_EQ(value, nullptr);
    });
  });
  EXPECT_THAT(Reports(), ElementsAre(kWrongThread));
  EXPECT_THAT(LastJson(), testing::HasSubstr("an env of main agent is used on thread"));
}

TEST_F(EnvRules, NothingOfAnEnvIsForOtherThreads) {
  TestFunction function;
  Run([&](napi_env env) {
    ASSERT_EQ(function.Create(env), napi_ok);
    napi_ref reference = MakeReference(env);
    napi_value value = Number(env, 1);
    InThread([&] {
      double number = 4711;
      bool pending = true;
      const napi_extended_error_info* info = nullptr;
      EXPECT_EQ(napi_get_value_double(env, value, &number), napi_generic_failure);
      EXPECT_EQ(napi_delete_reference(env, reference), napi_generic_failure);
      EXPECT_EQ(napi_is_exception_pending(env, &pending), napi_generic_failure);
      EXPECT_EQ(napi_get_last_error_info(env, &info), napi_generic_failure);
      EXPECT_EQ(napi_throw_error(env, nullptr, "e"), napi_generic_failure);
      EXPECT_EQ(napi_unref_threadsafe_function(env, function.handle), napi_generic_failure);
      EXPECT_EQ(number, 4711);
      EXPECT_EQ(info, nullptr);
    });
    EXPECT_THAT(Reports(),
                testing::AllOf(testing::SizeIs(6), testing::Each(std::string(kWrongThread))));
    // The refused delete was none.
    EXPECT_EQ(napi_delete_reference(env, reference), napi_ok);
    EXPECT_EQ(function.Release(), napi_ok);
  });
  agent().RunLoop();
}

TEST_F(EnvRules, TheThreadOfAnotherAgentIsAWrongOneToo) {
  napi_env mine = Env();
  InAgent([&](HostAgent& worker, HostAgent::ModuleRef module) {
    worker.Run(module, [&](napi_env) {
      napi_value value = nullptr;
      EXPECT_EQ(napi_create_object(mine, &value), napi_generic_failure);
    });
  });
  EXPECT_THAT(Reports(), ElementsAre(kWrongThread));
}

// The worker itself is told by its own rule; a thread that it starts is any thread.
TEST_F(EnvRules, AThreadThatExecuteStarts) {
  TestWork work;
  work.on_execute = [](napi_env env, TestWork&) {
    InThread([&] {
      napi_value value = nullptr;
      EXPECT_EQ(napi_create_object(env, &value), napi_generic_failure);
    });
  };
  work.on_complete = [](napi_env env, napi_status, TestWork& self) {
    EXPECT_EQ(napi_delete_async_work(env, self.handle), napi_ok);
  };
  Run([&](napi_env env) {
    ASSERT_EQ(work.Create(env), napi_ok);
    ASSERT_EQ(napi_queue_async_work(env, work.handle), napi_ok);
  });
  agent().RunLoop();
  EXPECT_THAT(Reports(), ElementsAre(kWrongThread));
}

TEST_F(EnvRules, ThreadsCallThreadSafeFunctionsAndNothingElse) {
  Keeps("env/wrong-thread", "async-work/execute-calls-napi");
  TestFunction function;
  function.on_call = [](napi_env env, void*) { EXPECT_EQ(NumberOf(env, Number(env, 2)), 2); };
  Create(function);
  InThread([&] {
    void* context = nullptr;
    EXPECT_EQ(napi_get_threadsafe_function_context(function.handle, &context), napi_ok);
    EXPECT_EQ(function.Acquire(), napi_ok);
    EXPECT_EQ(function.Call(), napi_ok);
    EXPECT_EQ(function.Release(), napi_ok);
  });
  EXPECT_EQ(function.Release(), napi_ok);
  agent().RunLoop();
  EXPECT_EQ(function.events, "cf");
}

TEST_F(EnvRules, ManyAgentsWorkAtTheSameTime) {
  Keeps("env/wrong-thread", "env/cross-env-handle", "env/use-after-teardown");
  constexpr int kAgents = 4;
  constexpr int kRounds = 50;
  std::atomic<int> completed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kAgents; ++i) {
    threads.emplace_back([&] {
      InAgent([&](HostAgent& worker, HostAgent::ModuleRef module) {
        for (int round = 0; round < kRounds; ++round) {
          TestWork work;
          work.extra = &completed;
          work.on_complete = [](napi_env env, napi_status, TestWork& self) {
            ++*static_cast<std::atomic<int>*>(self.extra);
            napi_handle_scope scope = nullptr;
            EXPECT_EQ(napi_open_handle_scope(env, &scope), napi_ok);
            napi_ref reference = MakeReference(env);
            EXPECT_EQ(napi_delete_reference(env, reference), napi_ok);
            EXPECT_EQ(napi_close_handle_scope(env, scope), napi_ok);
            EXPECT_EQ(napi_delete_async_work(env, self.handle), napi_ok);
          };
          worker.Run(module, [&](napi_env env) {
            ASSERT_EQ(work.Create(env), napi_ok);
            ASSERT_EQ(napi_queue_async_work(env, work.handle), napi_ok);
          });
          worker.RunLoop();
        }
      });
    });
  }
  for (int i = 0; i < 1000; ++i) Run([](napi_env env) { Object(env); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(completed, kAgents * kRounds);
}

}  // namespace
}  // namespace napisan
