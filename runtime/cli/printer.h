// Printer: prints a run as it happens, line by line, and keeps it for --json.
// Threads: the one that runs.
#pragma once

#include <string>
#include <vector>

#include "cli/run.h"

namespace napisan::cli {

class Printer final : public RunObserver {
 public:
  // Quiet: only what went wrong. The plan outlives the printer.
  Printer(const RunPlan& plan, bool quiet)
      : plan_(plan), quiet_(quiet), outcomes_(plan.statements.size()) {}

  void OnStep(const std::string&) override {}
  void OnOutcome(size_t statement, const std::string& text) override;
  void OnFailure(const std::string& text) override;
  void OnUncaught(const std::string& text) override;
  void OnError(const std::string& text) override;

  // `end`: how the run ended, in words. False, after a line on stderr, where it cannot be written.
  bool WriteJson(const std::string& path, const std::string& end, int status) const;

 private:
  const RunPlan& plan_;
  bool quiet_;
  std::vector<std::vector<std::string>> outcomes_;
  std::vector<std::string> failures_;
  std::vector<std::string> uncaught_;
};

}  // namespace napisan::cli
