#include "explore/explorer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>

#include "explore/fork.h"
#include "explore/shared.h"
#include "explore/shrink.h"
#include "explore/timeline.h"

namespace napisan::explore {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uint32_t kShrinkRuns = 500;
constexpr uint64_t kSearchRuns = 5'000;

class Exploration {
 public:
  Exploration(Program& program, const Options& options, Observer& observer)
      : program_(program),
        options_(options),
        observer_(observer),
        shared_(Shared::New()),
        scratch_(Shared::New()) {}

  Result Run() {
    if (options_.only) {
      RunOnly();
    } else {
      RunAll();
    }
    result_.counts = shared_.counts;
    result_.counts.failed = failed_;
    result_.complete = shared_.search.over && !shared_.search.left_out;
    result_.difference = DescribeDifference(shared_);
    result_.seconds = Seconds();
    result_.interrupted = InterruptGuard::signal();
    return std::move(result_);
  }

 private:
  double Seconds() const { return std::chrono::duration<double>(Clock::now() - began_).count(); }

  bool Done() {
    if (InterruptGuard::signal() != 0 || shared_.search.over) return true;
    if (result_.findings.size() >= options_.findings) return true;
    if (options_.schedules != 0 && shared_.next >= options_.schedules) return true;
    return options_.seconds > 0 && Seconds() >= options_.seconds;
  }

  void Tick() {
    if (options_.seconds > 0 && Seconds() >= options_.seconds) {
      __atomic_store_n(&shared_.stop, true, __ATOMIC_RELAXED);
    }
    if (Seconds() - shown_ < 1) return;
    shown_ = Seconds();
    result_.counts = shared_.counts;
    result_.counts.failed = failed_;
    observer_.OnProgress(result_, shown_);
  }

  void RunAll() {
    shared_.next = options_.first;
    while (!Done()) {
      ChildEnd end = RunForked([this] { RunChild(program_, options_, shared_); },
                               [this] { Tick(); }, options_.hang_seconds, shared_);
      ++shared_.counts.children;
      std::optional<Fault> fault = FaultOf(end, shared_);
      if (!fault) continue;
      ++failed_;
      Finding finding;
      finding.kind = fault->kind;
      finding.what = fault->what;
      finding.output = end.output;
      finding.number = shared_.number;
      if (options_.plain) finding.strategy = options_.delays ? "plain, delayed" : "plain";
      finding.seconds = Seconds();
      bool of_schedule = !shared_.usual && fault->kind != FindingKind::kLeak;
      if (options_.plain) {
        ++shared_.counts.schedules;
      } else if (of_schedule) {
        const schedule::StrategyRow& row = RowOf(options_, shared_.number);
        finding.strategy = row.name;
        finding.deviations = DeviationsOf(shared_.record).value_or(Deviations());
        ++shared_.counts.schedules;
        shared_.counts.points += shared_.record.points;
        shared_.counts.decisions += shared_.record.decision_count;
        schedule::Advance(row, shared_.record, shared_.search);
      } else {
        finding.strategy = "usual";
        ++shared_.counts.schedules;
      }
      Take(std::move(finding));
      // What fails without a schedule fails under each.
      if (!of_schedule) break;
    }
  }

  void RunOnly() {
    ChildEnd end = Replay(options_.schedule);
    shared_.counts.children = 1;
    shared_.counts.schedules = 1;
    shared_.counts.points = scratch_.record.points;
    shared_.counts.decisions = scratch_.record.decision_count;
    std::optional<Fault> fault = FaultOf(end, scratch_);
    if (!fault) return;
    ++failed_;
    Finding finding;
    finding.kind = fault->kind;
    finding.what = fault->what;
    finding.output = end.output;
    finding.strategy = "given";
    finding.deviations = options_.schedule;
    finding.seconds = Seconds();
    Take(std::move(finding));
  }

  // A finding that is new is confirmed, shrunk and told.
  void Take(Finding finding) {
    for (const Finding& known : result_.findings) {
      if (known.kind == finding.kind && known.what == finding.what) return;
    }
    finding.switches = static_cast<uint32_t>(finding.deviations.size());
    observer_.OnFinding(finding, false);
    if (finding.kind != FindingKind::kLeak && !options_.plain) Examine(finding);
    observer_.OnFinding(finding, true);
    result_.findings.push_back(std::move(finding));
  }

  void Examine(Finding& finding) {
    auto fails = [&](const Deviations& deviations) {
      if (InterruptGuard::signal() != 0) return false;
      std::optional<Fault> fault = FaultOf(Replay(deviations), scratch_);
      return fault && fault->kind == finding.kind && fault->what == finding.what;
    };
    // One that takes long each time is not worth hundreds of times.
    uint32_t runs = finding.kind == FindingKind::kHang ? 0 : kShrinkRuns;
    if (options_.shrink && fails(finding.deviations)) {
      finding.deviations = Shrink(std::move(finding.deviations), fails, runs);
      if (finding.deviations.size() > 1 && runs > 0) SearchNearUsual(finding, fails);
    }
    uint32_t replays =
        finding.kind == FindingKind::kHang ? std::min(options_.replays, 1u) : options_.replays;
    for (; finding.replayed < replays && InterruptGuard::signal() == 0; ++finding.replayed) {
      if (fails(finding.deviations)) ++finding.replays;
    }
    ChildEnd end = Replay(finding.deviations);
    std::optional<Fault> fault = FaultOf(end, scratch_);
    if (fault && fault->kind == finding.kind && fault->what == finding.what) {
      finding.output = end.output;
    }
    finding.timeline = TimelineText(scratch_);
    finding.trace = TimelineTrace(scratch_);
  }

  // None of the deviations can go, and yet there may be a schedule with fewer: those with one
  // are few enough to try.
  template <class Fails>
  void SearchNearUsual(Finding& finding, Fails&& fails) {
    Options near = options_;
    near.strategies = {"near1"};
    near.first = 0;
    near.step = 1;
    near.schedules = kSearchRuns;
    near.check_every = 0;
    scratch_.search = schedule::Search();
    scratch_.next = 0;
    ChildEnd end = RunForked([&] { RunChild(program_, near, scratch_); }, nullptr,
                             options_.hang_seconds, scratch_);
    std::optional<Fault> fault = FaultOf(end, scratch_);
    if (!fault || fault->kind != finding.kind || fault->what != finding.what) return;
    Deviations other = DeviationsOf(scratch_.record).value_or(finding.deviations);
    if (!fails(other)) return;
    other = Shrink(std::move(other), fails, kShrinkRuns);
    if (other.size() < finding.deviations.size()) finding.deviations = std::move(other);
  }

  ChildEnd Replay(const Deviations& deviations) {
    return RunForked([&] { RunReplay(program_, options_, deviations, scratch_); }, nullptr,
                     options_.hang_seconds, scratch_);
  }

  Program& program_;
  const Options& options_;
  Observer& observer_;
  Shared& shared_;
  // Of replays.
  Shared& scratch_;
  Result result_;
  uint64_t failed_ = 0;
  Clock::time_point began_ = Clock::now();
  double shown_ = 0;
  InterruptGuard guard_;
};

}  // namespace

const char* FindingWord(FindingKind kind) {
  switch (kind) {
    case FindingKind::kWrong:
      return "wrong result";
    case FindingKind::kReport:
      return "report";
    case FindingKind::kSanitizer:
      return "sanitizer";
    case FindingKind::kCrash:
      return "crash";
    case FindingKind::kExit:
      return "exit";
    case FindingKind::kDeadlock:
      return "deadlock";
    case FindingKind::kLostWakeUp:
      return "lost wake-up";
    case FindingKind::kLivelock:
      return "livelock";
    case FindingKind::kHang:
      return "hang";
    case FindingKind::kLeak:
      return "leak";
  }
  return "";
}

Result Explore(Program& program, const Options& options, Observer& observer) {
  return Exploration(program, options, observer).Run();
}

double MissedByPct(uint64_t schedules, uint32_t depth, double threads, double points) {
  double found = 1 / (threads * std::pow(points, depth - 1));
  return std::pow(1 - std::min(found, 1.0), static_cast<double>(schedules));
}

}  // namespace napisan::explore
