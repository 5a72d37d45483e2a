// Shared: memory that the command and its children have in common. What a child writes there is
// still there after it has crashed: which inputs it ran, and what the last one was doing.
//
// Ownership: the command maps it once. Threads: a child's main one, but for features; the command
// reads when no child runs, and counts at any time.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/fuzz/features.h"

namespace napisan::cli::fuzz {

struct Shared {
  // Zero pages, at the same address in every child; never unmapped.
  static Shared& Map();

  // Of one child.
  void BeginChild();
  // The text of the next input. False where there is no room: the child is to end.
  bool Log(std::string_view text);
  std::vector<std::string> LoggedInputs() const;

  void ResetCounts();

  Features features;
  // Of one child: inputs that it ran by themselves, and how much of what it printed has been read.
  std::atomic<uint64_t> child_inputs;
  std::atomic<size_t> output_seen;
  // Of all children.
  std::atomic<uint64_t> inputs;
  std::atomic<uint64_t> calls;
  std::atomic<uint64_t> threw;
  std::atomic<uint64_t> settled;
  // Of the module's code: those that can be followed.
  std::atomic<uint64_t> edges;
  // What the last input is doing: a statement from 1, or a phase, which is a literal.
  std::atomic<uint32_t> statement;
  std::atomic<const char*> phase;
  // Where it crashed: place.h.
  char crash_place[256];

 private:
  static constexpr size_t kLogBytes = size_t{16} << 20;

  uint32_t logged_;
  size_t log_used_;
  char log_[kLogBytes];
};

}  // namespace napisan::cli::fuzz
