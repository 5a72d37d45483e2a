// Three works on two threads or more: the second is cancelled at some time, the third is queued by
// the complete of the first. Whatever the order: each that was queued completes once, with what its
// cancel was answered, and executes if and only if it was not cancelled.

#include "scenarios/scenario.h"

namespace napisan::stress {
namespace {

struct Scene;

struct Work {
  Scene* scene = nullptr;
  napi_async_work handle = nullptr;
  bool queued = false;
  bool cancelled = false;
  std::atomic<int> executed{0};
  int completed = 0;
};

struct Scene {
  Wrong wrong;
  Work works[3];
};

void Execute(napi_env, void* data) {
  auto& work = *static_cast<Work*>(data);
  work.executed.fetch_add(1, std::memory_order_relaxed);
  Count(evidence->executed);
}

void Queue(napi_env env, Work& work) {
  work.queued = true;
  work.scene->wrong.Expect(napi_queue_async_work(env, work.handle) == napi_ok,
                           "a work cannot be queued");
  Count(evidence->queued);
}

void Complete(napi_env env, napi_status status, void* data) {
  auto& work = *static_cast<Work*>(data);
  Wrong& wrong = work.scene->wrong;
  int executed = work.executed.load(std::memory_order_relaxed);
  wrong.Expect(++work.completed == 1, "a work completes twice");
  wrong.Expect(status == (work.cancelled ? napi_cancelled : napi_ok),
               "a work completes with another status than its cancel was answered");
  wrong.Expect(executed == (work.cancelled ? 0 : 1),
               work.cancelled ? "a cancelled work executes" : "a work does not execute once");
  if (!work.cancelled) {
    wrong.Expect(napi_cancel_async_work(env, work.handle) == napi_generic_failure,
                 "a work that has executed can be cancelled");
  }
  if (&work == &work.scene->works[0]) Queue(env, work.scene->works[2]);
  wrong.Expect(napi_delete_async_work(env, work.handle) == napi_ok, "a work cannot be deleted");
  Count(evidence->completed);
  Count(evidence->deleted);
}

}  // namespace

std::string RunWorks() {
  Scene scene;
  HostAgent agent{HostOptions()};
  HostAgent::ModuleRef module = 0;
  std::string error;
  if (!agent.Add("works", nullptr, 9, module, error)) return error;
  agent.Run(module, [&](napi_env env) {
    for (Work& work : scene.works) {
      work.scene = &scene;
      work.handle = NewWork(env, Execute, Complete, &work);
    }
    Queue(env, scene.works[0]);
    Queue(env, scene.works[1]);
    Work& second = scene.works[1];
    second.cancelled = napi_cancel_async_work(env, second.handle) == napi_ok;
    if (second.cancelled) Count(evidence->cancelled);
  });
  agent.RunLoop();
  agent.Teardown();
  for (Work& work : scene.works) {
    scene.wrong.Expect(!work.queued || work.completed == 1, "a work never completes");
  }
  Count(evidence->agents);
  return scene.wrong.Take();
}

}  // namespace napisan::stress
