// napisan case: the tools for the cases of fuzz targets (fuzz/cases).
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace napisan::cli {

struct CaseOptions {
  std::string file;
  std::string out;
  std::string cpp;
  std::string addon;
  std::string target = "fuzz_all";
  uint64_t times = 1;
  double timeout_seconds = 10;
};

// Adds the command; the options are filled when it is parsed.
CLI::App* AddCase(CLI::App& app, CaseOptions& options);

// The exit status.
int RunCase(const CLI::App& command, const CaseOptions& options);

}  // namespace napisan::cli
