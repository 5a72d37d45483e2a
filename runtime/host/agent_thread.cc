#include "host/agent_thread.h"

#include <utility>

#include "api/defect.h"

namespace napisan::host {

AgentThread::AgentThread(Plan plan) : plan_(std::move(plan)) {
  stopper_.ring = [](Wakeup&) {};
  stopper_.closed = [](Wakeup&) {};
  thread_ = std::thread([this] { Main(); });
}

AgentThread::~AgentThread() {
  Stop();
  Join();
}

void AgentThread::Stop() {
  std::lock_guard lock(mutex_);
  if (!ended_) stopped_ = true;
  if (agent_ != nullptr) {
    agent_->ForbidJs();
    if (!HAS_DEFECT(terminate_does_not_wake)) agent_->executor().Ring(stopper_);
  }
}

bool AgentThread::stopped() const {
  std::lock_guard lock(mutex_);
  return stopped_;
}

void AgentThread::Join() {
  if (thread_.joinable()) thread_.join();
}

void AgentThread::Main() {
  {
    Agent agent(plan_.options);
    agent.executor().Open(stopper_);
    agent.executor().SetReferenced(stopper_, false);
    {
      std::lock_guard lock(mutex_);
      agent_ = &agent;
      if (stopped_ && !HAS_DEFECT(terminate_before_the_start_is_lost)) agent.ForbidJs();
    }
    if (agent.can_run_js()) plan_.run(agent);
    {
      std::lock_guard lock(mutex_);
      if (!HAS_DEFECT(terminate_uses_an_ended_agent)) agent_ = nullptr;
      ended_ = true;
    }
    agent.executor().Close(stopper_);
    agent.Teardown();
    if (plan_.torn_down != nullptr) plan_.torn_down();
  }
  plan_.ended();
}

}  // namespace napisan::host
