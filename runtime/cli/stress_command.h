// napisan stress: a module and its calls, under one schedule after another.
#pragma once

#include <string>

#include "cli/check_command.h"
#include "explore/command.h"

namespace CLI {
class App;
}

namespace napisan::cli {

struct StressOptions {
  // Of these the module, the calls, the script, the profile, the agent and gc.
  CheckOptions check;
  explore::CommandOptions explore;
  // What the calls give must be the same under each schedule.
  bool same_results = false;
};

CLI::App* AddStress(CLI::App& app, StressOptions& options);
// The exit status.
int Stress(StressOptions& options);

}  // namespace napisan::cli
