#include "cli/run.h"

#include <cstdio>
#include <memory>
#include <utility>

#include "cli/interpreter.h"
#include "cli/module_file.h"
#include "cli/run_agents.h"
#include "host/module.h"
#include "host/objects.h"

namespace napisan::cli {
namespace {

int RunInMain(const RunPlan& plan, host::Chooser* chooser, RunObserver& observer) {
  size_t uncaught = 0;
  host::AgentOptions options = OptionsOf(plan, observer, uncaught);
  if (chooser != nullptr) {
    options.executor = [chooser](host::Agent&) {
      return std::make_unique<host::SteppingExecutor>(*chooser);
    };
  }
  host::Agent agent(std::move(options));
  host::Module module;
  observer.OnStep("while it was loaded");
  std::string error;
  if (!plan.module.empty() && !host::LoadModule(agent, plan.module, module, error)) {
    observer.OnError(WithAdvice(error));
    agent.Teardown();
    return kUsage;
  }
  // It outlives the teardown, in which callbacks and reactions may still run.
  Interpreter interpreter(plan, agent, module.exports, observer);
  interpreter.RunAll();
  observer.OnStep("while the loop was turned");
  if (interpreter.loop_goes_on()) agent.Run();
  interpreter.Finish();
  observer.OnStep("while its env was torn down");
  agent.Teardown();
  int status = interpreter.status();
  return status == kOk && uncaught > 0 ? kFailed : status;
}

}  // namespace

host::AgentOptions OptionsOf(const RunPlan& plan, RunObserver& observer, size_t& uncaught) {
  host::AgentOptions options;
  options.profile = plan.profile;
  options.gc = plan.gc;
  options.on_uncaught = [&](host::Agent& agent, host::Value exception) {
    ++uncaught;
    observer.OnUncaught(host::Inspect(agent, exception));
  };
  return options;
}

int Complain(const std::string& text) {
  std::fprintf(stderr, "napisan: %s\n", text.c_str());
  return kUsage;
}

int RunModule(const RunPlan& plan, host::Chooser* chooser, RunObserver& observer) {
  switch (plan.agent) {
    case AgentKind::kMain:
      return RunInMain(plan, chooser, observer);
    case AgentKind::kWorker:
      return RunInWorker(plan, observer);
    case AgentKind::kTaskPool:
      return RunInTaskPool(plan, observer);
  }
  return kUsage;
}

}  // namespace napisan::cli
