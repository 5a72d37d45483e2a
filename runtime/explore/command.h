// What every command that explores has in common: its options, what it prints and what it writes.
//
// Threads: the process has one.
#pragma once

#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "explore/explorer.h"

namespace CLI {
class App;
}

namespace napisan::explore {

struct CommandOptions {
  Options options;
  std::vector<std::string> strategies;
  std::string schedule;
  std::string seed_text;
  uint64_t seed = 0;  // what seed_text says, or the clock
  std::string shard = "1/1";
  bool keep_going = false;
  bool plain = false;
  bool no_delays = false;
  bool no_shrink = false;
  uint32_t replays = 10;
  double seconds = 0;
  uint64_t schedules = 0;
  double hang_seconds = 20;
  double outside_seconds = 0.3;
  uint32_t threads = 4;
  std::string findings = "napisan-findings";
  std::string json;
  std::string junit;
  bool quiet = false;
};

void AddExploreOptions(CLI::App& app, CommandOptions& options);

// What the options mean, once they are parsed; a complaint in one line, or nothing. Makes the first
// line of the output: the seed.
std::string Understand(CommandOptions& options);

// One thing to explore: a scenario of ours, or a module with its calls.
struct Subject {
  std::string name;
  // The command that explores it again, without what AddExploreOptions adds.
  std::string command;
  Program* program = nullptr;
  // Evidence that it did its work, by name; a subject that tells of none is not asked. In memory
  // that its children share.
  std::map<std::string, const std::atomic<uint64_t>*> evidence;
};

// Explores each, a fair part of the time each, and prints, writes and keeps what there is to tell.
// Seeds that failed before are run first. The exit status: 0; 1 after findings, or where no work
// was done; 2 where something is missing; 130 after an interrupt.
int ExploreAll(const std::vector<Subject>& subjects, const CommandOptions& options);

}  // namespace napisan::explore
