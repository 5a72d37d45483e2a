// What a worker posted before its end arrives, and in order: when it closes at once, and when it is
// terminated while it posts.

#include "napisan/worker.h"

#include <chrono>
#include <thread>

#include "scenarios/scenario.h"

namespace napisan::stress {
namespace {

constexpr int kMessages = 3;

class Scene {
 public:
  // `end` is called once the worker is there, with how many it has posted so far.
  template <class End>
  std::string Run(bool all, End&& end) {
    int exits = 0;
    {
      Stage stage;
      HostWorker worker(stage.agent(), [this](HostWorkerScope& self) { Post(self); });
      worker.OnMessage(stage.module(), [this](napi_env env, napi_value message) {
        int32_t number = -1;
        napi_get_value_int32(env, message, &number);
        wrong_.Expect(number == received_++, "messages come in another order");
        Count(evidence->called);
      });
      worker.OnExit([&](int) {
        ++exits;
        wrong_.Expect(received_ == posted_.load(std::memory_order_relaxed),
                      "a worker's exit comes before its last message");
      });
      end(worker, posted_);
      stage.agent().RunLoop();
      stage.agent().Teardown();
    }
    wrong_.Expect(exits == 1, "a worker does not exit once");
    wrong_.Expect(!all || received_ == kMessages, "messages are lost");
    return wrong_.Take();
  }

 private:
  void Post(HostWorkerScope& self) {
    HostAgent::ModuleRef module = 0;
    std::string error;
    if (!self.agent().Add("posts", nullptr, 9, module, error)) return;
    self.agent().Run(module, [&](napi_env env) {
      for (int i = 0; i < kMessages; ++i) {
        napi_value message = nullptr;
        if (napi_create_int32(env, i, &message) != napi_ok) break;
        if (!self.PostMessage(env, message)) break;
        posted_.fetch_add(1, std::memory_order_relaxed);
      }
      self.Close();
    });
  }

  Wrong wrong_;
  std::atomic<int> posted_{0};
  int received_ = 0;
};

}  // namespace

std::string RunMessagesAndClose() {
  return Scene().Run(true, [](HostWorker&, const std::atomic<int>&) {});
}

std::string RunMessagesAndTerminate() {
  std::string wrong = Scene().Run(false, [](HostWorker& worker, const std::atomic<int>& posted) {
    // The usual schedule lets it post all of them; those near it wake the parent at each step.
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    int so_far = posted.load(std::memory_order_relaxed);
    if (so_far > 0 && so_far < kMessages) Count(evidence->interrupted);
    worker.Terminate();
  });
  Count(evidence->terminated);
  return wrong;
}

}  // namespace napisan::stress
