// cleanup/*: each rule with a module that breaks it and ones that come close and do not: hooks that
// remove themselves and others, finalizers that clean up after hooks, hooks that end late.
#include <uv.h>

#include <thread>

#include "rule_test.h"

namespace napisan {
namespace {

class CleanupRules : public RuleTest {
 public:
  using RuleTest::RuleTest;

  // A hook: its letter goes into ran_, then its action runs.
  struct Hook {
    CleanupRules* test;
    char letter;
    void (*action)(napi_env env, Hook& self) = nullptr;
    Hook* other = nullptr;
  };
  static void RunHook(void* data) {
    auto& hook = *static_cast<Hook*>(data);
    hook.test->ran_ += hook.letter;
    if (hook.action != nullptr) hook.action(hook.test->env_, hook);
  }
  static napi_status AddHook(napi_env env, Hook& hook) {
    return napi_add_env_cleanup_hook(env, RunHook, &hook);
  }
  static napi_status RemoveHook(napi_env env, Hook& hook) {
    return napi_remove_env_cleanup_hook(env, RunHook, &hook);
  }

  // The env of the test's module, which hooks are not given.
  napi_env env() {
    if (env_ == nullptr) Run([&](napi_env env) { env_ = env; });
    return env_;
  }

  napi_env env_ = nullptr;
  std::string ran_;
};

void DoNothing(void*) {}
void DoNothingElse(void* data) { EXPECT_EQ(data, nullptr); }

TEST_F(CleanupRules, HooksRunNewestFirstAndRemovedOnesDoNot) {
  Hook a{this, 'a'}, b{this, 'b'}, c{this, 'c'};
  for (Hook* hook : {&a, &b, &c}) EXPECT_EQ(AddHook(env(), *hook), napi_ok);
  EXPECT_EQ(RemoveHook(env(), b), napi_ok);
  Teardown();
  EXPECT_EQ(ran_, "ca");
}

// cleanup/duplicate-hook

TEST_F(CleanupRules, DuplicateHook) {
  Breaks("cleanup/duplicate-hook");
  Hook a{this, 'a'};
  EXPECT_EQ(AddHook(env(), a), napi_ok);
  EXPECT_EQ(AddHook(env(), a), napi_invalid_arg);
  EXPECT_THAT(Reports(), ElementsAre("cleanup/duplicate-hook"));
  Teardown();
  EXPECT_EQ(ran_, "a");
}

TEST_F(CleanupRules, DuplicateHookWithoutAnArgument) {
  EXPECT_EQ(napi_add_env_cleanup_hook(env(), DoNothing, nullptr), napi_ok);
  EXPECT_EQ(napi_add_env_cleanup_hook(env(), DoNothing, nullptr), napi_invalid_arg);
  EXPECT_THAT(Reports(), ElementsAre("cleanup/duplicate-hook"));
}

// Node keeps them by thread, and one module may be loaded twice there.
TEST_F(CleanupRules, DuplicateHookOfTwoEnvsOfOneThread) {
  HostAgent::ModuleRef again = Add("test_module");
  EXPECT_EQ(napi_add_env_cleanup_hook(env(), DoNothing, nullptr), napi_ok);
  agent().Run(again, [](napi_env other) {
    EXPECT_EQ(napi_add_env_cleanup_hook(other, DoNothing, nullptr), napi_invalid_arg);
  });
  EXPECT_THAT(Reports(), ElementsAre("cleanup/duplicate-hook"));
}

TEST_F(CleanupRules, AHookThatAddsItselfWhileItRunsIsADuplicate) {
  Hook a{this, 'a',
         [](napi_env env, Hook& self) { EXPECT_EQ(AddHook(env, self), napi_invalid_arg); }};
  EXPECT_EQ(AddHook(env(), a), napi_ok);
  Teardown();
  EXPECT_EQ(ran_, "a");
  EXPECT_THAT(Reports(), ElementsAre("cleanup/duplicate-hook"));
}

TEST_F(CleanupRules, AnotherArgumentOrAnotherHookIsNoDuplicate) {
  Keeps("cleanup/duplicate-hook");
  Hook a{this, 'a'}, b{this, 'b'};
  EXPECT_EQ(AddHook(env(), a), napi_ok);
  EXPECT_EQ(AddHook(env(), b), napi_ok);
  EXPECT_EQ(napi_add_env_cleanup_hook(env(), DoNothing, nullptr), napi_ok);
  EXPECT_EQ(napi_add_env_cleanup_hook(env(), DoNothingElse, nullptr), napi_ok);
  Teardown();
  EXPECT_EQ(ran_, "ba");
}

TEST_F(CleanupRules, WhatWasRemovedMayBeAddedAgain) {
  Hook a{this, 'a'};
  EXPECT_EQ(AddHook(env(), a), napi_ok);
  EXPECT_EQ(RemoveHook(env(), a), napi_ok);
  EXPECT_EQ(AddHook(env(), a), napi_ok);
  Teardown();
  EXPECT_EQ(ran_, "a");
}

TEST_F(CleanupRules, AHookMayAddAnother) {
  Hook late{this, 'l'};
  Hook a{this, 'a', [](napi_env env, Hook& self) { EXPECT_EQ(AddHook(env, *self.other), napi_ok); },
         &late};
  EXPECT_EQ(AddHook(env(), a), napi_ok);
  Teardown();
  EXPECT_EQ(ran_, "al");
}

// cleanup/remove-unregistered

TEST_F(CleanupRules, RemoveUnregistered) {
  Breaks("cleanup/remove-unregistered");
  Hook a{this, 'a'}, never{this, 'n'};
  EXPECT_EQ(AddHook(env(), a), napi_ok);
  EXPECT_EQ(RemoveHook(env(), never), napi_ok);
  EXPECT_EQ(napi_remove_env_cleanup_hook(env(), DoNothing, &a), napi_ok);
  EXPECT_THAT(Reports(), ElementsAre("cleanup/remove-unregistered", "cleanup/remove-unregistered"));
  Teardown();
  EXPECT_EQ(ran_, "a");
}

TEST_F(CleanupRules, WhatIsRemovedTwiceIsUnregistered) {
  Hook a{this, 'a'};
  EXPECT_EQ(AddHook(env(), a), napi_ok);
  EXPECT_EQ(RemoveHook(env(), a), napi_ok);
  EXPECT_EQ(RemoveHook(env(), a), napi_ok);
  EXPECT_THAT(Reports(), ElementsAre("cleanup/remove-unregistered"));
}

TEST_F(CleanupRules, AHookMayRemoveItselfAndOthers) {
  Keeps("cleanup/remove-unregistered");
  Hook older{this, 'o'};
  auto remove = [](napi_env env, Hook& self) {
    EXPECT_EQ(RemoveHook(env, self), napi_ok);
    if (self.other != nullptr) {
      EXPECT_EQ(RemoveHook(env, *self.other), napi_ok);
    }
  };
  Hook last{this, 'l', remove};
  Hook newer{this, 'n', remove, &older};
  for (Hook* hook : {&last, &older, &newer}) EXPECT_EQ(AddHook(env(), *hook), napi_ok);
  Teardown();
  EXPECT_EQ(ran_, "nl");
}

// A destructor that removes what the constructor added is right in either order.
TEST_F(CleanupRules, AFinalizerMayRemoveAHookThatHasRun) {
  static Hook hook;
  // Until the end of the env: what is collected before is finalized before the hooks, too.
  static napi_ref kept;
  hook = {this, 'h'};
  Run([&](napi_env env) {
    napi_value object = Object(env);
    ASSERT_EQ(napi_create_reference(env, object, 1, &kept), napi_ok);
    ASSERT_EQ(AddHook(env, hook), napi_ok);
    ASSERT_EQ(napi_wrap(
                  env, object, &hook,
                  [](napi_env finalizing, void*, void*) {
                    hook.test->ran_ += 'f';
                    EXPECT_EQ(napi_delete_reference(finalizing, kept), napi_ok);
                    EXPECT_EQ(RemoveHook(finalizing, hook), napi_ok);
                  },
                  nullptr, nullptr),
              napi_ok);
  });
  Teardown();
  EXPECT_EQ(ran_, "hf");
}

TEST_F(CleanupRules, NullHooksAreTheHostsToAnswerAndNoReport) {
  napi_async_cleanup_hook_handle handle = nullptr;
  EXPECT_EQ(napi_add_env_cleanup_hook(env(), nullptr, this), napi_invalid_arg);
  EXPECT_EQ(napi_remove_env_cleanup_hook(env(), nullptr, this), napi_invalid_arg);
  EXPECT_EQ(napi_add_async_cleanup_hook(env(), nullptr, this, &handle), napi_invalid_arg);
  EXPECT_EQ(handle, nullptr);
  EXPECT_EQ(napi_remove_async_cleanup_hook(nullptr), napi_invalid_arg);
}

class CleanupRulesOfOpenHarmony : public CleanupRules {
 protected:
  CleanupRulesOfOpenHarmony() : CleanupRules("openharmony") {}
};

TEST_F(CleanupRulesOfOpenHarmony, TheArgumentAloneMakesADuplicate) {
  Hook a{this, 'a'};
  EXPECT_EQ(AddHook(env(), a), napi_ok);
  EXPECT_EQ(napi_add_env_cleanup_hook(env(), DoNothing, &a), napi_invalid_arg);
  EXPECT_THAT(Reports(), ElementsAre("cleanup/duplicate-hook"));
  Teardown();
  EXPECT_EQ(ran_, "a");
}

// Async cleanup hooks.

class AsyncCleanupRules : public CleanupRules {
 public:
  using CleanupRules::CleanupRules;

  static AsyncCleanupRules& Self(void* data) { return *static_cast<AsyncCleanupRules*>(data); }
  static void RemoveAtOnce(napi_async_cleanup_hook_handle handle, void* data) {
    auto& self = Self(data);
    self.ran_ += 'h';
    if (self.handle_ != nullptr) {
      EXPECT_EQ(handle, self.handle_) << "a hook gets the handle that add gave";
    }
    EXPECT_EQ(napi_remove_async_cleanup_hook(handle), napi_ok);
  }
  void AddAsync(napi_async_cleanup_hook hook) {
    ASSERT_EQ(napi_add_async_cleanup_hook(env(), hook, this, &handle_), napi_ok);
  }

  napi_async_cleanup_hook_handle handle_ = nullptr;
  TestWork work_;
};

TEST_F(AsyncCleanupRules, AHookRemovesItsHandle) {
  Keeps("cleanup/async-hook-not-removed", "cleanup/async-hook-double-remove");
  AddAsync(RemoveAtOnce);
  Teardown();
  EXPECT_EQ(ran_, "h");
}

TEST_F(AsyncCleanupRules, TheHandleNeedNotBeAskedForBefore) {
  EXPECT_EQ(napi_add_async_cleanup_hook(env(), RemoveAtOnce, this, nullptr), napi_ok);
  Teardown();
  EXPECT_EQ(ran_, "h");
}

TEST_F(AsyncCleanupRules, AHookMayBeRemovedBeforeTeardown) {
  Keeps("cleanup/async-hook-double-remove");
  AddAsync(RemoveAtOnce);
  EXPECT_EQ(napi_remove_async_cleanup_hook(handle_), napi_ok);
  Teardown();
  EXPECT_EQ(ran_, "");
}

TEST_F(AsyncCleanupRules, TheSamePairMayBeAddedTwice) {
  EXPECT_EQ(napi_add_async_cleanup_hook(env(), RemoveAtOnce, this, nullptr), napi_ok);
  EXPECT_EQ(napi_add_async_cleanup_hook(env(), RemoveAtOnce, this, nullptr), napi_ok);
  Teardown();
  EXPECT_EQ(ran_, "hh");
}

// cleanup/async-hook-double-remove

TEST_F(AsyncCleanupRules, AsyncHookDoubleRemove) {
  Breaks("cleanup/async-hook-double-remove");
  AddAsync(RemoveAtOnce);
  EXPECT_EQ(napi_remove_async_cleanup_hook(handle_), napi_ok);
  EXPECT_EQ(napi_remove_async_cleanup_hook(handle_), napi_invalid_arg);
  EXPECT_THAT(Reports(), ElementsAre("cleanup/async-hook-double-remove"));
}

TEST_F(AsyncCleanupRules, AHookThatRemovesBothHandlesRemovesOneTwice) {
  AddAsync([](napi_async_cleanup_hook_handle handle, void* data) {
    EXPECT_EQ(napi_remove_async_cleanup_hook(handle), napi_ok);
    EXPECT_EQ(napi_remove_async_cleanup_hook(Self(data).handle_), napi_invalid_arg);
  });
  Teardown();
  EXPECT_THAT(Reports(), ElementsAre("cleanup/async-hook-double-remove"));
}

TEST_F(AsyncCleanupRules, AHandleRemovedAfterTheEnvIsRemovedTwice) {
  AddAsync(RemoveAtOnce);
  End();
  EXPECT_EQ(napi_remove_async_cleanup_hook(handle_), napi_invalid_arg);
  EXPECT_THAT(Reports(), ElementsAre("cleanup/async-hook-double-remove"));
}

TEST_F(AsyncCleanupRules, ForgedAndOtherHandles) {
  EXPECT_EQ(napi_remove_async_cleanup_hook(Forged<napi_async_cleanup_hook_handle>()),
            napi_invalid_arg);
  EXPECT_EQ(napi_remove_async_cleanup_hook(reinterpret_cast<napi_async_cleanup_hook_handle>(env())),
            napi_invalid_arg);
  EXPECT_THAT(Reports(), ElementsAre("handle/forged", "handle/wrong-kind"));
}

// The handle's env is bound to its thread, and so is what the host keeps of the hook.
TEST_F(AsyncCleanupRules, AHandleIsRemovedOnTheThreadOfItsEnv) {
  AddAsync(RemoveAtOnce);
  std::thread([&] {
    EXPECT_EQ(napi_remove_async_cleanup_hook(handle_), napi_generic_failure);
  }).join();
  EXPECT_THAT(Reports(), ElementsAre("env/wrong-thread"));
  Teardown();
  EXPECT_EQ(ran_, "h");
}

// cleanup/async-hook-not-removed

TEST_F(AsyncCleanupRules, AsyncHookNotRemoved) {
  Breaks("cleanup/async-hook-not-removed");
  AddAsync([](napi_async_cleanup_hook_handle, void* data) { Self(data).ran_ += 'h'; });
  Teardown();
  EXPECT_EQ(ran_, "h");
  EXPECT_THAT(Reports(), ElementsAre("cleanup/async-hook-not-removed"));
}

TEST_F(AsyncCleanupRules, OneHookOfTwoIsNotRemoved) {
  napi_async_cleanup_hook_handle other = nullptr;
  ASSERT_EQ(napi_add_async_cleanup_hook(
                env(), [](napi_async_cleanup_hook_handle, void* data) { Self(data).ran_ += 'n'; },
                this, &other),
            napi_ok);
  AddAsync(RemoveAtOnce);
  Teardown();
  EXPECT_EQ(ran_, "hn");
  EXPECT_THAT(Reports(), ElementsAre("cleanup/async-hook-not-removed"));
}

TEST_F(AsyncCleanupRules, AHookMayEndWithTheWorkThatItQueues) {
  work_.extra = this;
  work_.on_complete = [](napi_env env, napi_status, TestWork& work) {
    auto& self = Self(work.extra);
    self.ran_ += 'c';
    EXPECT_EQ(napi_delete_async_work(env, work.handle), napi_ok);
    EXPECT_EQ(napi_remove_async_cleanup_hook(self.handle_), napi_ok);
  };
  Run([&](napi_env env) { ASSERT_EQ(work_.Create(env), napi_ok); });
  AddAsync([](napi_async_cleanup_hook_handle, void* data) {
    Self(data).ran_ += 'h';
    EXPECT_EQ(napi_queue_async_work(Self(data).env(), Self(data).work_.handle), napi_ok);
  });
  Teardown();
  EXPECT_EQ(ran_, "hc");
}

TEST_F(AsyncCleanupRules, AHookMayEndWithTheFinalizerOfAThreadSafeFunction) {
  AddAsync([](napi_async_cleanup_hook_handle, void* data) { Self(data).ran_ += 'h'; });
  Run([&](napi_env env) {
    napi_threadsafe_function function = nullptr;
    ASSERT_EQ(napi_create_threadsafe_function(
                  env, nullptr, nullptr, Text(env, "f"), 0, 1, this,
                  [](napi_env, void* data, void*) {
                    Self(data).ran_ += 'f';
                    EXPECT_EQ(napi_remove_async_cleanup_hook(Self(data).handle_), napi_ok);
                  },
                  nullptr, [](napi_env, napi_value, void*, void*) {}, &function),
              napi_ok);
    ASSERT_EQ(napi_unref_threadsafe_function(env, function), napi_ok);
  });
  Teardown();
  EXPECT_EQ(ran_, "hf");
}

// With a real loop: a thread does the cleaning up and wakes the loop, which removes the handle.
class AsyncCleanupThreads : public AsyncCleanupRules {
 public:
  AsyncCleanupThreads() : AsyncCleanupRules("node24", ExecutorKind::kUv) {}

  uv_async_t wakeup_;
  std::thread thread_;
};

TEST_F(AsyncCleanupThreads, AThreadMayWakeTheLoopThatRemovesTheHandle) {
  Run([&](napi_env env) {
    uv_loop_t* loop = nullptr;
    ASSERT_EQ(napi_get_uv_event_loop(env, &loop), napi_ok);
    wakeup_.data = this;
    ASSERT_EQ(
        uv_async_init(loop, &wakeup_,
                      [](uv_async_t* wakeup) {
                        auto& self = *static_cast<AsyncCleanupThreads*>(wakeup->data);
                        self.thread_.join();
                        uv_close(reinterpret_cast<uv_handle_t*>(wakeup), [](uv_handle_t* handle) {
                          auto& closed = *static_cast<AsyncCleanupThreads*>(handle->data);
                          closed.ran_ += 'r';
                          EXPECT_EQ(napi_remove_async_cleanup_hook(closed.handle_), napi_ok);
                        });
                      }),
        0);
  });
  AddAsync([](napi_async_cleanup_hook_handle, void* data) {
    auto& self = static_cast<AsyncCleanupThreads&>(Self(data));
    self.ran_ += 'h';
    self.thread_ = std::thread([&self] { uv_async_send(&self.wakeup_); });
  });
  Teardown();
  EXPECT_EQ(ran_, "hr");
}

}  // namespace
}  // namespace napisan
