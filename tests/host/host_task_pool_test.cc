// Task pools: results, errors, priorities, cancelling, and what outlives a task.
#include "napisan/task_pool.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "host_test.h"

namespace napisan {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using ModuleRef = HostAgent::ModuleRef;

// A work of the module's that waits, and the callback that follows it: the guide's asyncWork(a, b,
// callback), with a gate in its execute.
struct SumWork {
  std::atomic<bool>* gate;
  double a, b;
  napi_ref callback;
  napi_async_work work;
};
std::atomic<bool> sum_gate{true};

napi_value AsyncSum(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value arguments[3];
  EXPECT_NAPI(napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr));
  auto* sum = new SumWork{&sum_gate, AsNumber(env, arguments[0]), AsNumber(env, arguments[1]),
                          nullptr, nullptr};
  EXPECT_NAPI(napi_create_reference(env, arguments[2], 1, &sum->callback));
  auto execute = [](napi_env, void* data) {
    while (!*static_cast<SumWork*>(data)->gate) std::this_thread::yield();
  };
  auto complete = [](napi_env in, napi_status, void* data) {
    auto* of = static_cast<SumWork*>(data);
    napi_value callback = nullptr;
    EXPECT_NAPI(napi_get_reference_value(in, of->callback, &callback));
    napi_value result = Number(in, of->a + of->b);
    napi_status called = napi_call_function(in, Undefined(in), callback, 1, &result, nullptr);
    EXPECT_TRUE(called == napi_ok || called == napi_pending_exception);
    EXPECT_NAPI(napi_delete_reference(in, of->callback));
    EXPECT_NAPI(napi_delete_async_work(in, of->work));
    delete of;
  };
  EXPECT_NAPI(
      napi_create_async_work(env, nullptr, Text(env, "sum"), execute, complete, sum, &sum->work));
  EXPECT_NAPI(napi_queue_async_work(env, sum->work));
  return nullptr;
}

// On a thread that may be stopped while it starts.
napi_value PoolInit(napi_env env, napi_value exports) {
  napi_value function = nullptr;
  napi_status status =
      napi_create_function(env, "asyncWork", NAPI_AUTO_LENGTH, AsyncSum, nullptr, &function);
  if (status == napi_ok) status = napi_set_named_property(env, exports, "asyncWork", function);
  EXPECT_TRUE(status == napi_ok || status == napi_pending_exception);
  return exports;
}

bool StartThread(HostAgent& own, ModuleRef& module, std::string& error) {
  return own.Add("pool_module", PoolInit, 8, module, error);
}

class HostTaskPools : public HostTest {
 protected:
  using Options = HostTaskPool::Options;

  HostAgent::PromiseRef Execute(HostTaskPool& pool, const HostTask& task,
                                const std::vector<double>& numbers = {},
                                HostTaskPriority priority = HostTaskPriority::kMedium) {
    HostAgent::PromiseRef kept = 0;
    Run([&](napi_env env) {
      std::vector<napi_value> arguments;
      for (double number : numbers) arguments.push_back(Number(env, number));
      kept = agent().Keep(env, pool.Execute(env, task, arguments, priority));
    });
    return kept;
  }
  // What the promise settles with, as text: "579", "Error: …".
  std::string Settle(HostAgent::PromiseRef promise) {
    std::string text = "(pending)";
    agent().Await(promise, [&](napi_env env, napi_value value) {
      napi_value string = nullptr;
      bool is_error = false;
      EXPECT_NAPI(napi_is_error(env, value, &is_error));
      std::string name = is_error ? AsText(env, Get(env, value, "name")) + ": " : "";
      if (is_error) value = Get(env, value, "message");
      EXPECT_NAPI(napi_coerce_to_string(env, value, &string));
      text = name + AsText(env, string);
    });
    return text;
  }
};

napi_value SumArguments(HostTaskScope& self) {
  double sum = 0;
  for (napi_value argument : self.arguments) sum += AsNumber(self.env, argument);
  return Number(self.env, sum);
}

TEST_F(HostTaskPools, ATaskRunsOnAnotherThreadAndResolves) {
  HostTaskPool pool(agent(), {.start = StartThread});
  std::thread::id on;
  HostTask task([&](HostTaskScope& self) {
    on = std::this_thread::get_id();
    return SumArguments(self);
  });
  EXPECT_EQ(Settle(Execute(pool, task, {123, 456})), "579");
  EXPECT_NE(on, std::this_thread::get_id());
  EXPECT_EQ(Settle(Execute(pool, task, {1})), "1");
}

TEST_F(HostTaskPools, NullIsUndefinedAndExceptionsReject) {
  HostTaskPool pool(agent(), {.start = StartThread});
  EXPECT_EQ(Settle(Execute(pool, HostTask([](HostTaskScope&) { return nullptr; }))), "undefined");
  HostTask throws([](HostTaskScope& self) -> napi_value {
    EXPECT_NAPI(napi_throw_error(self.env, nullptr, "bad"));
    return nullptr;
  });
  EXPECT_EQ(Settle(Execute(pool, throws)), "Error: bad");
  // The thread goes on.
  EXPECT_EQ(Settle(Execute(pool, HostTask(SumArguments), {2, 3})), "5");
}

TEST_F(HostTaskPools, ArgumentsAndResultsThatCannotBeClonedReject) {
  HostTaskPool pool(agent(), {.start = StartThread});
  HostTask gives([](HostTaskScope& self) {
    napi_value symbol = nullptr;
    EXPECT_NAPI(napi_create_symbol(self.env, Text(self.env, "s"), &symbol));
    return symbol;
  });
  EXPECT_EQ(Settle(Execute(pool, gives)), "DataCloneError: Symbol(s) could not be cloned.");
  HostAgent::PromiseRef kept = 0;
  Run([&](napi_env env) {
    napi_value symbol = nullptr;
    ASSERT_NAPI(napi_create_symbol(env, Text(env, "t"), &symbol));
    kept = agent().Keep(env, pool.Execute(env, gives, {symbol}));
  });
  EXPECT_EQ(Settle(kept), "DataCloneError: Symbol(t) could not be cloned.");
}

TEST_F(HostTaskPools, AThreadThatCannotStartRejectsItsTasks) {
  HostTaskPool pool(agent(), {.start = [](HostAgent& own, ModuleRef& module, std::string& error) {
                      return own.Load("no_such_module.node", module, error);
                    }});
  EXPECT_EQ(Settle(Execute(pool, HostTask(SumArguments))),
            "Error: cannot load no_such_module.node: no such file");
}

// The guide's: execute() settles when the function returns, the callback arrives later on the same
// thread, whose loop lives until then.
TEST_F(HostTaskPools, ExecuteSettlesBeforeTheNativeCallback) {
  HostTaskPool pool(agent(), {.start = StartThread});
  std::mutex mutex;
  std::vector<std::string> lines;
  std::thread::id received_on;
  std::thread::id called_on;
  struct Report {
    std::mutex& mutex;
    std::vector<std::string>& lines;
    std::thread::id& called_on;
  } report{mutex, lines, called_on};
  HostTask task([&](HostTaskScope& self) -> napi_value {
    received_on = std::this_thread::get_id();
    {
      std::lock_guard lock(mutex);
      lines.push_back("received 123, 456");
    }
    napi_value callback = Function(
        self.env,
        [](napi_env env, napi_callback_info info) -> napi_value {
          size_t count = 1;
          napi_value result = nullptr;
          void* data = nullptr;
          EXPECT_NAPI(napi_get_cb_info(env, info, &count, &result, nullptr, &data));
          auto& to = *static_cast<Report*>(data);
          to.called_on = std::this_thread::get_id();
          std::lock_guard lock(to.mutex);
          to.lines.push_back("result is " + std::to_string(int(AsNumber(env, result))));
          return nullptr;
        },
        &report);
    EXPECT_EQ(
        self.agent.Call(self.env, "asyncWork", {self.arguments[0], self.arguments[1], callback})
            .kind,
        CallResult::Kind::kReturned);
    return nullptr;
  });
  sum_gate = false;
  HostAgent::PromiseRef executed = Execute(pool, task, {123, 456});
  EXPECT_EQ(Settle(executed), "undefined");
  {
    std::lock_guard lock(mutex);
    lines.push_back("settled");
  }
  sum_gate = true;
  pool.WaitIdle();
  EXPECT_THAT(lines, ElementsAre("received 123, 456", "settled", "result is 579"));
  EXPECT_EQ(called_on, received_on);
}

TEST_F(HostTaskPools, AThreadTakesOtherTasksWhileAWorkIsInFlight) {
  HostTaskPool pool(agent(), {.threads_max = 1, .start = StartThread});
  HostTask starts([](HostTaskScope& self) -> napi_value {
    napi_value callback =
        Function(self.env, [](napi_env, napi_callback_info) -> napi_value { return nullptr; });
    self.agent.Call(self.env, "asyncWork", {Number(self.env, 1), Number(self.env, 2), callback});
    return nullptr;
  });
  sum_gate = false;
  EXPECT_EQ(Settle(Execute(pool, starts)), "undefined");
  EXPECT_EQ(Settle(Execute(pool, HostTask(SumArguments), {4, 5})), "9");
  sum_gate = true;
  pool.WaitIdle();
}

// A function that returns a promise: execute() follows it.
TEST_F(HostTaskPools, ATaskThatReturnsAPromiseSettlesWithIt) {
  HostTaskPool pool(agent(), {.threads_max = 1, .start = StartThread});
  struct Pending {
    napi_deferred deferred;
    napi_value (*settle)(napi_env env, napi_callback_info info);
  };
  auto promised = [](HostTaskScope& self) {
    auto* pending = new Pending{};
    napi_value promise = nullptr;
    EXPECT_NAPI(napi_create_promise(self.env, &pending->deferred, &promise));
    napi_value callback = Function(
        self.env,
        [](napi_env env, napi_callback_info info) -> napi_value {
          size_t count = 1;
          napi_value result = nullptr;
          void* data = nullptr;
          EXPECT_NAPI(napi_get_cb_info(env, info, &count, &result, nullptr, &data));
          auto* of = static_cast<Pending*>(data);
          bool odd = int(AsNumber(env, result)) % 2 != 0;
          EXPECT_NAPI(odd ? napi_reject_deferred(env, of->deferred, result)
                          : napi_resolve_deferred(env, of->deferred, result));
          delete of;
          return nullptr;
        },
        pending);
    self.agent.Call(self.env, "asyncWork", {self.arguments[0], self.arguments[1], callback});
    return promise;
  };
  HostAgent::PromiseRef even = Execute(pool, HostTask(promised), {1, 3});
  HostAgent::PromiseRef odd = Execute(pool, HostTask(promised), {1, 2});
  EXPECT_EQ(agent().Await(
                odd, [](napi_env env, napi_value value) { EXPECT_EQ(AsNumber(env, value), 3); }),
            Settled::kRejected);
  EXPECT_EQ(Settle(even), "4");
}

TEST_F(HostTaskPools, APromiseThatNothingCanSettleIsLeftPending) {
  HostTaskPool pool(agent(), {.threads_max = 1, .start = StartThread});
  HostTask task([](HostTaskScope& self) {
    napi_deferred deferred = nullptr;
    napi_value promise = nullptr;
    EXPECT_NAPI(napi_create_promise(self.env, &deferred, &promise));
    return promise;
  });
  EXPECT_EQ(Settle(Execute(pool, task)), "(pending)");
  EXPECT_EQ(Settle(Execute(pool, HostTask(SumArguments), {1, 1})), "2");
  pool.WaitIdle();
}

// --- Priorities ---

// Runs tasks of these priorities on one thread, all queued before the first, and says in which
// order they ran.
class HostTaskPriorities : public HostTaskPools {
 protected:
  std::string Order(const std::string& queued) {
    HostTaskPool pool(agent(), {.threads_max = 1, .start = StartThread});
    std::atomic<bool> gate{false};
    std::string order;
    Execute(pool, HostTask([&](HostTaskScope&) {
              while (!gate) std::this_thread::yield();
              return nullptr;
            }),
            {}, HostTaskPriority::kHigh);
    for (char letter : queued) {
      HostTask task([&order, letter](HostTaskScope&) {
        order += letter;
        return nullptr;
      });
      Execute(pool, task, {},
              letter == 'h'   ? HostTaskPriority::kHigh
              : letter == 'm' ? HostTaskPriority::kMedium
              : letter == 'l' ? HostTaskPriority::kLow
                              : HostTaskPriority::kIdle);
    }
    gate = true;
    pool.WaitIdle();
    agent().RunLoop();
    return order;
  }
};

TEST_F(HostTaskPriorities, TheHigherGoesFirst) { EXPECT_EQ(Order("ilmhh"), "hhmli"); }

// The gate's task is the first of the five high ones.
TEST_F(HostTaskPriorities, AfterFiveInARowTheNextHasItsTurn) {
  EXPECT_EQ(Order("hhhhhhhhhhml"), "hhhhmhhhhhlh");
  EXPECT_EQ(Order("mmmmmmml"), "mmmmmlmm");
}

TEST_F(HostTaskPriorities, IdleOnesRunWhenNothingElseWaits) {
  EXPECT_EQ(Order("iihhhhhhhml"), "hhhhmhhhlii");
}

// --- Cancel ---

TEST_F(HostTaskPools, CancelRejectsWhatWaitsAndItNeverRuns) {
  HostTaskPool pool(agent(), {.threads_max = 1, .start = StartThread});
  std::atomic<bool> gate{false};
  HostAgent::PromiseRef first = Execute(pool, HostTask([&](HostTaskScope&) {
                                          while (!gate) std::this_thread::yield();
                                          return nullptr;
                                        }));
  std::atomic<int> ran{0};
  HostTask task([&](HostTaskScope&) {
    ++ran;
    return nullptr;
  });
  HostAgent::PromiseRef waiting = Execute(pool, task);
  HostAgent::PromiseRef again = Execute(pool, task);
  Run([&](napi_env) {
    EXPECT_TRUE(pool.Cancel(task));
    EXPECT_FALSE(pool.Cancel(task));
  });
  EXPECT_EQ(Settle(waiting), "Error: taskpool:: task has been canceled");
  EXPECT_EQ(Settle(again), "Error: taskpool:: task has been canceled");
  gate = true;
  EXPECT_EQ(Settle(first), "undefined");
  EXPECT_EQ(ran, 0);
  EXPECT_EQ(Settle(Execute(pool, task)), "undefined");
  EXPECT_EQ(ran, 1);
  EXPECT_FALSE(pool.Cancel(task));
}

TEST_F(HostTaskPools, CancelOfARunningTaskShowsInsideAndRejectsWhenItReturns) {
  HostTaskPool pool(agent(), {.start = StartThread});
  std::atomic<bool> running{false};
  std::atomic<bool> saw{false};
  HostTask task([&](HostTaskScope& self) {
    EXPECT_FALSE(self.cancelled);
    running = true;
    while (!self.cancelled) std::this_thread::yield();
    saw = true;
    return Number(self.env, 1);
  });
  HostAgent::PromiseRef promise = Execute(pool, task);
  while (!running) std::this_thread::yield();
  EXPECT_TRUE(pool.Cancel(task));
  EXPECT_EQ(Settle(promise), "Error: taskpool:: task has been canceled");
  EXPECT_TRUE(saw);
}

// --- Ends ---

TEST_F(HostTaskPools, AnUncaughtExceptionOfAThreadIsTheAgents) {
  HostTaskPool pool(agent(), {.start = StartThread});
  HostTask task([](HostTaskScope& self) -> napi_value {
    napi_value callback = Function(self.env, [](napi_env env, napi_callback_info) -> napi_value {
      EXPECT_NAPI(napi_throw_range_error(env, nullptr, "late"));
      return nullptr;
    });
    self.agent.Call(self.env, "asyncWork", {Number(self.env, 1), Number(self.env, 2), callback});
    return nullptr;
  });
  EXPECT_EQ(Settle(Execute(pool, task)), "undefined");
  pool.WaitIdle();
  std::vector<std::string> uncaught = Uncaught();
  ASSERT_EQ(uncaught.size(), 1u);
  EXPECT_THAT(uncaught[0], testing::HasSubstr("RangeError: late"));
}

TEST_F(HostTaskPools, ManyTasksOnManyThreads) {
  HostTaskPool pool(agent(), {.threads_max = 4, .start = StartThread});
  HostTask task(SumArguments);
  std::vector<HostAgent::PromiseRef> promises;
  for (int i = 0; i < 200; ++i) promises.push_back(Execute(pool, task, {double(i), 1}));
  for (int i = 0; i < 200; ++i) EXPECT_EQ(Settle(promises[i]), std::to_string(i + 1));
}

TEST_F(HostTaskPools, ThePoolEndsWithTasksInEveryState) {
  for (bool by_agent : {false, true}) {
    SCOPED_TRACE(by_agent);
    std::atomic<bool> gate{false};
    std::atomic<bool> running{false};
    std::atomic<int> ran{0};
    sum_gate = false;
    std::thread opens;
    {
      HostTaskPool pool(agent(), {.threads_max = 2, .start = StartThread});
      HostTask works([](HostTaskScope& self) -> napi_value {
        napi_value callback =
            Function(self.env, [](napi_env, napi_callback_info) -> napi_value { return nullptr; });
        self.agent.Call(self.env, "asyncWork",
                        {Number(self.env, 1), Number(self.env, 2), callback});
        return nullptr;
      });
      EXPECT_EQ(Settle(Execute(pool, works)), "undefined");
      HostTask blocks([&](HostTaskScope& self) {
        running = true;
        while (!gate) std::this_thread::yield();
        return Number(self.env, 1);
      });
      Execute(pool, blocks);
      Execute(pool, blocks);
      HostTask never([&](HostTaskScope&) {
        ++ran;
        return nullptr;
      });
      for (int i = 0; i < 10; ++i) Execute(pool, never);
      while (!running) std::this_thread::yield();
      opens = std::thread([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        gate = true;
        sum_gate = true;
      });
      if (by_agent) agent().Teardown();
    }
    opens.join();
    EXPECT_EQ(ran, 0);
  }
}

}  // namespace
}  // namespace napisan
