// What the drivers share: their options, and rounds in which the checked and the unchecked program
// run by turns, so that whatever else the machine does falls on both.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "children.h"

namespace napisan::bench {

struct DriverOptions {
  int rounds = 5;
  double min_time = 0.05;
  std::string json;
  std::string out = ".";
  bool judge = false;
};

void AddOptions(CLI::App& app, DriverOptions& options);
// The status to end with, after help or a complaint.
std::optional<int> Parse(CLI::App& app, int argc, char** argv, const char* name);

struct Rounds {
  std::vector<ChildResult> checked, unchecked;
};

// Runs `name`_checked and `name`_unchecked; progress and errors go to stderr. The extra arguments
// are for the checked one.
bool RunRounds(const std::string& name, const DriverOptions& options,
               const std::vector<std::string>& checked_arguments, Rounds& rounds);

// Writes the summary to options.json, if that is asked for.
bool WriteSummary(const std::string& name, const DriverOptions& options,
                  const nlohmann::ordered_json& summary);

}  // namespace napisan::bench
