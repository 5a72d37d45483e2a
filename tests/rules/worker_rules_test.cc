// The checker and agents beyond the main one: it is silent on a correct program wherever a worker
// is terminated, judges leaks when the worker's own envs end, and knows whose env and values are
// whose.
#include <atomic>
#include <thread>

#include "../host/worker_scenario.h"
#include "napisan/task_pool.h"
#include "napisan/worker.h"
#include "rule_test.h"

namespace napisan {
namespace {

using testing::HasSubstr;
using ModuleRef = HostAgent::ModuleRef;

class WorkerRules : public RuleTest {
 public:
  explicit WorkerRules(const std::string& profile = "node24")
      : RuleTest(profile, ExecutorKind::kUv) {}

  // Runs body(env) in a worker, to its end.
  template <class Body>
  void RunInWorker(Body&& body) {
    HostWorker worker(agent(), [&](HostWorkerScope& self) {
      ModuleRef own = 0;
      std::string error;
      ASSERT_TRUE(self.agent().Add("worker_module", nullptr, 8, own, error)) << error;
      self.agent().Run(own, body);
    });
    agent().RunLoop();
    EXPECT_TRUE(worker.exited());
  }
};

class WorkerSweepRules : public WorkerRules, public testing::WithParamInterface<std::string> {
 public:
  WorkerSweepRules() : WorkerRules(GetParam()) {}
};

TEST_P(WorkerSweepRules, ACorrectWorkerIsNotReportedWhereverItIsTerminated) {
  bool functions = GetParam() != "openharmony";
  for (int i = 0; i < static_cast<int>(WorkerStep::kCount); ++i) {
    auto step = static_cast<WorkerStep>(i);
    bool of_functions = step == WorkerStep::kInCallJs || step == WorkerStep::kInMicrotask ||
                        step == WorkerStep::kOnProducer;
    if (of_functions && !functions) continue;
    SCOPED_TRACE("step " + std::to_string(i));
    WorkerScenario scenario(step, functions);
    EXPECT_GE(scenario.Run(agent(), module()), 0);
    scenario.Expect();
    EXPECT_THAT(Reports(), IsEmpty());
  }
}

TEST_P(WorkerSweepRules, ACorrectWorkerIsNotReportedWheneverItIsTerminated) {
  bool functions = GetParam() != "openharmony";
  for (int i = 0; i < Moments(); ++i) {
    SCOPED_TRACE("round " + std::to_string(i));
    WorkerScenario scenario(WorkerStep::kNone, functions);
    scenario.TerminateAfter(Moment(i));
    EXPECT_GE(scenario.Run(agent(), module()), 0);
    scenario.Expect();
    EXPECT_THAT(Reports(), IsEmpty());
  }
}

INSTANTIATE_TEST_SUITE_P(Profiles, WorkerSweepRules,
                         testing::Values("node20", "node24", "openharmony"),
                         [](const auto& profile) { return profile.param; });

TEST_F(WorkerRules, LeaksAreJudgedWhenTheWorkerEnds) {
  TestWork work;
  RunInWorker([&](napi_env env) { EXPECT_EQ(work.Create(env), napi_ok); });
  EXPECT_THAT(Reports(), ElementsAre("async-work/leaked"));
  EXPECT_THAT(LastJson(), HasSubstr("\"thread\":\"agent 2\""));
}

// A worker that is kept alive by its port and terminated after body(env) ran in it.
class TerminatedWorkerRules : public WorkerRules {
 public:
  template <class Body>
  void RunAndTerminate(Body&& body) {
    HostWorker worker(agent(), [&](HostWorkerScope& self) {
      ModuleRef own = 0;
      std::string error;
      ASSERT_TRUE(self.agent().Add("worker_module", nullptr, 8, own, error)) << error;
      self.OnMessage(own, [](napi_env, napi_value) {});
      self.agent().Run(own, [&](napi_env env) {
        body(env);
        EXPECT_TRUE(self.PostMessage(env, Number(env, 1)));
      });
    });
    worker.OnMessage(module(), [&](napi_env, napi_value) {
      worker.Terminate();
      gate_ = true;
    });
    agent().RunLoop();
    EXPECT_TRUE(worker.exited());
  }
  // A work that executes until the worker has been terminated.
  void Queue(napi_env env, TestWork& work) {
    work.extra = &gate_;
    work.on_execute = [](napi_env, TestWork& of) {
      while (!*static_cast<std::atomic<bool>*>(of.extra)) std::this_thread::yield();
    };
    EXPECT_EQ(work.Create(env), napi_ok);
    EXPECT_EQ(napi_queue_async_work(env, work.handle), napi_ok);
  }

 private:
  std::atomic<bool> gate_{false};
};

TEST_F(TerminatedWorkerRules, WhatAnIdleWorkerLeakedIsReported) {
  RunAndTerminate([](napi_env env) {
    napi_ref reference = nullptr;
    napi_deferred deferred = nullptr;
    napi_value promise = nullptr;
    EXPECT_EQ(napi_create_reference(env, Object(env), 1, &reference), napi_ok);
    EXPECT_EQ(napi_create_promise(env, &deferred, &promise), napi_ok);
  });
  EXPECT_THAT(Reports(),
              testing::UnorderedElementsAre("reference/leaked", "deferred/never-settled"));
}

// They may have waited for the work, whose complete had no JavaScript to give them back with.
TEST_F(TerminatedWorkerRules, WhatWasCutOffIsNotReported) {
  TestWork work;
  work.on_complete = [](napi_env env, napi_status status, TestWork& of) {
    EXPECT_EQ(status, napi_ok);
    EXPECT_EQ(napi_delete_async_work(env, of.handle), napi_ok);
  };
  RunAndTerminate([&](napi_env env) {
    napi_ref reference = nullptr;
    napi_deferred deferred = nullptr;
    napi_value promise = nullptr;
    EXPECT_EQ(napi_create_reference(env, Object(env), 1, &reference), napi_ok);
    EXPECT_EQ(napi_create_promise(env, &deferred, &promise), napi_ok);
    Queue(env, work);
  });
  EXPECT_EQ(work.completed, 1);
}

TEST_F(TerminatedWorkerRules, AThreadsafeFunctionInUseIsNotReported) {
  napi_threadsafe_function function = nullptr;
  RunAndTerminate([&](napi_env env) {
    auto call = [](napi_env, napi_value, void*, void*) {};
    EXPECT_EQ(napi_create_threadsafe_function(env, nullptr, nullptr, Text(env, "f"), 0, 1, nullptr,
                                              nullptr, nullptr, call, &function),
              napi_ok);
  });
  EXPECT_EQ(napi_call_threadsafe_function(function, nullptr, napi_tsfn_blocking), napi_closing);
}

// Its complete has run, and could have deleted it.
TEST_F(TerminatedWorkerRules, AWorkThatCompletedAndIsNotDeletedIsReported) {
  TestWork work;
  RunAndTerminate([&](napi_env env) { Queue(env, work); });
  EXPECT_EQ(work.completed, 1);
  EXPECT_THAT(Reports(), ElementsAre("async-work/leaked"));
}

TEST_F(WorkerRules, AnEnvOfAnotherAgentIsUsed) {
  napi_env main_env = nullptr;
  Run([&](napi_env env) { main_env = env; });
  RunInWorker([&](napi_env) {
    napi_value value = nullptr;
    EXPECT_EQ(napi_create_object(main_env, &value), napi_generic_failure);
  });
  EXPECT_THAT(Reports(), ElementsAre("env/wrong-thread"));
  EXPECT_THAT(LastJson(), HasSubstr("an env of main agent is used on agent 2"));
}

TEST_F(WorkerRules, AnEnvOfAWorkerThatHasEndedIsUsed) {
  napi_env worker_env = nullptr;
  RunInWorker([&](napi_env env) { worker_env = env; });
  napi_value value = nullptr;
  EXPECT_EQ(napi_create_object(worker_env, &value), napi_invalid_arg);
  EXPECT_THAT(Reports(), ElementsAre("env/use-after-teardown"));
}

TEST_F(WorkerRules, AValueOfAnotherAgentIsUsed) {
  Run([&](napi_env env) {
    napi_value value = Object(env);
    std::thread::id main = std::this_thread::get_id();
    HostWorker worker(agent(), [&](HostWorkerScope& self) {
      EXPECT_NE(std::this_thread::get_id(), main);
      ModuleRef own = 0;
      std::string error;
      ASSERT_TRUE(self.agent().Add("worker_module", nullptr, 8, own, error)) << error;
      self.agent().Run(own, [&](napi_env worker_env) {
        napi_valuetype type = napi_undefined;
        EXPECT_EQ(napi_typeof(worker_env, value, &type), napi_invalid_arg);
      });
    });
    // Within this call, while the value is good.
    while (!worker.exited() && CountReports().errors == 0) std::this_thread::yield();
  });
  EXPECT_THAT(Reports(), ElementsAre("env/cross-env-handle"));
}

// A thread that is told napi_closing must not use that function again; the next thread, which has
// taken over its identity, was told nothing.
TEST_F(WorkerRules, WhatAThreadWasToldIsNotHeldAgainstTheNext) {
  napi_threadsafe_function function = nullptr;
  Run([&](napi_env env) {
    auto call = [](napi_env, napi_value, void*, void*) {};
    EXPECT_EQ(napi_create_threadsafe_function(env, nullptr, nullptr, Text(env, "f"), 0, 3, nullptr,
                                              nullptr, nullptr, call, &function),
              napi_ok);
    EXPECT_EQ(napi_release_threadsafe_function(function, napi_tsfn_abort), napi_ok);
  });
  for (int i = 0; i < 2; ++i) {
    std::thread([&] {
      EXPECT_EQ(napi_call_threadsafe_function(function, nullptr, napi_tsfn_nonblocking),
                napi_closing);
    }).join();
  }
  agent().RunLoop();
}

TEST_F(WorkerRules, ACorrectTaskPoolIsNotReported) {
  for (bool idle : {true, false}) {
    // Before the pool: where it is not waited for, tasks run until it has ended.
    static TestWork works[20];
    std::atomic<int> next{0};
    HostTaskPool pool(
        agent(), {.threads_max = 2, .start = [](HostAgent& own, ModuleRef& at, std::string& error) {
                    return own.Add("pool_module", nullptr, 8, at, error);
                  }});
    HostTask task([&](HostTaskScope& self) {
      TestWork& work = works[next++];
      work = {};
      work.on_complete = [](napi_env env, napi_status, TestWork& of) {
        EXPECT_EQ(napi_delete_async_work(env, of.handle), napi_ok);
      };
      EXPECT_EQ(work.Create(self.env), napi_ok);
      EXPECT_EQ(napi_queue_async_work(self.env, work.handle), napi_ok);
      return self.arguments[0];
    });
    std::vector<HostAgent::PromiseRef> promises;
    Run([&](napi_env env) {
      for (int i = 0; i < 20; ++i) {
        promises.push_back(agent().Keep(env, pool.Execute(env, task, {Number(env, i)})));
      }
    });
    if (!idle) continue;
    for (int i = 0; i < 20; ++i) {
      EXPECT_EQ(agent().Await(promises[i],
                              [&](napi_env env, napi_value value) {
                                double number = 0;
                                EXPECT_EQ(napi_get_value_double(env, value, &number), napi_ok);
                                EXPECT_EQ(number, i);
                              }),
                Settled::kFulfilled);
    }
    pool.WaitIdle();
  }
}

TEST_F(WorkerRules, MessagesAreNotReported) {
  HostWorker worker(agent(), [](HostWorkerScope& self) {
    ModuleRef own = 0;
    std::string error;
    ASSERT_TRUE(self.agent().Add("worker_module", nullptr, 8, own, error)) << error;
    self.OnMessage(own, [&self](napi_env env, napi_value message) {
      EXPECT_TRUE(self.PostMessage(env, message));
      self.Close();
    });
  });
  double arrived = 0;
  worker.OnMessage(module(), [&](napi_env env, napi_value message) {
    EXPECT_EQ(napi_get_value_double(env, message, &arrived), napi_ok);
  });
  Run([&](napi_env env) {
    napi_value thrown = nullptr;
    napi_value symbol = nullptr;
    EXPECT_EQ(napi_create_symbol(env, nullptr, &symbol), napi_ok);
    EXPECT_FALSE(worker.PostMessage(env, symbol, {}, &thrown));
    napi_valuetype type = napi_undefined;
    EXPECT_EQ(napi_typeof(env, thrown, &type), napi_ok);
    EXPECT_EQ(type, napi_object);
    EXPECT_TRUE(worker.PostMessage(env, Number(env, 579)));
  });
  agent().RunLoop();
  EXPECT_EQ(arrived, 579);
}

}  // namespace
}  // namespace napisan
