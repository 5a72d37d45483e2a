// Findings: on disk as they arise, each in a folder of its own: calls.js, which is the input, and
// report.txt, which says what came of it and how to see it again. The same finding has the same
// folder, also in another run.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "cli/fuzz/child.h"
#include "cli/fuzz/input.h"

namespace napisan::cli::fuzz {

struct Finding {
  Found found;
  // The last of them is it; those before it run first, in envs of their own.
  std::vector<Input> inputs;
  // Of 10; below 0 where that is not known yet.
  int replays = -1;
  bool minimized = false;
  // What the report or the sanitizer says, in full.
  std::string report;

  bool keeps_state() const { return inputs.size() > 1; }
};

class Findings {
 public:
  // `command`: what a replay is run with, up to --replay.
  Findings(std::string folder, std::string command)
      : folder_(std::move(folder)), command_(std::move(command)) {}

  // Makes the folder. False with a line for people.
  bool Prepare(std::string& problem);
  // Writes it, or writes it again. False with a line for people: it is not kept, or not all of it.
  bool Write(const Finding& finding, std::string& problem);

  std::string FolderOf(const Finding& finding) const;
  std::string CommandOf(const Finding& finding) const;
  // "replays 10 of 10", "the module keeps state: …"
  static std::string Describe(const Finding& finding);

 private:
  std::string folder_;
  std::string command_;
};

}  // namespace napisan::cli::fuzz
