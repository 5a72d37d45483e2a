// Exploration: what it finds, what it says of it, and that it says the same again.

#include "explore/explorer.h"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "napisan/yield.h"
#include "programs.h"
#include "schedule/strategies.h"

namespace napisan::explore {
namespace {

using ::testing::HasSubstr;

// Two threads count, each with a look and a write that are safe on their own.
std::string LostUpdate() {
  std::mutex mutex;
  int count = 0;
  auto add = [&] {
    int seen;
    {
      std::lock_guard lock(mutex);
      seen = count;
    }
    std::lock_guard lock(mutex);
    count = seen + 1;
  };
  std::thread other(add);
  add();
  other.join();
  return count == 2 ? "" : "an update was lost";
}

std::string NothingIsLost() {
  std::mutex mutex;
  int count = 0;
  auto add = [&] {
    std::lock_guard lock(mutex);
    ++count;
  };
  std::thread other(add);
  add();
  other.join();
  return count == 2 ? "" : "an update was lost";
}

std::string LocksInBothOrders() {
  std::mutex first;
  std::mutex second;
  std::thread other([&] {
    std::lock_guard one(second);
    std::lock_guard two(first);
  });
  {
    std::lock_guard one(first);
    std::lock_guard two(second);
  }
  other.join();
  return "";
}

// The flag is looked at before the lock is taken, so the wake-up may come in between.
std::string LostWakeUp() {
  std::mutex mutex;
  std::condition_variable changed;
  bool ready = false;
  std::thread other([&] {
    {
      std::lock_guard lock(mutex);
      ready = true;
    }
    changed.notify_one();
  });
  std::unique_lock lock(mutex);
  bool seen = ready;
  lock.unlock();
  lock.lock();
  if (!seen) changed.wait(lock);
  lock.unlock();
  other.join();
  return "";
}

void ExpectFound(const Result& result, FindingKind kind) {
  ASSERT_EQ(result.findings.size(), 1u);
  const Finding& finding = result.findings[0];
  EXPECT_EQ(finding.kind, kind) << FindingWord(finding.kind) << ": " << finding.what;
  EXPECT_EQ(finding.replays, 10u) << finding.schedule();
  EXPECT_EQ(finding.replayed, 10u);
}

TEST(Explore, FindsALostUpdateByEachStrategy) {
  for (const schedule::StrategyRow& row : schedule::kStrategies) {
    if (row.kind == schedule::StrategyKind::kUsual) continue;
    // With one priority for good, nobody is stopped between the look and the write.
    if (row.kind == schedule::StrategyKind::kPct && row.parameter == 1) continue;
    SCOPED_TRACE(row.name);
    Result result = ExploreFunction(LostUpdate, Upto(500, {row.name}));
    ExpectFound(result, FindingKind::kWrong);
  }
}

TEST(Explore, ShrinksToOneSwitchAndTellsIt) {
  Result result = ExploreFunction(LostUpdate, Upto(500, {"random100"}));
  ExpectFound(result, FindingKind::kWrong);
  const Finding& finding = result.findings[0];
  EXPECT_EQ(finding.what, "an update was lost");
  EXPECT_EQ(finding.deviations.size(), 1u) << finding.schedule();
  EXPECT_THAT(finding.timeline, HasSubstr("main thread"));
  EXPECT_THAT(finding.timeline, HasSubstr("STOPS where it"));
  EXPECT_THAT(finding.trace, HasSubstr("\"traceEvents\""));
}

TEST(Explore, ReplaysAScheduleFromItsText) {
  Result found = ExploreFunction(LostUpdate, Upto(500));
  ASSERT_EQ(found.findings.size(), 1u);
  Options only;
  only.only = true;
  only.schedule = *ParseSchedule(found.findings[0].schedule());
  only.shrink = false;
  Result again = ExploreFunction(LostUpdate, only);
  ExpectFound(again, FindingKind::kWrong);
  only.schedule.clear();
  EXPECT_TRUE(ExploreFunction(LostUpdate, only).findings.empty());
}

TEST(Explore, ExhaustsASmallProgram) {
  Options options = Upto(100'000, {"exhaustive"});
  Result result = ExploreFunction(NothingIsLost, options);
  EXPECT_TRUE(result.findings.empty());
  EXPECT_TRUE(result.complete);
  EXPECT_GT(result.counts.schedules, 10u);
  EXPECT_EQ(result.counts.distinct, result.counts.schedules);
  EXPECT_EQ(result.counts.different, 0u);

  options.schedules = 3;
  EXPECT_FALSE(ExploreFunction(NothingIsLost, options).complete);
}

TEST(Explore, FindsADeadlockAndWhoHasWhat) {
  Result result = ExploreFunction(LocksInBothOrders, Upto(500));
  ExpectFound(result, FindingKind::kDeadlock);
  // The four of libuv's pool have no part in it.
  EXPECT_THAT(result.findings[0].what, HasSubstr("main thread waits for a mutex of thread 5's"));
  EXPECT_THAT(result.findings[0].what, HasSubstr("thread 5 waits for a mutex of main thread's"));
}

TEST(Explore, FindsALostWakeUp) {
  Result result = ExploreFunction(LostWakeUp, Upto(500));
  ExpectFound(result, FindingKind::kLostWakeUp);
  EXPECT_THAT(result.findings[0].what, HasSubstr("waits for a condition variable"));
}

// A flag that is looked at and set in two steps, in plain sight of each other.
TEST(Explore, StopsAtAPointOfTheProgramsOwn) {
  Result result = ExploreFunction(
      [] {
        std::atomic<int> count{0};
        auto add = [&] {
          int seen = count.load(std::memory_order_relaxed);
          napisan_yield("has looked at the count");
          count.store(seen + 1, std::memory_order_relaxed);
        };
        std::thread other(add);
        add();
        other.join();
        return count.load() == 2 ? std::string() : std::string("an update was lost");
      },
      Upto(500));
  ExpectFound(result, FindingKind::kWrong);
  EXPECT_THAT(result.findings[0].timeline, HasSubstr("STOPS where it has looked at the count"));
}

TEST(Explore, NamesAThreadThatWaitsOutsideForGood) {
  Options options = Upto(1);
  options.shrink = false;
  options.replays = 0;
  Result result = ExploreFunction(
      [] {
        int ends[2];
        if (pipe(ends) != 0) return std::string("no pipe");
        char byte = 0;
        std::thread reader([&] { (void)!read(ends[0], &byte, 1); });
        reader.join();
        return std::string();
      },
      options);
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_THAT(result.findings[0].what, HasSubstr("waits outside"));
}

TEST(Explore, FindsWhatHasNoEnd) {
  Options options = Upto(10);
  options.points = 5'000;
  Result result = ExploreFunction(
      [] {
        std::atomic<bool> never{false};
        while (!never.load()) sched_yield();
        return std::string();
      },
      options);
  ExpectFound(result, FindingKind::kLivelock);
  EXPECT_THAT(result.findings[0].what, HasSubstr("main thread yields"));
}

TEST(Explore, FindsACrashOfOneOrder) {
  Result result = ExploreFunction(
      [] {
        std::mutex mutex;
        bool written = false;
        std::thread other([&] {
          std::lock_guard lock(mutex);
          written = true;
        });
        std::unique_lock lock(mutex);
        if (written) raise(SIGKILL);
        lock.unlock();
        other.join();
        return std::string();
      },
      Upto(500));
  ExpectFound(result, FindingKind::kCrash);
}

TEST(Explore, GoesOnBehindAFinding) {
  Options options = Upto(400);
  options.findings = 5;
  Result result = ExploreFunction(LostUpdate, options);
  EXPECT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.counts.schedules, 400u);
  EXPECT_GT(result.counts.failed, 1u);
}

TEST(Explore, SeesThatAProgramGoesAnotherWayTheSecondTime) {
  Options options = Upto(64, {"random20"});
  options.check_every = 1;
  Result same = ExploreFunction(NothingIsLost, options);
  EXPECT_EQ(same.counts.checked, 64u);
  EXPECT_EQ(same.counts.different, 0u);
  int times = 0;
  Result other = ExploreFunction(
      [&] {
        if (++times % 2 == 0) sched_yield();
        return NothingIsLost();
      },
      options);
  EXPECT_GT(other.counts.different, 0u);
}

TEST(Explore, CountsAThreadThatBlocksOutside) {
  Result result = ExploreFunction(
      [] {
        int ends[2];
        if (pipe(ends) != 0) return std::string("no pipe");
        char byte = 0;
        std::thread reader([&] {
          if (read(ends[0], &byte, 1) != 1) byte = 'x';
        });
        std::mutex mutex;
        for (int i = 0; i < 5; ++i) std::lock_guard lock(mutex);
        if (write(ends[1], "a", 1) != 1) return std::string("not written");
        reader.join();
        close(ends[0]);
        close(ends[1]);
        return byte == 'a' ? std::string() : std::string("not read");
      },
      Upto(8, {"random100"}));
  EXPECT_TRUE(result.findings.empty()) << result.findings[0].what;
  EXPECT_EQ(result.counts.schedules, 8u);
  EXPECT_GT(result.counts.outside, 0u);
}

TEST(Explore, EndsByTime) {
  Options options;
  options.seconds = 0.3;
  Result result = ExploreFunction(NothingIsLost, options);
  EXPECT_TRUE(result.findings.empty());
  EXPECT_GT(result.counts.schedules, 1u);
}

// A bug that takes d = 2 orderings: one thread must be stopped at one of its points, and the other
// must come to its own last before it goes on. PCT promises it in 1 of n k of its schedules.
TEST(Explore, PctKeepsItsPromise) {
  constexpr int kSteps = 10;
  auto program = [] {
    std::mutex mutex;
    int state = 0;
    std::thread other([&] {
      for (int i = 0; i < kSteps; ++i) std::lock_guard lock(mutex);
      std::lock_guard lock(mutex);
      if (state == 1) state = 2;
    });
    for (int i = 0; i < kSteps; ++i) {
      std::lock_guard lock(mutex);
      if (i == 4) state = 1;
      if (i == 5 && state == 1) state = 0;
    }
    other.join();
    return state == 2 ? std::string("stopped in between") : std::string();
  };
  Options options = Upto(4'000, {"pct2"});
  options.findings = 2;
  options.shrink = false;
  options.replays = 0;
  options.check_every = 0;
  Result result = ExploreFunction(program, options);
  double schedules = static_cast<double>(result.counts.schedules);
  double decisions = static_cast<double>(result.counts.decisions) / schedules;
  double promised = 1 / (2 * decisions);
  double found = static_cast<double>(result.counts.failed) / schedules;
  // The seed is fixed: this does not change from run to run. Three deviations are allowed for.
  EXPECT_GT(found, promised - 3 * std::sqrt(promised / schedules)) << decisions;
  EXPECT_LT(found, 0.5);
}

TEST(Explore, SaysWhatPctMayHaveMissed) {
  EXPECT_DOUBLE_EQ(MissedByPct(1, 1, 2, 100), 0.5);
  EXPECT_NEAR(MissedByPct(1'000, 2, 2, 100), std::pow(1 - 1 / 200.0, 1'000), 1e-12);
}

}  // namespace
}  // namespace napisan::explore
