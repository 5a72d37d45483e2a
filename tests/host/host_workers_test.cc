// Workers: messages, errors, exits, and terminate() at every moment.
#include "napisan/worker.h"

#include <uv.h>

#include <atomic>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>

#include "host_test.h"
#include "napisan/task_pool.h"

namespace napisan {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using ModuleRef = HostAgent::ModuleRef;

// The module of a worker's own code; 0 where it is being stopped already.
ModuleRef AddModule(HostWorkerScope& self) {
  ModuleRef module = 0;
  std::string error;
  if (!self.agent().Add("worker_module", nullptr, 8, module, error)) {
    EXPECT_EQ(error, "the agent is being stopped");
  }
  return module;
}

class HostWorkers : public HostTest {
 protected:
  using HostTest::HostTest;

  void Post(HostWorker& worker, double number) {
    Run([&](napi_env env) { EXPECT_TRUE(worker.PostMessage(env, Number(env, number))); });
  }
  // Turns the loop until the worker has exited, and says with which code.
  int ExitCode(HostWorker& worker) {
    int exit_code = -1;
    worker.OnExit([&](int code) { exit_code = code; });
    agent().RunLoop();
    EXPECT_TRUE(worker.exited());
    return exit_code;
  }
  // What arrives from the worker, as numbers.
  void Collect(HostWorker& worker, std::vector<double>& numbers) {
    worker.OnMessage(module(), [&](napi_env env, napi_value message) {
      numbers.push_back(AsNumber(env, message));
    });
  }
};

TEST_F(HostWorkers, AWorkerWithNothingToDoExits) {
  std::thread::id on;
  HostWorker worker(agent(), [&](HostWorkerScope&) { on = std::this_thread::get_id(); });
  EXPECT_EQ(ExitCode(worker), 0);
  EXPECT_NE(on, std::this_thread::get_id());
}

TEST_F(HostWorkers, MessagesArriveInOrderBothWays) {
  HostWorker worker(agent(), [](HostWorkerScope& self) {
    ModuleRef own = AddModule(self);
    self.OnMessage(own, [&self](napi_env env, napi_value message) {
      EXPECT_TRUE(self.PostMessage(env, Number(env, 2 * AsNumber(env, message))));
      if (AsNumber(env, message) == 3) self.Close();
    });
  });
  std::vector<double> numbers;
  Collect(worker, numbers);
  for (double number : {1, 2, 3}) Post(worker, number);
  EXPECT_EQ(ExitCode(worker), 0);
  EXPECT_THAT(numbers, ElementsAre(2, 4, 6));
}

// The main agent posts long before the worker has set its handler.
TEST_F(HostWorkers, AMessagePostedBeforeOnMessageIsSetArrives) {
  std::atomic<bool> posted{false};
  HostWorker worker(agent(), [&](HostWorkerScope& self) {
    while (!posted) std::this_thread::yield();
    ModuleRef own = AddModule(self);
    self.agent().Turn(false);
    self.OnMessage(own, [&self](napi_env env, napi_value message) {
      EXPECT_TRUE(self.PostMessage(env, message));
      self.Close();
    });
  });
  Post(worker, 579);
  posted = true;
  std::vector<double> numbers;
  Collect(worker, numbers);
  EXPECT_EQ(ExitCode(worker), 0);
  EXPECT_THAT(numbers, ElementsAre(579));
}

// The worker has posted and ended before the main agent sets its handler.
TEST_F(HostWorkers, AMessageOfAWorkerThatHasEndedArrives) {
  std::vector<double> numbers;
  HostWorker worker(agent(), [](HostWorkerScope& self) {
    self.agent().Run(AddModule(self),
                     [&](napi_env env) { EXPECT_TRUE(self.PostMessage(env, Number(env, 1))); });
  });
  worker.OnExit([&](int) { EXPECT_THAT(numbers, ElementsAre(1)); });
  Collect(worker, numbers);
  agent().RunLoop();
  EXPECT_THAT(numbers, ElementsAre(1));
}

TEST_F(HostWorkers, MicrotasksRunBetweenTwoMessages) {
  std::string order;
  HostWorker worker(agent(), [&](HostWorkerScope& self) {
    ModuleRef own = AddModule(self);
    self.OnMessage(own, [&](napi_env env, napi_value) {
      order += 'm';
      napi_deferred deferred = nullptr;
      napi_value promise = nullptr;
      napi_value result = nullptr;
      ASSERT_NAPI(napi_create_promise(env, &deferred, &promise));
      napi_value then = Function(
          env,
          [](napi_env in, napi_callback_info info) -> napi_value {
            void* data = nullptr;
            EXPECT_NAPI(napi_get_cb_info(in, info, nullptr, nullptr, nullptr, &data));
            *static_cast<std::string*>(data) += 't';
            return nullptr;
          },
          &order);
      ASSERT_NAPI(napi_call_function(env, promise, Get(env, promise, "then"), 1, &then, &result));
      ASSERT_NAPI(napi_resolve_deferred(env, deferred, Undefined(env)));
      if (order.size() > 2) self.Close();
    });
  });
  Post(worker, 1);
  Post(worker, 2);
  EXPECT_EQ(ExitCode(worker), 0);
  EXPECT_EQ(order, "mtmt");
}

TEST_F(HostWorkers, WhatCannotBeClonedIsADataCloneErrorAndNothingArrives) {
  HostWorker worker(agent(), [](HostWorkerScope& self) {
    ModuleRef own = AddModule(self);
    self.OnMessage(own, [&self](napi_env env, napi_value) {
      napi_value thrown = nullptr;
      napi_value function =
          Function(env, [](napi_env, napi_callback_info) -> napi_value { return nullptr; });
      EXPECT_FALSE(self.PostMessage(env, function, {}, &thrown));
      EXPECT_TRUE(self.PostMessage(env, Get(env, thrown, "code")));
      self.Close();
    });
  });
  Run([&](napi_env env) {
    napi_value symbol = nullptr;
    ASSERT_NAPI(napi_create_symbol(env, nullptr, &symbol));
    napi_value thrown = nullptr;
    EXPECT_FALSE(worker.PostMessage(env, symbol, {}, &thrown));
    EXPECT_EQ(AsText(env, Get(env, thrown, "name")), "DataCloneError");
    EXPECT_FALSE(worker.PostMessage(env, symbol));
    EXPECT_TRUE(worker.PostMessage(env, Undefined(env)));
  });
  std::vector<double> numbers;
  Collect(worker, numbers);
  EXPECT_EQ(ExitCode(worker), 0);
  EXPECT_THAT(numbers, ElementsAre(25));
}

TEST_F(HostWorkers, ATransferredBufferChangesHands) {
  std::string arrived;
  HostWorker worker(agent(), [&](HostWorkerScope& self) {
    ModuleRef own = AddModule(self);
    self.OnMessage(own, [&](napi_env env, napi_value message) {
      void* data = nullptr;
      size_t length = 0;
      ASSERT_NAPI(napi_get_arraybuffer_info(env, message, &data, &length));
      arrived.assign(static_cast<char*>(data), length);
      self.Close();
    });
  });
  Run([&](napi_env env) {
    void* data = nullptr;
    napi_value buffer = nullptr;
    ASSERT_NAPI(napi_create_arraybuffer(env, 5, &data, &buffer));
    std::memcpy(data, "moved", 5);
    EXPECT_TRUE(worker.PostMessage(env, buffer, {buffer}));
    bool detached = false;
    ASSERT_NAPI(napi_is_detached_arraybuffer(env, buffer, &detached));
    EXPECT_TRUE(detached);
  });
  EXPECT_EQ(ExitCode(worker), 0);
  EXPECT_EQ(arrived, "moved");
}

TEST_F(HostWorkers, AFloodArrivesCompletely) {
  constexpr int kMessages = 5000;
  HostWorker worker(agent(), [](HostWorkerScope& self) {
    ModuleRef own = AddModule(self);
    self.OnMessage(own, [&self](napi_env env, napi_value message) {
      EXPECT_TRUE(self.PostMessage(env, message));
      if (AsNumber(env, message) == kMessages - 1) self.Close();
    });
  });
  std::vector<double> numbers;
  Collect(worker, numbers);
  for (int i = 0; i < kMessages; ++i) Post(worker, i);
  EXPECT_EQ(ExitCode(worker), 0);
  ASSERT_EQ(numbers.size(), size_t{kMessages});
  for (int i = 0; i < kMessages; ++i) ASSERT_EQ(numbers[i], i);
}

// --- Exceptions ---

void ThrowInLoop(HostWorkerScope& self) {
  ModuleRef own = AddModule(self);
  self.OnMessage(own, [](napi_env env, napi_value) {
    EXPECT_NAPI(napi_throw_type_error(env, nullptr, "bad"));
  });
}

TEST_F(HostWorkers, AnUncaughtExceptionEndsTheWorkerAndIsToldFirst) {
  HostWorker worker(agent(), ThrowInLoop);
  std::string told;
  worker.OnError(module(), [&](napi_env env, napi_value error) {
    EXPECT_FALSE(worker.exited());
    told = AsText(env, Get(env, error, "name")) + " " + AsText(env, Get(env, error, "message"));
  });
  Post(worker, 1);
  Post(worker, 2);
  EXPECT_EQ(ExitCode(worker), 1);
  EXPECT_EQ(told, "TypeError bad");
}

TEST_F(HostWorkers, WithoutAHandlerItIsTheParentsUncaughtException) {
  HostWorker worker(agent(), ThrowInLoop);
  Post(worker, 1);
  EXPECT_EQ(ExitCode(worker), 1);
  std::vector<std::string> uncaught = Uncaught();
  ASSERT_EQ(uncaught.size(), 1u);
  EXPECT_THAT(uncaught[0], testing::HasSubstr("TypeError: bad"));
}

TEST_F(HostWorkers, AnExceptionThatCannotBeClonedIsToldAsText) {
  HostWorker worker(agent(), [](HostWorkerScope& self) {
    self.agent().Run(AddModule(self), [](napi_env env) {
      napi_value symbol = nullptr;
      ASSERT_NAPI(napi_create_symbol(env, Text(env, "odd"), &symbol));
      EXPECT_NAPI(napi_throw(env, symbol));
    });
  });
  std::string told;
  worker.OnError(module(), [&](napi_env env, napi_value error) {
    told = AsText(env, Get(env, error, "message"));
  });
  EXPECT_EQ(ExitCode(worker), 1);
  EXPECT_EQ(told, "Symbol(odd)");
}

// --- Terminate ---

void Listen(HostWorkerScope& self) {
  ModuleRef own = AddModule(self);
  self.OnMessage(own, [&self](napi_env env, napi_value message) {
    // False where it is terminated meanwhile: then nobody waits for it.
    (void)self.PostMessage(env, message);
  });
}

TEST_F(HostWorkers, TerminateInsideOnMessageAsInTheGuide) {
  HostWorker worker(agent(), Listen);
  std::vector<double> numbers;
  worker.OnMessage(module(), [&](napi_env env, napi_value message) {
    numbers.push_back(AsNumber(env, message));
    worker.Terminate();
  });
  Post(worker, 579);
  EXPECT_EQ(ExitCode(worker), 1);
  EXPECT_THAT(numbers, ElementsAre(579));
}

TEST_F(HostWorkers, TerminateBeforeItBeganAndTwice) {
  for (int i = 0; i < 50; ++i) {
    HostWorker worker(agent(), Listen);
    worker.Terminate();
    worker.Terminate();
    EXPECT_EQ(ExitCode(worker), 1);
    worker.Terminate();
    Post(worker, 1);
  }
}

TEST_F(HostWorkers, TerminateFromAnotherThread) {
  HostWorker worker(agent(), Listen);
  std::thread other([&] { worker.Terminate(); });
  EXPECT_EQ(ExitCode(worker), 1);
  other.join();
}

TEST_F(HostWorkers, TerminateWhileACallbackRunsForbidsJavaScriptAtOnce) {
  std::atomic<bool> running{false};
  std::atomic<bool> terminated{false};
  HostWorker worker(agent(), [&](HostWorkerScope& self) {
    ModuleRef own = AddModule(self);
    self.agent().Run(own, [&](napi_env env) {
      running = true;
      while (!terminated) std::this_thread::yield();
      napi_value object = Object(env);
      EXPECT_EQ(napi_set_named_property(env, object, "a", object), napi_pending_exception);
      bool pending = true;
      EXPECT_NAPI(napi_is_exception_pending(env, &pending));
      EXPECT_FALSE(pending);
      EXPECT_FALSE(self.PostMessage(env, object));
      EXPECT_EQ(self.agent().Call(env, "none").kind, CallResult::Kind::kStopped);
    });
    EXPECT_FALSE(self.agent().Run(own, [](napi_env) { FAIL(); }));
    std::string error;
    EXPECT_FALSE(self.agent().Add("late", nullptr, 8, own, error));
    EXPECT_EQ(error, "the agent is being stopped");
    self.agent().RunLoop();
  });
  while (!running) std::this_thread::yield();
  worker.Terminate();
  terminated = true;
  EXPECT_EQ(ExitCode(worker), 1);
}

// Its code goes on until it looks: nothing that it asks for may do harm.
TEST_F(HostWorkers, CodeThatGoesOnAfterTerminateDoesNoHarm) {
  std::atomic<bool> running{false};
  std::atomic<bool> terminated{false};
  HostWorker worker(agent(), [&](HostWorkerScope& self) {
    running = true;
    while (!terminated) std::this_thread::yield();
    ModuleRef module = 0;
    std::string error;
    EXPECT_FALSE(self.agent().Add("late", nullptr, 8, module, error));
    EXPECT_FALSE(self.agent().Run(module, [](napi_env) { FAIL(); }));
    self.OnMessage(module, [](napi_env, napi_value) { FAIL(); });
    EXPECT_EQ(self.agent().Await(0, [](napi_env, napi_value) { FAIL(); }), Settled::kPending);
    HostWorker inner(self.agent(), [](HostWorkerScope& deep) { deep.agent().RunLoop(); });
    inner.OnMessage(module, [](napi_env, napi_value) { FAIL(); });
    HostTaskPool pool(self.agent(), {.start = [](HostAgent&, ModuleRef&, std::string&) {
                        ADD_FAILURE();
                        return false;
                      }});
    pool.WaitIdle();
    self.agent().RunLoop();
    self.Close();
  });
  while (!running) std::this_thread::yield();
  worker.Terminate();
  terminated = true;
  EXPECT_EQ(ExitCode(worker), 1);
}

TEST_F(HostWorkers, AParentThatIsTornDownTerminatesItsWorkers) {
  int hooks = 0;
  HostWorker first(agent(), Listen);
  HostWorker second(agent(), [&](HostWorkerScope& self) {
    self.agent().Run(AddModule(self), [&](napi_env env) {
      EXPECT_NAPI(napi_add_env_cleanup_hook(
          env, [](void* data) { ++*static_cast<int*>(data); }, &hooks));
    });
    Listen(self);
  });
  first.OnExit([](int) { FAIL() << "the parent runs no JavaScript any more"; });
  // So that it has begun.
  Run([&](napi_env env) { EXPECT_TRUE(second.PostMessage(env, Undefined(env))); });
  bool answered = false;
  second.OnMessage(module(), [&](napi_env, napi_value) { answered = true; });
  while (!answered) agent().Turn();
  agent().Teardown();
  EXPECT_TRUE(first.exited());
  EXPECT_TRUE(second.exited());
  EXPECT_EQ(hooks, 1);
  first.Terminate();
}

TEST_F(HostWorkers, AWorkerHasWorkersOfItsOwn) {
  std::vector<double> numbers;
  HostWorker worker(agent(), [](HostWorkerScope& self) {
    ModuleRef own = AddModule(self);
    HostWorker inner(self.agent(), [](HostWorkerScope& deep) {
      deep.agent().Run(AddModule(deep),
                       [&](napi_env env) { EXPECT_TRUE(deep.PostMessage(env, Number(env, 7))); });
    });
    inner.OnMessage(own, [&](napi_env env, napi_value message) {
      EXPECT_TRUE(self.PostMessage(env, message));
    });
    self.agent().RunLoop();
    EXPECT_TRUE(inner.exited());
  });
  Collect(worker, numbers);
  EXPECT_EQ(ExitCode(worker), 0);
  EXPECT_THAT(numbers, ElementsAre(7));
}

TEST_F(HostWorkers, TerminatingAWorkerTerminatesItsOwn) {
  std::atomic<bool> begun{false};
  std::unique_ptr<HostWorker> inner;
  HostWorker worker(agent(), [&](HostWorkerScope& self) {
    inner = std::make_unique<HostWorker>(self.agent(), [&](HostWorkerScope& deep) {
      Listen(deep);
      begun = true;
    });
    self.agent().RunLoop();
    EXPECT_FALSE(inner->exited());
  });
  while (!begun) std::this_thread::yield();
  worker.Terminate();
  EXPECT_EQ(ExitCode(worker), 1);
  EXPECT_TRUE(inner->exited());
}

TEST_F(HostWorkers, AnUnreferencedWorkerDoesNotKeepTheLoopAlive) {
  HostWorker worker(agent(), Listen);
  worker.SetReferenced(false);
  agent().RunLoop();
  EXPECT_FALSE(worker.exited());
}

TEST_F(HostWorkers, OneIsDestroyedInItsOwnHandler) {
  auto worker = std::make_unique<HostWorker>(agent(), Listen);
  int messages = 0;
  worker->OnMessage(module(), [&](napi_env, napi_value) {
    ++messages;
    worker.reset();
  });
  Post(*worker, 1);
  Post(*worker, 2);
  agent().RunLoop();
  EXPECT_EQ(messages, 1);
}

// --- Promises ---

TEST_F(HostWorkers, AwaitInsideAWorkerEndsWhenItIsTerminated) {
  std::atomic<bool> waiting{false};
  HostWorker worker(agent(), [&](HostWorkerScope& self) {
    Listen(self);
    ModuleRef own = AddModule(self);
    HostAgent::PromiseRef kept = 0;
    napi_deferred deferred = nullptr;
    self.agent().Run(own, [&](napi_env env) {
      napi_value promise = nullptr;
      ASSERT_NAPI(napi_create_promise(env, &deferred, &promise));
      kept = self.agent().Keep(env, promise);
    });
    waiting = true;
    EXPECT_EQ(self.agent().Await(kept, [](napi_env, napi_value) { FAIL(); }), Settled::kPending);
  });
  while (!waiting) std::this_thread::yield();
  worker.Terminate();
  EXPECT_EQ(ExitCode(worker), 1);
}

}  // namespace
}  // namespace napisan
