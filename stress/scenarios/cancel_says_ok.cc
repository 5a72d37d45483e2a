// A profile in which every cancel is answered with ok, as OpenHarmony's guide has it: whether a
// work was cancelled, its complete alone tells.

#include "checker/checker.h"
#include "scenarios/scenario.h"

namespace napisan::stress {
namespace {

struct Work {
  Wrong* wrong = nullptr;
  napi_async_work handle = nullptr;
  std::atomic<int> executed{0};
  int completed = 0;
};

void Execute(napi_env, void* data) {
  static_cast<Work*>(data)->executed.fetch_add(1, std::memory_order_relaxed);
  Count(evidence->executed);
}

void Complete(napi_env env, napi_status status, void* data) {
  auto& work = *static_cast<Work*>(data);
  ++work.completed;
  int executed = work.executed.load(std::memory_order_relaxed);
  // What the cancel failed with is complete's status here, where the work has executed.
  work.wrong->Expect(executed == (status == napi_cancelled ? 0 : 1),
                     "a work's complete and its execute tell different things");
  work.wrong->Expect(napi_delete_async_work(env, work.handle) == napi_ok,
                     "a work cannot be deleted");
  if (status == napi_cancelled) Count(evidence->cancelled);
  Count(evidence->completed);
  Count(evidence->deleted);
}

}  // namespace

std::string RunCancelSaysOk() {
  Wrong wrong;
  Work works[2];
  HostOptions options;
  options.profile = "openharmony:cancel_status=guide";
  checker::SetProfile(*ParseProfile(options.profile));
  {
    HostAgent agent(options);
    HostAgent::ModuleRef module = 0;
    std::string error;
    if (!agent.Add("cancel_says_ok", nullptr, 8, module, error)) return error;
    agent.Run(module, [&](napi_env env) {
      for (Work& work : works) {
        work.wrong = &wrong;
        work.handle = NewWork(env, Execute, Complete, &work);
        wrong.Expect(napi_queue_async_work(env, work.handle) == napi_ok, "a work cannot be queued");
        Count(evidence->queued);
      }
      for (Work& work : works) {
        wrong.Expect(napi_cancel_async_work(env, work.handle) == napi_ok, "a cancel is refused");
      }
    });
    agent.RunLoop();
    agent.Teardown();
  }
  checker::SetProfile(kDefaultProfile);
  for (Work& work : works) wrong.Expect(work.completed == 1, "a work does not complete once");
  return wrong.Take();
}

}  // namespace napisan::stress
