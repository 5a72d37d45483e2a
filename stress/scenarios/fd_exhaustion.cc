// The process runs out of descriptors while works wait and execute. An agent that has its loop
// needs none: works complete, and a thread-safe function is made and called. What does need one,
// the loading of a module, fails with a line that says so. (A loop that cannot be made is the end
// of the process.)

#include <sys/resource.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "scenarios/scenario.h"

namespace napisan::stress {
namespace {

constexpr int kWorks = 2;

// While it lives the process gets no descriptor; those that it has stay good.
class NoDescriptors {
 public:
  NoDescriptors() {
    getrlimit(RLIMIT_NOFILE, &before_);
    // The lowest that is free is what the next one would be.
    int lowest = dup(STDERR_FILENO);
    if (lowest < 0) return;
    close(lowest);
    rlimit none = before_;
    none.rlim_cur = static_cast<rlim_t>(lowest);
    setrlimit(RLIMIT_NOFILE, &none);
    int another = dup(STDERR_FILENO);
    if (another >= 0) close(another);
    exhausted_ = another < 0;
  }
  ~NoDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;
  bool exhausted() const { return exhausted_; }

 private:
  rlimit before_{};
  bool exhausted_ = false;
};

class Scene final : public Tsfn::Receiver {
 public:
  void OnCall(napi_env, void*) override { ++called_; }

  std::string Run() {
    {
      Stage stage;
      // The first work makes the loop.
      stage.Run([&](napi_env env) { Queue(env, works_[0]); });
      NoDescriptors none;
      wrong_.Expect(none.exhausted(), "a descriptor is left");
      HostAgent::ModuleRef module = 0;
      std::string error;
      wrong_.Expect(!stage.agent().Load("/proc/self/exe", module, error) &&
                        error.find("Too many open files") != std::string::npos,
                    "a module that cannot be opened does not say why");
      stage.Run([&](napi_env env) {
        tsfn_.Create(env, *this, 1, 0);
        Queue(env, works_[1]);
      });
      std::thread producer([this] {
        wrong_.Expect(
            napi_call_threadsafe_function(tsfn_.get(), nullptr, napi_tsfn_blocking) == napi_ok,
            "a call is refused");
        napi_release_threadsafe_function(tsfn_.get(), napi_tsfn_release);
      });
      stage.agent().RunLoop();
      producer.join();
      stage.agent().Teardown();
    }
    wrong_.Expect(completed_ == kWorks, "a work does not complete once");
    wrong_.Expect(called_ == 1, "a call is lost");
    wrong_.Expect(tsfn_.finalized() == 1, "the function is not finalized once");
    return wrong_.Take();
  }

 private:
  struct Work {
    Scene* scene = nullptr;
    napi_async_work handle = nullptr;
  };
  void Queue(napi_env env, Work& work) {
    work.scene = this;
    work.handle = NewWork(env, Execute, Complete, &work);
    wrong_.Expect(napi_queue_async_work(env, work.handle) == napi_ok, "a work cannot be queued");
    Count(evidence->queued);
  }
  static void Execute(napi_env, void*) { Count(evidence->executed); }
  static void Complete(napi_env env, napi_status, void* data) {
    auto& work = *static_cast<Work*>(data);
    ++work.scene->completed_;
    napi_delete_async_work(env, work.handle);
    Count(evidence->completed);
  }

  Wrong wrong_;
  Tsfn tsfn_;
  Work works_[kWorks];
  int called_ = 0;
  int completed_ = 0;
};

}  // namespace

std::string RunFdExhaustion() { return Scene().Run(); }

}  // namespace napisan::stress
