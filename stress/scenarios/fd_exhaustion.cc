// The process runs out of descriptors. An agent that has its loop needs none: works complete, a
// thread-safe function is made and called, and the agent is torn down. What does need one, the
// loading of a module, fails with a line that says so. (A loop that cannot be made is the end of
// the process.)

#include <sys/resource.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "scenarios/scenario.h"

namespace napisan::stress {
namespace {

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

// A work, and a thread-safe function with a producer, from their making to their end.
class Use final : public Tsfn::Receiver {
 public:
  explicit Use(Wrong& wrong) : wrong_(wrong) {}

  void OnCall(napi_env, void*) override { ++called_; }

  void Run(Stage& stage) {
    stage.Run([&](napi_env env) {
      tsfn_.Create(env, *this, 1, 0);
      work_ = NewWork(env, Execute, Complete, this);
      wrong_.Expect(napi_queue_async_work(env, work_) == napi_ok, "a work cannot be queued");
      Count(evidence->queued);
    });
    std::thread producer([this] {
      wrong_.Expect(
          napi_call_threadsafe_function(tsfn_.get(), nullptr, napi_tsfn_blocking) == napi_ok,
          "a call is refused");
      napi_release_threadsafe_function(tsfn_.get(), napi_tsfn_release);
    });
    stage.agent().RunLoop();
    producer.join();
    wrong_.Expect(completed_ == 1, "a work does not complete once");
    wrong_.Expect(called_ == 1, "a call is lost");
    wrong_.Expect(tsfn_.finalized() == 1, "the function is not finalized once");
  }

 private:
  static void Execute(napi_env, void*) { Count(evidence->executed); }
  static void Complete(napi_env env, napi_status, void* data) {
    auto& use = *static_cast<Use*>(data);
    ++use.completed_;
    napi_delete_async_work(env, use.work_);
    Count(evidence->completed);
  }

  Wrong& wrong_;
  Tsfn tsfn_;
  napi_async_work work_ = nullptr;
  int called_ = 0;
  int completed_ = 0;
};

}  // namespace

std::string RunFdExhaustion() {
  Wrong wrong;
  {
    Stage stage;
    // The first makes the loop. UndefinedBehaviorSanitizer, too, looks at a class for the first
    // time through a pipe, and calls it no such class where it gets none: it has seen all of them
    // here.
    Use(wrong).Run(stage);
    NoDescriptors none;
    wrong.Expect(none.exhausted(), "a descriptor is left");
    HostAgent::ModuleRef module = 0;
    std::string error;
    wrong.Expect(!stage.agent().Load("/proc/self/exe", module, error) &&
                     error.find("Too many open files") != std::string::npos,
                 "a module that cannot be opened does not say why");
    Use(wrong).Run(stage);
    stage.agent().Teardown();
  }
  return wrong.Take();
}

}  // namespace napisan::stress
