// The files that a run will write, looked at before anything runs: a finding that cannot be written
// is found too late when it is made.
#pragma once

#include <string>

namespace napisan::cli {

// Why one of them cannot be written, and what to do: one line; empty where all can.
// `json` is the file of --json; the others are the options of reports.
std::string ProblemOfOutputs(const std::string& json);

}  // namespace napisan::cli
