// What every command that runs a module has in common: the options that say what to run, and the
// plan that comes of them.
#pragma once

#include "cli/check_command.h"
#include "cli/run.h"

namespace CLI {
class App;
}

namespace napisan::cli {

void AddProfileOption(CLI::App& app, std::string& profile);

// MODULE, --call, --script, --profile, --agent and --gc.
void AddPlanOptions(CLI::App& app, CheckOptions& options);

// False where something is missing or wrong that needs no run to be found; it has been told.
bool MakePlan(const CheckOptions& options, RunPlan& plan);

}  // namespace napisan::cli
