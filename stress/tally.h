// Tally: how much work an agent has done. Each has its own, written by its thread and read by the
// one that shows progress; relaxed, for nothing is decided by the numbers while the run goes on.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "options.h"

namespace napisan::stress {

class Counter {
 public:
  // One writer: no read-modify-write.
  void Add(uint64_t count = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
  }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

// One row a counter: name, and what it counts.
#define NAPISAN_STRESS_COUNTERS(X) \
  X(rounds)                        \
  X(created)                       \
  X(queued)                        \
  X(executed)                      \
  X(cancel_ok)                     \
  X(cancel_refused)                \
  X(completed_ok)                  \
  X(completed_cancelled)           \
  X(completed_otherwise)           \
  X(deleted_in_complete)           \
  X(deleted_later)                 \
  X(deleted_unqueued)              \
  X(deleted_at_teardown)           \
  X(in_flight_at_teardown)

struct Tally {
#define NAPISAN_STRESS_MEMBER(name) Counter name;
  NAPISAN_STRESS_COUNTERS(NAPISAN_STRESS_MEMBER)
#undef NAPISAN_STRESS_MEMBER

  uint64_t completed() const {
    return completed_ok.value() + completed_cancelled.value() + completed_otherwise.value();
  }
  uint64_t deleted() const {
    return deleted_in_complete.value() + deleted_later.value() + deleted_unqueued.value() +
           deleted_at_teardown.value();
  }
};

// The sum over all agents, as numbers.
struct Totals {
#define NAPISAN_STRESS_MEMBER(name) uint64_t name = 0;
  NAPISAN_STRESS_COUNTERS(NAPISAN_STRESS_MEMBER)
#undef NAPISAN_STRESS_MEMBER
  uint64_t completed = 0;
  uint64_t deleted = 0;
};
Totals Sum(const std::vector<Tally>& tallies);

// The same as one line for people.
std::string ProgressLine(const Totals& totals, double seconds);

// The file that options.json names, rewritten as the run goes on; nothing where that is empty.
//
// It is opened before the agents begin, and stays open. A libuv that is not instrumented closes
// descriptors behind ThreadSanitizer's back; a number that was an agent's and is then ours would
// look like a race.
class ResultFile {
 public:
  explicit ResultFile(const Options& options);
  ~ResultFile();
  ResultFile(const ResultFile&) = delete;
  ResultFile& operator=(const ResultFile&) = delete;

  // False and a line on stderr when it cannot.
  bool Write(const Totals& totals, double seconds, const char* outcome);

 private:
  const Options& options_;
  int descriptor_ = -1;
  int open_error_ = 0;
};

}  // namespace napisan::stress
