// A process forks while works wait and execute. The child, which has one thread and touches
// nothing, ends; the parent's works complete.

#include <sys/wait.h>
#include <unistd.h>

#include "scenarios/scenario.h"

namespace napisan::stress {
namespace {

constexpr int kWorks = 2;
constexpr int kChildStatus = 7;

class Scene {
 public:
  std::string Run() {
    {
      Stage stage;
      stage.Run([&](napi_env env) {
        for (napi_async_work& work : works_) {
          work = NewWork(env, Execute, Complete, this);
          wrong_.Expect(napi_queue_async_work(env, work) == napi_ok, "a work cannot be queued");
          Count(evidence->queued);
        }
        pid_t child = fork();
        if (child == 0) _exit(kChildStatus);
        int status = 0;
        wrong_.Expect(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
                          WEXITSTATUS(status) == kChildStatus,
                      "the child does not end as it should");
        Count(evidence->forked);
      });
      stage.agent().RunLoop();
      for (napi_async_work work : works_) {
        stage.Run([&](napi_env env) { napi_delete_async_work(env, work); });
      }
      stage.agent().Teardown();
    }
    wrong_.Expect(completed_ == kWorks, "a work does not complete once");
    return wrong_.Take();
  }

 private:
  static void Execute(napi_env, void*) { Count(evidence->executed); }
  static void Complete(napi_env, napi_status, void* data) {
    ++static_cast<Scene*>(data)->completed_;
    Count(evidence->completed);
  }

  Wrong wrong_;
  napi_async_work works_[kWorks] = {};
  int completed_ = 0;
};

}  // namespace

std::string RunFork() { return Scene().Run(); }

}  // namespace napisan::stress
