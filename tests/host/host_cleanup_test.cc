// Cleanup hooks, instance data, and the order in which an env is torn down.
#include <uv.h>

#include <semaphore>
#include <thread>

#include "async_test.h"

namespace napisan {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class HostCleanup : public AsyncTest {
 protected:
  // A hook that notes its name, and does what the test says.
  struct Hook {
    HostCleanup* test;
    std::string name;
    std::function<void(napi_async_cleanup_hook_handle handle)> then;
    napi_async_cleanup_hook_handle handle = nullptr;

    static void RunSync(void* argument) { Run(nullptr, argument); }
    static void Run(napi_async_cleanup_hook_handle handle, void* argument) {
      auto& self = *static_cast<Hook*>(argument);
      self.test->Note(self.name);
      if (self.then) self.then(handle);
    }
  };
  Hook& Make(const std::string& name) {
    hooks_.push_back(std::make_unique<Hook>(Hook{this, name, nullptr}));
    return *hooks_.back();
  }
  Hook& AddSync(napi_env env, const std::string& name) {
    Hook& hook = Make(name);
    EXPECT_NAPI(napi_add_env_cleanup_hook(env, Hook::RunSync, &hook));
    return hook;
  }
  Hook& AddAsync(napi_env env, const std::string& name) {
    Hook& hook = Make(name);
    EXPECT_NAPI(napi_add_async_cleanup_hook(env, Hook::Run, &hook, &hook.handle));
    return hook;
  }
  // For finalize callbacks.
  napi_finalize Noting() {
    return [](napi_env, void* data, void*) {
      auto& hook = *static_cast<Hook*>(data);
      hook.test->Note(hook.name);
    };
  }

 private:
  std::vector<std::unique_ptr<Hook>> hooks_;
};

void Remove(napi_async_cleanup_hook_handle handle) {
  EXPECT_NAPI(napi_remove_async_cleanup_hook(handle));
}

TEST_F(HostCleanup, HooksRunInReverseSyncAndAsyncInterleaved) {
  Run([&](napi_env env) {
    AddSync(env, "first");
    AddAsync(env, "async").then = Remove;
    AddSync(env, "last");
  });
  RunLoop();
  EXPECT_THAT(Events(), IsEmpty());
  Teardown();
  EXPECT_THAT(Events(), ElementsAre("last", "async", "first"));
}

TEST_F(HostCleanup, ARemovedHookDoesNotRunAndAnUnknownOneIsIgnored) {
  Run([&](napi_env env) {
    Hook& hook = AddSync(env, "removed");
    AddSync(env, "stays");
    EXPECT_NAPI(napi_remove_env_cleanup_hook(env, Hook::RunSync, &hook));
    EXPECT_NAPI(napi_remove_env_cleanup_hook(env, Hook::RunSync, &hook));
    EXPECT_EQ(napi_add_env_cleanup_hook(env, nullptr, &hook), napi_invalid_arg);
    EXPECT_EQ(napi_remove_env_cleanup_hook(env, nullptr, &hook), napi_invalid_arg);
    // Not removed for good: it may be added again.
    EXPECT_NAPI(napi_add_env_cleanup_hook(env, Hook::RunSync, &hook));
  });
  Teardown();
  EXPECT_THAT(Events(), ElementsAre("removed", "stays"));
}

TEST_F(HostCleanup, WhatAHookAddsRunsInTheNextRound) {
  Run([&](napi_env env) {
    AddSync(env, "first");
    AddSync(env, "adds").then = [this, env](auto) { AddSync(env, "added"); };
    AddSync(env, "last");
  });
  Teardown();
  EXPECT_THAT(Events(), ElementsAre("last", "adds", "first", "added"));
}

TEST_F(HostCleanup, WhatAHookRemovesIsSkipped) {
  Run([&](napi_env env) {
    Hook& removed = AddSync(env, "removed");
    AddSync(env, "removes").then = [env, &removed](auto) {
      EXPECT_NAPI(napi_remove_env_cleanup_hook(env, Hook::RunSync, &removed));
    };
  });
  Teardown();
  EXPECT_THAT(Events(), ElementsAre("removes"));
}

TEST_F(HostCleanup, TheSameFunctionWithAnotherArgumentIsAnotherHook) {
  Run([&](napi_env env) {
    AddSync(env, "one");
    AddSync(env, "two");
  });
  Teardown();
  EXPECT_THAT(Events(), ElementsAre("two", "one"));
}

using HostCleanupDeathTest = HostCleanup;

TEST_F(HostCleanupDeathTest, TheSameHookTwiceEndsTheProcess) {
  Run([&](napi_env env) {
    Hook& hook = AddSync(env, "hook");
    EXPECT_DEATH(napi_add_env_cleanup_hook(env, Hook::RunSync, &hook), "added twice");
  });
  Teardown();
  Events();
}

TEST_F(HostCleanup, AnAsyncHookRemovedBeforeTeardownDoesNotRun) {
  Run([&](napi_env env) {
    Hook& hook = AddAsync(env, "async");
    EXPECT_NAPI(napi_remove_async_cleanup_hook(hook.handle));
    EXPECT_EQ(napi_remove_async_cleanup_hook(nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_add_async_cleanup_hook(env, nullptr, nullptr, nullptr), napi_invalid_arg);
  });
  Teardown();
  EXPECT_THAT(Events(), IsEmpty());
}

TEST_F(HostCleanup, TeardownWaitsUntilAnAsyncHookIsDone) {
  struct Closing {
    uv_timer_t timer;
    napi_async_cleanup_hook_handle handle;
    HostCleanup* test;
  };
  auto* closing = new Closing{{}, nullptr, this};
  Run([&](napi_env env) {
    Hook& data = Make("instance data");
    EXPECT_NAPI(napi_set_instance_data(env, &data, Noting(), nullptr));
    uv_loop_t* loop = nullptr;
    ASSERT_NAPI(napi_get_uv_event_loop(env, &loop));
    // The handle may be had from the hook only.
    Hook& hook = Make("async");
    EXPECT_NAPI(napi_add_async_cleanup_hook(env, Hook::Run, &hook, nullptr));
    hook.then = [closing, loop](napi_async_cleanup_hook_handle handle) {
      closing->handle = handle;
      uv_timer_init(loop, &closing->timer);
      closing->timer.data = closing;
      uv_timer_start(
          &closing->timer,
          [](uv_timer_t* timer) {
            auto& self = *static_cast<Closing*>(timer->data);
            self.test->Note("done");
            Remove(self.handle);
            uv_close(reinterpret_cast<uv_handle_t*>(timer),
                     [](uv_handle_t* closed) { delete static_cast<Closing*>(closed->data); });
          },
          1, 0);
    };
    AddSync(env, "before it");
  });
  Teardown();
  EXPECT_THAT(Events(), ElementsAre("before it", "async", "done", "instance data"));
}

TEST_F(HostCleanup, InstanceDataIsTheEnvsOwn) {
  HostAgent::ModuleRef other = Add("other");
  int own = 0;
  Run([&](napi_env env) {
    void* data = &own;
    EXPECT_NAPI(napi_get_instance_data(env, &data));
    EXPECT_EQ(data, nullptr);
    EXPECT_NAPI(napi_set_instance_data(env, &own, nullptr, nullptr));
    EXPECT_NAPI(napi_get_instance_data(env, &data));
    EXPECT_EQ(data, &own);
    EXPECT_EQ(napi_get_instance_data(env, nullptr), napi_invalid_arg);
  });
  RunIn(other, [&](napi_env env) {
    void* data = &own;
    EXPECT_NAPI(napi_get_instance_data(env, &data));
    EXPECT_EQ(data, nullptr);
  });
}

TEST_F(HostCleanup, InstanceDataIsFinalizedWithItsHint) {
  struct Got {
    void* data;
    void* hint;
    napi_env env;
  } got{};
  int data = 0;
  napi_env own = nullptr;
  Run([&](napi_env env) {
    own = env;
    EXPECT_NAPI(napi_set_instance_data(
        env, &data,
        [](napi_env inner, void* given, void* hint) {
          *static_cast<Got*>(hint) = {given, hint, inner};
          void* still = given;
          EXPECT_NAPI(napi_get_instance_data(inner, &still));
        },
        &got));
  });
  Teardown();
  EXPECT_EQ(got.data, &data);
  EXPECT_EQ(got.hint, &got);
  EXPECT_EQ(got.env, own);
}

// The order measured on Node 20, 24 and 26: on a Worker and on the main thread.
TEST_F(HostCleanup, AnEnvIsTornDownInTheOrderOfNode) {
  Tsfn tsfn;
  tsfn.on_finalize = [&](napi_env) { Note("tsfn finalize"); };
  Work work;
  std::binary_semaphore begun{0};
  work.on_execute = [&] { begun.release(); };
  work.on_complete = [&](napi_env env, napi_status) {
    Note("complete");
    work.Delete(env);
  };
  Run([&](napi_env env) {
    EXPECT_NAPI(napi_set_instance_data(env, &Make("instance data"), Noting(), nullptr));
    EXPECT_NAPI(napi_add_finalizer(env, LastingObject(env), &Make("object finalizer"), Noting(),
                                   nullptr, nullptr));
    AddSync(env, "first");
    AddAsync(env, "async").then = Remove;
    AddSync(env, "second");
    ASSERT_NAPI(tsfn.Create(env));
    AddSync(env, "third");
    work.Queue(env);
    begun.acquire();
  });
  Teardown();
  EXPECT_THAT(Events(), ElementsAre("complete", "third", "second", "async", "first",
                                    "tsfn finalize", "object finalizer", "instance data"));
}

TEST_F(HostCleanup, FinalizersRunInReverseAndInstanceDataIsOneOfThem) {
  Run([&](napi_env env) {
    for (const char* name : {"a", "b"}) {
      EXPECT_NAPI(
          napi_add_finalizer(env, LastingObject(env), &Make(name), Noting(), nullptr, nullptr));
    }
    EXPECT_NAPI(napi_set_instance_data(env, &Make("instance data"), Noting(), nullptr));
    EXPECT_NAPI(
        napi_add_finalizer(env, LastingObject(env), &Make("c"), Noting(), nullptr, nullptr));
  });
  Teardown();
  EXPECT_THAT(Events(), ElementsAre("c", "instance data", "b", "a"));
}

TEST_F(HostCleanup, HooksMayMakeHandlesAndRunNoJavaScript) {
  Run([&](napi_env env) {
    AddSync(env, "hook").then = [env](auto) {
      napi_handle_scope scope = nullptr;
      EXPECT_NAPI(napi_open_handle_scope(env, &scope));
      napi_value object = Object(env);
      EXPECT_EQ(napi_set_named_property(env, object, "a", object), napi_pending_exception);
      EXPECT_NAPI(napi_close_handle_scope(env, scope));
    };
  });
  Teardown();
  EXPECT_THAT(Events(), ElementsAre("hook"));
}

// The newest env's hooks first: all of an agent are in one queue.
TEST_F(HostCleanup, HooksOfAllEnvsAreInOneOrder) {
  HostAgent::ModuleRef other = Add("other");
  RunIn(other, [&](napi_env env) { AddSync(env, "other, first"); });
  Run([&](napi_env env) { AddSync(env, "own"); });
  RunIn(other, [&](napi_env env) { AddSync(env, "other, last"); });
  Teardown();
  EXPECT_THAT(Events(), ElementsAre("other, last", "own", "other, first"));
}

TEST_F(HostCleanup, AResetAgentIsAsGoodAsNew) {
  Run([&](napi_env env) { AddSync(env, "hook"); });
  agent().Reset();
  EXPECT_THAT(Events(), ElementsAre("hook"));
  HostAgent::ModuleRef module = Add("again");
  Work work;
  work.on_complete = [&](napi_env env, napi_status status) {
    EXPECT_EQ(status, napi_ok);
    napi_value object = Object(env);
    EXPECT_NAPI(napi_set_named_property(env, object, "a", object));
    Note("complete");
    work.Delete(env);
  };
  RunIn(module, [&](napi_env env) {
    void* data = this;
    EXPECT_NAPI(napi_get_instance_data(env, &data));
    EXPECT_EQ(data, nullptr);
    AddSync(env, "its hook");
    work.Queue(env);
  });
  RunLoop();
  Teardown();
  EXPECT_THAT(Events(), ElementsAre("complete", "its hook"));
}

}  // namespace
}  // namespace napisan
