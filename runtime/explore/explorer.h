// Explorer: runs a program under one schedule after another, and says which of them it fails under.
//
// The schedules run in a child process, many in one; a schedule that ends it, or that something is
// wrong in, is the last of that child, and the next child goes on behind it. What was chosen lies
// in memory that both share. A finding is run again in a child of its own, ten times, and shrunk to
// the fewest deviations that still fail in the same way.
//
// Threads: the calling process has one. Linux only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "explore/schedule_text.h"

namespace napisan {
struct ReportInfo;
}

namespace napisan::explore {

// What runs. It is called in children only, on their first thread.
class Program {
 public:
  virtual ~Program() = default;
  // Once in each child, before control begins: no thread of it is controlled.
  virtual void SetUp() {}
  // Once under each schedule. It leaves nothing behind: the next one begins as this one did. What
  // is wrong, in one line that says the same for the same mistake; empty where nothing is.
  virtual std::string Run() = 0;
  // Whether a report is of a mistake that it makes on purpose. Any thread.
  virtual bool Expects(const ReportInfo& report) const {
    (void)report;
    return false;
  }
};

enum class FindingKind : uint8_t {
  kWrong,       // Run said so
  kReport,      // napisan reports
  kSanitizer,   // a sanitizer does
  kCrash,       // a signal
  kExit,        // the program left
  kDeadlock,    // threads wait for locks of each other's
  kLostWakeUp,  // they wait for something else, and nobody is left to wake them
  kLivelock,    // they go on and on
  kHang,        // no end, and no point either
  kLeak,        // LeakSanitizer, at the end of a child: of no schedule in particular
};
const char* FindingWord(FindingKind kind);

struct Finding {
  FindingKind kind = FindingKind::kWrong;
  // The same for the same mistake.
  std::string what;
  // What the child wrote during that schedule.
  std::string output;
  // The schedule: its number from 0, who chose, and what.
  uint64_t number = 0;
  std::string strategy;
  Deviations deviations;
  uint32_t switches = 0;  // deviations before it was shrunk
  // How many of the replays failed in the same way.
  uint32_t replays = 0;
  uint32_t replayed = 0;
  // For people: what each thread did, as far as it matters.
  std::string timeline;
  // The same of all points, as Chrome's trace format.
  std::string trace;
  double seconds = 0;  // since the exploration began

  std::string schedule() const { return ScheduleText(deviations); }
};

struct Options {
  // By name, in turn; empty for the portfolio.
  std::vector<std::string> strategies;
  uint64_t seed = 1;
  // The numbers of the schedules: from `first`, every `step`-th, up to `schedules`. Shards have
  // different ones.
  uint64_t first = 0;
  uint64_t step = 1;
  // 0 for no limit; one of the two must be given.
  uint64_t schedules = 0;
  double seconds = 0;
  // Nothing but this schedule is run; see ParseSchedule.
  bool only = false;
  Deviations schedule;
  // Threads as they come, not under control; with delays, each is stopped for a moment now and
  // then. There is no schedule then to be replayed or shrunk.
  bool plain = false;
  bool delays = true;
  // It ends after so many different findings.
  uint32_t findings = 1;
  bool shrink = true;
  uint32_t replays = 10;
  // Every so many schedules one is run a second time and must be the same; 0 for none.
  uint32_t check_every = 256;
  // A child with so many schedules behind it gives way to the next one.
  uint32_t per_child = 100'000;
  double hang_seconds = 20;
  // Real time that the world outside of the process has to answer, before nobody going on is called
  // a deadlock.
  double outside_seconds = 0.3;
  uint64_t points = 500'000;
};

struct Counts {
  uint64_t schedules = 0;
  uint64_t distinct = 0;
  uint64_t points = 0;
  uint64_t decisions = 0;
  uint64_t preemptions = 0;
  uint64_t failed = 0;     // schedules with a finding, also one that was known
  uint64_t outside = 0;    // not fully controlled
  uint64_t checked = 0;    // run a second time
  uint64_t different = 0;  // of these, those that went another way
  uint32_t children = 0;
  uint32_t threads = 0;  // at most at one time
};

struct Result {
  Counts counts;
  std::vector<Finding> findings;
  double seconds = 0;
  // Of exhaustive exploration: it has come to its end, and left nothing out within its bound.
  bool complete = false;
  // Where the first of counts.different went another way; empty where none did.
  std::string difference;
  // A signal told this process to end.
  int interrupted = 0;
};

class Observer {
 public:
  virtual ~Observer() = default;
  // About once in a second.
  virtual void OnProgress(const Result& result, double seconds) {
    (void)result;
    (void)seconds;
  }
  // As soon as it is known; before it is shrunk, and after it.
  virtual void OnFinding(const Finding& finding, bool shrunk) {
    (void)finding;
    (void)shrunk;
  }
};

Result Explore(Program& program, const Options& options, Observer& observer);

// The probability that no one of `schedules` by PCT with depth d found a bug of that depth, in a
// program of `threads` threads and `points` decisions.
double MissedByPct(uint64_t schedules, uint32_t depth, double threads, double points);

}  // namespace napisan::explore
