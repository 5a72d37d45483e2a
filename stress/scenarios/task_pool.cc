// Task pools: tasks wait, run and are cancelled on threads with an agent each.

#include "napisan/task_pool.h"

#include "scenarios/scenario.h"

namespace napisan::stress {
namespace {

bool StartThread(HostAgent& agent, HostAgent::ModuleRef& module, std::string& error) {
  return agent.Add("task", nullptr, 9, module, error);
}

napi_value Number(napi_env env, int number) {
  napi_value value = nullptr;
  napi_create_int32(env, number, &value);
  return value;
}

}  // namespace

// Three tasks on two threads; one is cancelled at some time. Each promise settles: the cancelled
// one is rejected if and only if the cancel was said to have found it.
std::string RunTaskPool() {
  constexpr int kTasks = 3;
  Wrong wrong;
  bool found = false;
  {
    Stage stage;
    HostTaskPool pool(stage.agent(), {.threads_max = 2, .start = StartThread});
    std::atomic<int> ran{0};
    HostTask task([&](HostTaskScope& self) {
      ran.fetch_add(1, std::memory_order_relaxed);
      Count(evidence->executed);
      return Number(self.env, 1);
    });
    std::atomic<bool> ended{false};
    HostTask cancelled([&](HostTaskScope& self) {
      Count(evidence->executed);
      napi_value two = Number(self.env, 2);
      ended.store(true, std::memory_order_relaxed);
      return two;
    });
    HostAgent::PromiseRef promises[kTasks] = {};
    stage.Run([&](napi_env env) {
      for (int i = 0; i < kTasks; ++i) {
        promises[i] = stage.agent().Keep(env, pool.Execute(env, i == 1 ? cancelled : task));
        Count(evidence->queued);
      }
      found = pool.Cancel(cancelled);
      wrong.Expect(found || ended.load(std::memory_order_relaxed),
                   "a cancel does not find a task that has not ended");
    });
    for (int i = 0; i < kTasks; ++i) {
      Settled settled = stage.agent().Await(promises[i], [](napi_env, napi_value) {});
      bool rejected = i == 1 && found;
      wrong.Expect(settled == (rejected ? Settled::kRejected : Settled::kFulfilled),
                   rejected ? "a cancelled task's promise is not rejected"
                            : "a task's promise is not fulfilled");
      Count(evidence->completed);
    }
    pool.WaitIdle();
    wrong.Expect(ran.load(std::memory_order_relaxed) == kTasks - 1, "a task does not run once");
    stage.agent().Teardown();
  }
  return wrong.Take();
}

// A pool ends with its agent while tasks wait and run. Nobody waits for good.
std::string RunTaskPoolEnds() {
  Wrong wrong;
  {
    Stage stage;
    HostTaskPool pool(stage.agent(), {.threads_max = 2, .start = StartThread});
    HostTask task([](HostTaskScope& self) {
      Count(evidence->executed);
      return Number(self.env, 1);
    });
    stage.Run([&](napi_env env) {
      for (int i = 0; i < 3; ++i) {
        pool.Execute(env, task);
        Count(evidence->queued);
      }
    });
    stage.agent().Turn(false);
    stage.agent().Teardown();
  }
  return wrong.Take();
}

// A pool thread sleeps in its loop, which a thread-safe function of an earlier task keeps alive; a
// new task wakes it, and lets that function go.
std::string RunTaskPoolBusy() {
  class Nobody final : public Tsfn::Receiver {
   public:
    void OnCall(napi_env, void*) override {}
  } nobody;
  Wrong wrong;
  Tsfn tsfn;
  {
    Stage stage;
    HostTaskPool pool(stage.agent(), {.threads_max = 1, .start = StartThread});
    HostTask begins([&](HostTaskScope& self) {
      tsfn.Create(self.env, nobody, 1, 0);
      return Number(self.env, 1);
    });
    HostTask ends([&](HostTaskScope& self) {
      napi_release_threadsafe_function(tsfn.get(), napi_tsfn_release);
      return Number(self.env, 2);
    });
    for (const HostTask* task : {&begins, &ends}) {
      HostAgent::PromiseRef promise = 0;
      stage.Run([&](napi_env env) { promise = stage.agent().Keep(env, pool.Execute(env, *task)); });
      wrong.Expect(stage.agent().Await(promise, [](napi_env, napi_value) {}) == Settled::kFulfilled,
                   "a task's promise is not fulfilled");
      Count(evidence->executed);
    }
    pool.WaitIdle();
    stage.agent().Teardown();
  }
  wrong.Expect(tsfn.finalized() == 1, "the function is not finalized once");
  return wrong.Take();
}

}  // namespace napisan::stress
