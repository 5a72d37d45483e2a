// One try of a case in a child process: a crash, an abort or a hang ends that, and is told.
//
// Threads: none may be running; the child is a fork.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "case.h"
#include "groups.h"
#include "runner.h"

namespace napisan::cases {

struct Attempt {
  // Empty where all agree. Else what kind of failure it is, in one line: what it says first, with
  // numbers left out, or what a sanitizer calls it, or the signal.
  std::string failure;
  // What the child wrote to stderr, its beginning.
  std::string output;
  // Of the last run: all that was seen, as one number, and how many operations were performed and
  // left out.
  uint64_t trace;
  uint32_t performed;
  uint32_t left_out;
  // How many runs saw the same as the first.
  uint64_t alike;
  // Of the last run.
  Links links;
};

struct AttemptOptions {
  uint64_t times = 1;
  double timeout_seconds = 10;
  Pool pool = Pool::kStepping;
};

// Makes the recorder of a run, which has room for links: where none is given, a LinkRecorder.
using MakeRecorder = std::function<std::unique_ptr<Recorder>(const World& world, Links& links)>;

Attempt Try(const Case& program, const AttemptOptions& options, const MakeRecorder& make = nullptr);

// For tests: the same of any body, which returns where all is well.
Attempt TryBody(const std::function<void()>& body, double timeout_seconds);

// What kind of failure a child's output tells; `end` is what is said where it tells nothing.
std::string KindOfFailure(const std::string& output, const std::string& end);

}  // namespace napisan::cases
