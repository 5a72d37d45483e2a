// Three agents, each on a thread of its own, share libuv's pool. Each gets its own works'
// completions on its own thread.

#include <thread>

#include "scenarios/scenario.h"

namespace napisan::stress {
namespace {

constexpr int kAgents = 3;
constexpr int kWorks = 2;

class Agent {
 public:
  void Run() {
    Stage stage;
    own_ = std::this_thread::get_id();
    stage.Run([&](napi_env env) {
      for (Work& work : works_) {
        work.agent = this;
        work.handle = NewWork(env, Execute, Complete, &work);
        wrong_.Expect(napi_queue_async_work(env, work.handle) == napi_ok,
                      "a work cannot be queued");
        Count(evidence->queued);
      }
    });
    stage.agent().RunLoop();
    stage.agent().Teardown();
    wrong_.Expect(completed_ == kWorks, "a work does not complete once");
  }
  const Wrong& wrong() const { return wrong_; }

 private:
  struct Work {
    Agent* agent = nullptr;
    napi_async_work handle = nullptr;
  };
  static void Execute(napi_env, void* data) {
    auto& work = *static_cast<Work*>(data);
    work.agent->wrong_.Expect(std::this_thread::get_id() != work.agent->own_,
                              "a work executes on its agent's thread");
    Count(evidence->executed);
  }
  static void Complete(napi_env env, napi_status, void* data) {
    auto& work = *static_cast<Work*>(data);
    work.agent->wrong_.Expect(std::this_thread::get_id() == work.agent->own_,
                              "a work completes on another agent's thread");
    ++work.agent->completed_;
    napi_delete_async_work(env, work.handle);
    Count(evidence->completed);
  }

  Wrong wrong_;
  Work works_[kWorks];
  std::thread::id own_;
  int completed_ = 0;
};

}  // namespace

std::string RunManyAgents() {
  Agent agents[kAgents];
  std::thread threads[kAgents];
  for (int i = 0; i < kAgents; ++i) threads[i] = std::thread([&agents, i] { agents[i].Run(); });
  for (std::thread& thread : threads) thread.join();
  for (Agent& agent : agents) {
    if (std::string wrong = agent.wrong().Take(); !wrong.empty()) return wrong;
  }
  return "";
}

}  // namespace napisan::stress
