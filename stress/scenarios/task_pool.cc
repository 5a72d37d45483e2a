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
      for (int i = 0; i < 3; ++i) pool.Execute(env, task);
      Count(evidence->queued);
    });
    stage.agent().Turn(false);
    stage.agent().Teardown();
  }
  Count(evidence->completed);
  return wrong.Take();
}

// A task waits for a pool thread that sleeps in its loop, for what an earlier task began there.
std::string RunTaskPoolBusy() {
  Wrong wrong;
  {
    Stage stage;
    HostTaskPool pool(stage.agent(), {.threads_max = 1, .start = StartThread});
    struct Shared {
      napi_async_work work = nullptr;
    } shared;
    HostTask begins([&](HostTaskScope& self) {
      shared.work = NewWork(
          self.env, [](napi_env, void*) { Count(evidence->executed); },
          [](napi_env env, napi_status, void* data) {
            napi_delete_async_work(env, static_cast<Shared*>(data)->work);
            Count(evidence->completed);
          },
          &shared);
      napi_queue_async_work(self.env, shared.work);
      Count(evidence->queued);
      return Number(self.env, 1);
    });
    HostTask follows([](HostTaskScope& self) { return Number(self.env, 2); });
    HostAgent::PromiseRef first = 0;
    HostAgent::PromiseRef second = 0;
    stage.Run([&](napi_env env) {
      first = stage.agent().Keep(env, pool.Execute(env, begins));
      second = stage.agent().Keep(env, pool.Execute(env, follows));
    });
    for (HostAgent::PromiseRef promise : {first, second}) {
      wrong.Expect(stage.agent().Await(promise, [](napi_env, napi_value) {}) == Settled::kFulfilled,
                   "a task's promise is not fulfilled");
    }
    pool.WaitIdle();
    stage.agent().Teardown();
  }
  return wrong.Take();
}

}  // namespace napisan::stress
