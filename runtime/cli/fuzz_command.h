// napisan fuzz: a module's exports, called with generated values under generated schedules.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace napisan::cli {

struct FuzzOptions {
  std::string module;
  std::string types;
  std::vector<std::string> calls;
  double seconds = 0;
  uint64_t runs = 0;
  std::string seed;
  std::string executor;
  std::string profile = "node24";
  std::string corpus;
  std::string findings = "napisan-findings";
  std::string replay;
  double timeout_seconds = 5;
  bool faults = false;
  bool quiet = false;
};

CLI::App* AddFuzz(CLI::App& app, FuzzOptions& options);
// The exit status.
int Fuzz(const FuzzOptions& options);

}  // namespace napisan::cli
