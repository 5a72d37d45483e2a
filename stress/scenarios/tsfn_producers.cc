// Three producers call into a queue of one place. Whatever the order, all of their calls arrive,
// each producer's in its own order, and the function is finalized once, when all have let go of it.

#include <thread>

#include "scenarios/scenario.h"

namespace napisan::stress {
namespace {

constexpr int kProducers = 3;
constexpr int kCalls = 2;
constexpr int kQueueMax = 1;

struct Message {
  int producer;
  int number;
};

class Scene final : public Tsfn::Receiver {
 public:
  void OnCall(napi_env env, void* data) override {
    const auto& message = *static_cast<Message*>(data);
    outstanding_.fetch_sub(1, std::memory_order_relaxed);
    wrong_.Expect(env != nullptr, "a call is drained though nothing closed the function");
    wrong_.Expect(message.number == next_[message.producer]++,
                  "calls of one producer come in another order");
  }

  std::string Run() {
    {
      Stage stage;
      stage.Run([&](napi_env env) { tsfn_.Create(env, *this, kProducers, kQueueMax); });
      std::thread threads[kProducers];
      for (int i = 0; i < kProducers; ++i) threads[i] = std::thread([this, i] { Produce(i); });
      stage.agent().RunLoop();
      for (std::thread& thread : threads) thread.join();
      stage.agent().Teardown();
    }
    for (int next : next_) wrong_.Expect(next == kCalls, "calls are lost");
    wrong_.Expect(tsfn_.finalized() == 1, "the function is not finalized once");
    return wrong_.Take();
  }

 private:
  void Produce(int own) {
    for (int i = 0; i < kCalls; ++i) {
      messages_[own][i] = {own, i};
      wrong_.Expect(napi_call_threadsafe_function(tsfn_.get(), &messages_[own][i],
                                                  napi_tsfn_blocking) == napi_ok,
                    "a call is refused");
      // One in the queue, and one that was taken out and is about to be delivered.
      wrong_.Expect(outstanding_.fetch_add(1, std::memory_order_relaxed) < kQueueMax + 1,
                    "more is queued than the queue has room for");
    }
    wrong_.Expect(napi_release_threadsafe_function(tsfn_.get(), napi_tsfn_release) == napi_ok,
                  "a release is refused");
  }

  Wrong wrong_;
  Tsfn tsfn_;
  Message messages_[kProducers][kCalls];
  int next_[kProducers] = {};
  // Calls that were said to be queued and have not arrived.
  std::atomic<int> outstanding_{0};
};

}  // namespace

std::string RunTsfnProducers() { return Scene().Run(); }

}  // namespace napisan::stress
