// OpenHarmony's native threads turn their loop themselves, from within a call of their module's. A
// complete callback turns it again, which is ok and does nothing, and stops it; the next turn goes
// on where the first one ended. Nothing is lost in between, and nothing is delivered from within.

#include <thread>

#include <napi/native_api.h>

#include "checker/checker.h"
#include "scenarios/scenario.h"

namespace napisan::stress {
namespace {

constexpr int kWorks = 2;
constexpr int kCalls = 2;

class Scene final : public Tsfn::Receiver {
 public:
  void OnCall(napi_env env, void*) override {
    Delivery delivery(*this);
    ++called_;
    wrong_.Expect(napi_run_event_loop(env, napi_event_mode_nowait) == napi_ok,
                  "a loop that runs refuses to be run from within");
  }

  std::string Run() {
    HostOptions options;
    options.profile = "openharmony";
    options.native_thread = true;
    checker::SetProfile(*ParseProfile(options.profile));
    {
      Stage stage(options);
      std::thread producer;
      stage.Run([&](napi_env env) {
        // The producer's, and one that keeps the loop alive: nothing but the stop ends it.
        tsfn_.Create(env, *this, 2, 0);
        for (Work& work : works_) {
          work.scene = this;
          Queue(env, work);
        }
        producer = std::thread([this] { Produce(); });
        // Until the first completion stops it.
        RunLoop(env);
        wrong_.Expect(completed_ > 0, "a loop that is not stopped leaves its works");
        napi_release_threadsafe_function(tsfn_.get(), napi_tsfn_release);
        // The rest, also what was queued from within.
        RunLoop(env);
        wrong_.Expect(completed_ == kWorks + 1, "a work does not complete once");
        wrong_.Expect(called_ == kCalls, "calls are lost");
      });
      producer.join();
      stage.agent().Teardown();
    }
    checker::SetProfile(kDefaultProfile);
    wrong_.Expect(tsfn_.finalized() == 1, "the function is not finalized once");
    return wrong_.Take();
  }

 private:
  struct Work {
    Scene* scene = nullptr;
    napi_async_work handle = nullptr;
  };

  // While one callback of the loop's runs, no other does.
  class Delivery {
   public:
    explicit Delivery(Scene& scene) : scene_(scene) {
      scene_.wrong_.Expect(!scene_.delivering_, "a callback is called from within another");
      scene_.delivering_ = true;
    }
    ~Delivery() { scene_.delivering_ = false; }
    Delivery(const Delivery&) = delete;
    Delivery& operator=(const Delivery&) = delete;

   private:
    Scene& scene_;
  };

  void Queue(napi_env env, Work& work) {
    work.handle = NewWork(env, Execute, Complete, &work);
    wrong_.Expect(napi_queue_async_work(env, work.handle) == napi_ok, "a work cannot be queued");
    Count(evidence->queued);
  }
  void RunLoop(napi_env env) {
    wrong_.Expect(napi_run_event_loop(env, napi_event_mode_default) == napi_ok,
                  "a native thread's loop does not run");
  }
  void Produce() {
    for (int i = 0; i < kCalls; ++i) {
      wrong_.Expect(
          napi_call_threadsafe_function(tsfn_.get(), nullptr, napi_tsfn_blocking) == napi_ok,
          "a call is refused");
    }
    napi_release_threadsafe_function(tsfn_.get(), napi_tsfn_release);
  }

  static void Execute(napi_env, void*) { Count(evidence->executed); }
  static void Complete(napi_env env, napi_status, void* data) {
    auto& work = *static_cast<Work*>(data);
    Scene& scene = *work.scene;
    Delivery delivery(scene);
    napi_delete_async_work(env, work.handle);
    Count(evidence->completed);
    if (++scene.completed_ != 1) return;
    scene.Queue(env, work);
    scene.RunLoop(env);
    scene.wrong_.Expect(napi_stop_event_loop(env) == napi_ok, "a loop cannot be stopped");
  }

  Wrong wrong_;
  Tsfn tsfn_;
  Work works_[kWorks];
  int called_ = 0;
  int completed_ = 0;
  bool delivering_ = false;
};

}  // namespace

std::string RunNestedLoops() { return Scene().Run(); }

}  // namespace napisan::stress
