#include "cli/fuzz/run_input.h"

#include <optional>

#include "cli/fuzz/controlled.h"
#include "cli/fuzz/watch.h"
#include "host/module.h"

namespace napisan::cli::fuzz {

RunResult RunInput(const Subject& subject, const Input& input, Knowledge& knowledge,
                   Features& features, ProgramObserver& observer) {
  RunResult result;
  std::optional<ControlledSchedule> controlled;
  if (subject.executor->controlled) controlled.emplace(input.schedule);
  Schedule schedule(input.schedule);
  host::AgentOptions options;
  options.profile = subject.profile;
  options.gc = input.gc;
  // An exception is no finding, caught or not.
  options.on_uncaught = [](host::Agent&, host::Value) {};
  options.on_swallowed = [](host::Agent&) {};
  options.executor = [&](host::Agent& agent) { return subject.executor->make(agent, schedule); };
  host::Agent agent(std::move(options));
  host::Module module;
  observer.OnPhase("while it was loaded");
  if (!host::LoadModule(agent, subject.module, module, result.load_error)) {
    agent.Teardown();
    return result;
  }
  LearnExports(agent, module.exports, knowledge);
  SetFaults(input.faults);
  // It outlives the teardown, in which callbacks and reactions may still run.
  Program program(input, agent, module.exports, schedule, knowledge, features, observer);
  if (!program.Run()) agent.ForbidJs();
  observer.OnPhase("while its env was torn down");
  agent.Teardown();
  SetFaults({});
  result.tally = program.tally();
  result.choices_used = schedule.used();
  return result;
}

}  // namespace napisan::cli::fuzz
