// An agent is torn down with works that wait and execute, and a producer that is blocked in a full
// queue. Each work completes, hooks run newest first, the producer is told to go, and nothing is
// called afterwards.

#include <thread>

#include "scenarios/scenario.h"

namespace napisan::stress {
namespace {

// Of a producer, into a queue of one place.
constexpr int kCalls = 3;

constexpr int kWorks = 3;
constexpr int kHooks = 2;

class Scene final : public Tsfn::Receiver {
 public:
  void OnCall(napi_env, void*) override {
    wrong_.Expect(!torn_down_, "a call arrives when the env is gone");
  }

  std::string Run() {
    std::thread producer;
    {
      Stage stage;
      stage.Run([&](napi_env env) {
        for (Hook& hook : hooks_) {
          hook = {this, static_cast<int>(&hook - hooks_)};
          napi_add_env_cleanup_hook(env, OnHook, &hook);
        }
        for (Work& work : works_) {
          work.scene = this;
          work.handle = NewWork(env, Execute, Complete, &work);
          wrong_.Expect(napi_queue_async_work(env, work.handle) == napi_ok,
                        "a work cannot be queued");
          Count(evidence->queued);
        }
        tsfn_.Create(env, *this, 1, 1);
      });
      producer = std::thread([this] {
        for (int i = 0; i < kCalls; ++i) {
          napi_status status =
              napi_call_threadsafe_function(tsfn_.get(), nullptr, napi_tsfn_blocking);
          if (status != napi_ok) return;
        }
        napi_release_threadsafe_function(tsfn_.get(), napi_tsfn_release);
      });
      stage.agent().Turn(false);
      stage.agent().Teardown();
      torn_down_ = true;
      // Before the agent goes: its last users are threads that it does not know.
      producer.join();
    }
    for (Work& work : works_) {
      wrong_.Expect(work.completed == 1, "a work does not complete once");
    }
    wrong_.Expect(hooks_run_ == kHooks, "a hook does not run once");
    wrong_.Expect(tsfn_.finalized() == 1, "the function is not finalized once");
    return wrong_.Take();
  }

 private:
  struct Work {
    Scene* scene = nullptr;
    napi_async_work handle = nullptr;
    int completed = 0;
  };
  struct Hook {
    Scene* scene = nullptr;
    int number = 0;
  };

  static void Execute(napi_env, void*) { Count(evidence->executed); }
  static void Complete(napi_env env, napi_status, void* data) {
    auto& work = *static_cast<Work*>(data);
    ++work.completed;
    work.scene->wrong_.Expect(!work.scene->torn_down_, "a work completes when the env is gone");
    napi_delete_async_work(env, work.handle);
    Count(evidence->completed);
  }
  static void OnHook(void* data) {
    auto& hook = *static_cast<Hook*>(data);
    hook.scene->wrong_.Expect(hook.number == kHooks - 1 - hook.scene->hooks_run_++,
                              "hooks do not run newest first");
  }

  Wrong wrong_;
  Tsfn tsfn_;
  Work works_[kWorks];
  Hook hooks_[kHooks];
  int hooks_run_ = 0;
  bool torn_down_ = false;
};

}  // namespace

std::string RunTeardownUnderLoad() { return Scene().Run(); }

}  // namespace napisan::stress
