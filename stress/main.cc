// stress_async_work: agents under way on threads of their own, and the main thread that watches
// them: time, progress, Ctrl-C, reports, and the exit status.

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "options.h"
#include "sanitizer.h"
#include "scenario.h"
#include "tally.h"
#include "verdict.h"

namespace napisan::stress {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kExitFailed = 1;
constexpr int kExitInterrupted = 130;
// Nothing completed for so long, and an agent that does not stop for so long, is a hang.
constexpr std::chrono::seconds kHang{60};
constexpr std::chrono::seconds kGrace{10};

volatile std::sig_atomic_t interrupted = 0;

void OnInterrupt(int) {
  interrupted = 1;
  AskToStop();
}

double SecondsSince(Clock::time_point began) {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

class Watch {
 public:
  Watch(const Options& options, const std::vector<Tally>& tallies,
        const std::atomic<uint32_t>& running, ResultFile& results)
      : options_(options), tallies_(tallies), running_(running), results_(results) {}

  // Until no agent runs. False when some did not stop.
  bool Wait() {
    Clock::time_point stop_asked{};
    while (running_.load(std::memory_order_acquire) > 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      FailOnRaces();
      if (SecondsSince(began_) >= options_.seconds) AskToStop();
      ShowProgress();
      if (!AskedToStop()) {
        LookForHang();
      } else if (stop_asked == Clock::time_point{}) {
        stop_asked = Clock::now();
      } else if (Clock::now() - stop_asked > kGrace) {
        Fail("an agent does not stop");
        return false;
      }
    }
    return true;
  }

  double seconds() const { return SecondsSince(began_); }

 private:
  void ShowProgress() {
    if (Clock::now() - shown_ < std::chrono::seconds(1)) return;
    shown_ = Clock::now();
    Totals totals = Sum(tallies_);
    std::fprintf(stderr, "%s\n", ProgressLine(totals, seconds()).c_str());
    results_.Write(totals, seconds(), "running");
  }

  void LookForHang() {
    uint64_t completed = Sum(tallies_).completed;
    if (completed != completed_) {
      completed_ = completed;
      moved_ = Clock::now();
    } else if (Clock::now() - moved_ > kHang) {
      Fail(fmt::format("nothing has completed for {} s", kHang.count()));
    }
  }

  const Options& options_;
  const std::vector<Tally>& tallies_;
  const std::atomic<uint32_t>& running_;
  ResultFile& results_;
  Clock::time_point began_ = Clock::now();
  Clock::time_point shown_ = began_;
  Clock::time_point moved_ = began_;
  uint64_t completed_ = 0;
};

// What must be true of the numbers when every agent has ended.
void JudgeTotals(const Totals& totals) {
  if (Failures() != 0) return;
  if (totals.completed == 0 && interrupted == 0) Fail("no work was completed");
  if (totals.queued != totals.completed) Fail("works queued and works completed differ");
  if (totals.created != totals.deleted) Fail("works created and works deleted differ");
  if (totals.executed != totals.completed_ok) Fail("works executed and completed ok differ");
}

void JudgeLeaks() {
#if defined(NAPISAN_STRESS_ASAN)
  if (__lsan_do_recoverable_leak_check() != 0) Fail("LeakSanitizer finds leaked memory, above");
#endif
}

int Main(int argc, char** argv) {
  Options options = ParseOptions(argc, argv);
  // Before anything else, so that whatever happens can be done again.
  std::printf("seed %llu\n", static_cast<unsigned long long>(options.seed));
  std::fflush(stdout);
  SetRepro(ReproCommand(options));
  setenv("UV_THREADPOOL_SIZE", std::to_string(options.threads).c_str(), 1);
  WatchReports();
  std::signal(SIGINT, OnInterrupt);
  std::signal(SIGTERM, OnInterrupt);

  std::vector<Tally> tallies(options.agents);
  ResultFile results(options);
  if (!results.Write(Sum(tallies), 0, "running")) return 2;
  std::atomic<uint32_t> running{options.agents};
  Watch watch(options, tallies, running, results);
  std::vector<std::thread> agents;
  for (uint32_t number = 1; number <= options.agents; ++number) {
    agents.emplace_back([&, number] {
      AgentScenario(options, number, tallies[number - 1]).Run();
      running.fetch_sub(1, std::memory_order_release);
    });
  }
  bool all_stopped = watch.Wait();
  if (all_stopped) {
    for (std::thread& agent : agents) agent.join();
    JudgeLeaks();
    FailOnRaces();
    JudgeTotals(Sum(tallies));
  }

  Totals totals = Sum(tallies);
  bool failed = Failures() != 0;
  const char* outcome = failed ? "failed" : interrupted != 0 ? "interrupted" : "ok";
  bool written = results.Write(totals, watch.seconds(), outcome);
  std::printf("%s\n%s\n", ProgressLine(totals, watch.seconds()).c_str(), outcome);
  std::fflush(stdout);
  int status = failed ? kExitFailed : !written ? 2 : interrupted != 0 ? kExitInterrupted : 0;
  // A sanitizer would put its own status in the place of ours at exit; and destructors may not run
  // under threads that do not stop.
  if (failed || !all_stopped) std::_Exit(status);
  return status;
}

}  // namespace
}  // namespace napisan::stress

int main(int argc, char** argv) { return napisan::stress::Main(argc, argv); }
