#include "cli/fuzz/run_input.h"

#include <optional>

#include "api/schedule_point.h"
#include "cli/fuzz/controlled.h"
#include "cli/fuzz/watch.h"
#include "host/agent_thread.h"
#include "host/module.h"

namespace napisan::cli::fuzz {
namespace {

host::AgentOptions OptionsOf(const Subject& subject, const Input& input, Schedule& schedule) {
  host::AgentOptions options;
  options.profile = subject.profile;
  options.gc = input.gc;
  // An exception is no finding, caught or not.
  options.on_uncaught = [](host::Agent&, host::Value) {};
  options.on_swallowed = [](host::Agent&) {};
  options.executor = [&](host::Agent& agent) { return subject.executor->make(agent, schedule); };
  return options;
}

// An input's life in an agent, on its thread. What the program gave away may call it until the
// agent is torn down, so that this outlives that.
class Life {
 public:
  Life(const Subject& subject, const Input& input, Knowledge& knowledge, Features& features,
       ProgramObserver& observer)
      : subject_(subject),
        input_(input),
        knowledge_(knowledge),
        features_(features),
        observer_(observer),
        schedule_(input.schedule) {}

  Schedule& schedule() { return schedule_; }

  // Up to its teardown.
  void Run(host::Agent& agent) {
    observer_.OnPhase("while it was loaded");
    if (!host::LoadModule(agent, subject_.module, module_, result_.load_error)) return;
    LearnExports(agent, module_.exports, knowledge_);
    SetFaults(input_.faults);
    program_.emplace(input_, agent, module_.exports, schedule_, knowledge_, features_, observer_);
    if (!program_->Run()) agent.ForbidJs();
    observer_.OnPhase("while its env was torn down");
  }
  // The agent is torn down, and still there.
  void End() {
    SetFaults({});
    if (program_) result_.tally = program_->tally();
    result_.choices_used = schedule_.used();
    program_.reset();
  }
  const RunResult& result() const { return result_; }

 private:
  const Subject& subject_;
  const Input& input_;
  Knowledge& knowledge_;
  Features& features_;
  ProgramObserver& observer_;
  Schedule schedule_;
  RunResult result_;
  host::Module module_;
  std::optional<Program> program_;
};

}  // namespace

RunResult RunInput(const Subject& subject, const Input& input, Knowledge& knowledge,
                   Features& features, ProgramObserver& observer) {
  std::optional<ControlledSchedule> controlled;
  if (subject.executor->controlled) controlled.emplace(input.schedule);
  Life life(subject, input, knowledge, features, observer);
  host::AgentOptions options = OptionsOf(subject, input, life.schedule());
  if (!input.worker) {
    host::Agent agent(std::move(options));
    life.Run(agent);
    agent.Teardown();
    life.End();
    return life.result();
  }
  host::AgentThread thread({.options = std::move(options),
                            .run = [&](host::Agent& agent) { life.Run(agent); },
                            .torn_down = [&] { life.End(); },
                            .ended = [] {}});
  // When that is only a schedule says; without one, no two runs would be alike.
  if (controlled && input.worker->stop_after != InWorker::kNever) {
    for (uint32_t i = 0; i < input.worker->stop_after; ++i) SchedulePoint("may stop the worker");
    thread.Stop();
  }
  thread.Join();
  return life.result();
}

}  // namespace napisan::cli::fuzz
