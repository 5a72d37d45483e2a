#include "verdict.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <mutex>

#include <fmt/format.h>
#include <unistd.h>

#include "napisan/reports.h"

#include "sanitizer.h"

namespace napisan::stress {
namespace {

std::atomic<size_t> failures{0};
std::atomic<size_t> reports{0};
std::atomic<bool> stop{false};

}  // namespace

#if defined(NAPISAN_STRESS_TSAN)
// Reports of ThreadSanitizer. It has linkage for the hook below.
extern std::atomic<size_t> races;
std::atomic<size_t> races{0};
#endif

namespace {

std::mutex mutex;
std::string first_failure;
// Fixed after SetRepro, and in this form so that a signal handler may write it.
char repro[512];
size_t repro_length = 0;

void OnReport(const ReportInfo& report, void*) {
  reports.fetch_add(1, std::memory_order_relaxed);
  Fail(fmt::format("napisan reports {}: {}", report.rule, report.message));
}

void WriteRepro() {
  // Nothing can be done about a short write on the way out.
  if (write(STDERR_FILENO, repro, repro_length) < 0) return;
}

#if !defined(NAPISAN_STRESS_ASAN) && !defined(NAPISAN_STRESS_TSAN)
// The sanitizers have a better word for a crash, and call WriteRepro themselves.
void OnCrash(int signal) {
  constexpr char kLine[] = "stress_async_work: FAILED: a crash\n";
  if (write(STDERR_FILENO, kLine, sizeof(kLine) - 1) > 0) WriteRepro();
  raise(signal);  // The handler was reset: this ends the process as it would have.
}
#endif

}  // namespace

void SetRepro(const std::string& command) {
  std::string line = "  repro: " + command + "\n";
  repro_length = std::min(line.size(), sizeof(repro));
  std::memcpy(repro, line.data(), repro_length);
}

void Fail(const std::string& what) {
  AskToStop();
  if (failures.fetch_add(1, std::memory_order_relaxed) != 0) return;
  std::lock_guard lock(mutex);
  first_failure = what;
  std::fprintf(stderr, "stress_async_work: FAILED: %s\n", what.c_str());
  std::fflush(stderr);
  WriteRepro();
}

size_t Failures() { return failures.load(std::memory_order_relaxed); }

std::string FirstFailure() {
  std::lock_guard lock(mutex);
  return first_failure;
}

void AskToStop() { stop.store(true, std::memory_order_relaxed); }
bool AskedToStop() { return stop.load(std::memory_order_relaxed); }

void WatchReports() {
  SetReportListener(OnReport, nullptr);
#if defined(NAPISAN_STRESS_ASAN) || defined(NAPISAN_STRESS_TSAN)
  __sanitizer_set_death_callback(WriteRepro);
#else
  struct sigaction action {};
  action.sa_handler = OnCrash;
  action.sa_flags = SA_RESETHAND;
  for (int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE}) {
    sigaction(signal, &action, nullptr);
  }
#endif
}

void FailOnRaces() {
#if defined(NAPISAN_STRESS_TSAN)
  size_t count = races.load(std::memory_order_relaxed);
  if (count != 0) Fail(fmt::format("ThreadSanitizer reports {} times, above", count));
#endif
}

size_t Reports() { return reports.load(std::memory_order_relaxed); }

}  // namespace napisan::stress

#if defined(NAPISAN_STRESS_TSAN)
// ThreadSanitizer calls it after it has printed a report, with locks of its own held: what it may
// do is what a signal handler may. FailOnRaces says the rest.
extern "C" void __tsan_on_report(const void*) {
  napisan::stress::races.fetch_add(1, std::memory_order_relaxed);
  napisan::stress::AskToStop();
}
#endif
