// Producers are blocked in a full queue, and one of them has acquired for itself, when the agent
// aborts the function. Each is told napi_closing, once; nothing that was said to be queued is lost
// from sight; and nobody sleeps for good.

#include <thread>

#include "scenarios/scenario.h"

namespace napisan::stress {
namespace {

constexpr int kProducers = 3;
// Each at most, so that nobody has to be fair for the scenario to end.
constexpr int kCalls = 3;

class Scene final : public Tsfn::Receiver {
 public:
  void OnCall(napi_env, void*) override { ++arrived_; }

  std::string Run() {
    {
      Stage stage;
      // The agent's own, and that of the first producer; the others acquire.
      stage.Run([&](napi_env env) { tsfn_.Create(env, *this, 2, 1); });
      std::thread threads[kProducers];
      threads[0] = std::thread([&] {
        for (int i = 1; i < kProducers; ++i) {
          if (napi_acquire_threadsafe_function(tsfn_.get()) != napi_ok) break;
          threads[i] = std::thread([this] { Produce(); });
        }
        Produce();
      });
      stage.agent().Turn(false);
      stage.Run([&](napi_env) {
        wrong_.Expect(napi_release_threadsafe_function(tsfn_.get(), napi_tsfn_abort) == napi_ok,
                      "an abort is refused");
      });
      stage.agent().RunLoop();
      for (std::thread& thread : threads) {
        if (thread.joinable()) thread.join();
      }
      stage.agent().Teardown();
    }
    wrong_.Expect(arrived_ == queued_.load(std::memory_order_relaxed),
                  "what was said to be queued does not arrive once");
    wrong_.Expect(tsfn_.finalized() == 1, "the function is not finalized once");
    return wrong_.Take();
  }

 private:
  void Produce() {
    for (int i = 0; i < kCalls; ++i) {
      napi_status status = napi_call_threadsafe_function(tsfn_.get(), this, napi_tsfn_blocking);
      if (status == napi_closing) return;
      if (!wrong_.Expect(status == napi_ok, "a call is refused")) return;
      queued_.fetch_add(1, std::memory_order_relaxed);
    }
    napi_release_threadsafe_function(tsfn_.get(), napi_tsfn_release);
  }

  Wrong wrong_;
  Tsfn tsfn_;
  std::atomic<int> queued_{0};
  int arrived_ = 0;
};

}  // namespace

std::string RunTsfnAbort() { return Scene().Run(); }

}  // namespace napisan::stress
