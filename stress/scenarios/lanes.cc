// OpenHarmony's queues of works: those with one task id execute one after the other, in the order
// of queueing, on whatever threads of the pool. One of them is cancelled meanwhile: it executes, or
// it completes as cancelled, and never both.

#include <mutex>

#include <napi/native_api.h>

#include "checker/checker.h"
#include "scenarios/scenario.h"

namespace napisan::stress {
namespace {

constexpr int kWorks = 4;
constexpr uintptr_t kTaskId = 7;

struct Scene;

struct Work {
  Scene* scene = nullptr;
  napi_async_work handle = nullptr;
  int number = 0;
  std::atomic<bool> executed{false};
  int completed = 0;
};

struct Scene {
  Wrong wrong;
  Work works[kWorks];
  std::mutex mutex;
  bool busy = false;
  int newest = -1;
};

void Execute(napi_env, void* data) {
  auto& work = *static_cast<Work*>(data);
  Scene& scene = *work.scene;
  {
    std::lock_guard lock(scene.mutex);
    scene.wrong.Expect(!scene.busy, "two works of one queue execute at the same time");
    scene.wrong.Expect(scene.newest < work.number, "works of one queue execute in another order");
    scene.busy = true;
    scene.newest = work.number;
  }
  work.executed.store(true, std::memory_order_relaxed);
  std::lock_guard lock(scene.mutex);
  scene.busy = false;
  Count(evidence->executed);
}

void Complete(napi_env env, napi_status status, void* data) {
  auto& work = *static_cast<Work*>(data);
  Wrong& wrong = work.scene->wrong;
  ++work.completed;
  bool executed = work.executed.load(std::memory_order_relaxed);
  wrong.Expect(executed == (status == napi_ok), executed
                                                    ? "a work that executed completes as cancelled"
                                                    : "a work completes that did not execute");
  wrong.Expect(napi_delete_async_work(env, work.handle) == napi_ok, "a work cannot be deleted");
  if (status == napi_cancelled) Count(evidence->cancelled);
  Count(evidence->completed);
  Count(evidence->deleted);
}

}  // namespace

std::string RunLanes() {
  Scene scene;
  HostOptions options;
  options.profile = "openharmony";
  checker::SetProfile(*ParseProfile(options.profile));
  {
    HostAgent agent(options);
    HostAgent::ModuleRef module = 0;
    std::string error;
    if (!agent.Add("lanes", nullptr, 8, module, error)) return error;
    agent.Run(module, [&](napi_env env) {
      for (Work& work : scene.works) {
        work.scene = &scene;
        work.number = static_cast<int>(&work - scene.works);
        work.handle = NewWork(env, Execute, Complete, &work);
        scene.wrong.Expect(napi_queue_async_work_with_queue(env, work.handle, napi_qos_default,
                                                            kTaskId) == napi_ok,
                           "a work cannot be queued");
        Count(evidence->queued);
      }
      napi_cancel_async_work(env, scene.works[2].handle);
    });
    agent.RunLoop();
    agent.Teardown();
  }
  checker::SetProfile(kDefaultProfile);
  for (Work& work : scene.works) {
    scene.wrong.Expect(work.completed == 1, "a work does not complete once");
  }
  return scene.wrong.Take();
}

}  // namespace napisan::stress
