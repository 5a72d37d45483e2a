// Wake-ups coalesce, and calls do not: what a thread calls while the loop is already waking, or
// while an earlier call is being delivered, arrives without another call after it.

#include <thread>

#include "scenarios/scenario.h"

namespace napisan::stress {
namespace {

constexpr int kCalls = 3;

class Scene final : public Tsfn::Receiver {
 public:
  void OnCall(napi_env env, void*) override {
    if (++arrived_ != kCalls) return;
    // The last one: only now may the function go. Where it never comes, the loop does not end.
    if (env != nullptr) napi_release_threadsafe_function(tsfn_.get(), napi_tsfn_release);
  }

  std::string Run() {
    {
      Stage stage;
      stage.Run([&](napi_env env) { tsfn_.Create(env, *this, 1, 0); });
      std::thread thread([this] {
        for (int i = 0; i < kCalls; ++i) {
          wrong_.Expect(
              napi_call_threadsafe_function(tsfn_.get(), nullptr, napi_tsfn_nonblocking) == napi_ok,
              "a call is refused");
        }
      });
      stage.agent().RunLoop();
      thread.join();
      stage.agent().Teardown();
    }
    wrong_.Expect(arrived_ == kCalls, "calls are lost");
    wrong_.Expect(tsfn_.finalized() == 1, "the function is not finalized once");
    return wrong_.Take();
  }

 private:
  Wrong wrong_;
  Tsfn tsfn_;
  int arrived_ = 0;
};

}  // namespace

std::string RunCoalescedWakeups() { return Scene().Run(); }

}  // namespace napisan::stress
