// Producers that do not wait, into a queue of one place, and an abort from within the first call
// that arrives. A call is queued, or told that the queue is full, or told once that the function is
// closing; JavaScript is called no more, and what was queued is drained with a null env.

#include <thread>

#include "scenarios/scenario.h"

namespace napisan::stress {
namespace {

constexpr int kProducers = 2;
// Each at most, so that nobody has to be fair for the scenario to end.
constexpr int kCalls = 3;

class Scene final : public Tsfn::Receiver {
 public:
  void OnCall(napi_env env, void*) override {
    ++arrived_;
    if (env == nullptr) return;
    // One of the first calls finds the queue empty, so that this is reached.
    if (!wrong_.Expect(!aborted_, "JavaScript is called after the abort")) return;
    aborted_ = true;
    wrong_.Expect(napi_release_threadsafe_function(tsfn_.get(), napi_tsfn_abort) == napi_ok,
                  "an abort is refused");
  }

  std::string Run() {
    {
      Stage stage;
      // The agent's own, and the producers'.
      stage.Run([&](napi_env env) { tsfn_.Create(env, *this, kProducers + 1, 1); });
      std::thread threads[kProducers];
      for (std::thread& thread : threads) thread = std::thread([this] { Produce(); });
      stage.agent().RunLoop();
      for (std::thread& thread : threads) thread.join();
      stage.agent().Teardown();
    }
    wrong_.Expect(aborted_, "no call arrives");
    wrong_.Expect(arrived_ == queued_.load(std::memory_order_relaxed),
                  "what was said to be queued does not arrive once");
    wrong_.Expect(tsfn_.finalized() == 1, "the function is not finalized once");
    return wrong_.Take();
  }

 private:
  void Produce() {
    for (int i = 0; i < kCalls; ++i) {
      napi_status status = napi_call_threadsafe_function(tsfn_.get(), this, napi_tsfn_nonblocking);
      // Told so, it holds the function no more.
      if (status == napi_closing) return;
      if (status == napi_queue_full) continue;
      if (!wrong_.Expect(status == napi_ok, "a call is refused")) break;
      queued_.fetch_add(1, std::memory_order_relaxed);
    }
    wrong_.Expect(napi_release_threadsafe_function(tsfn_.get(), napi_tsfn_release) == napi_ok,
                  "a release is refused");
  }

  Wrong wrong_;
  Tsfn tsfn_;
  std::atomic<int> queued_{0};
  int arrived_ = 0;
  bool aborted_ = false;
};

}  // namespace

std::string RunTsfnNonblocking() { return Scene().Run(); }

}  // namespace napisan::stress
