#include "explore/fork.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>

#include "explore/timeline.h"
#include "schedule/control.h"

namespace napisan::explore {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kOutputMax = 1 << 16;

volatile std::sig_atomic_t caught = 0;
void OnSignal(int signal) { caught = signal; }
struct sigaction before_int;
struct sigaction before_term;

std::string ReadFrom(int file, int64_t begin) {
  std::string text(kOutputMax, '\0');
  ssize_t count = pread(file, text.data(), text.size(), std::max<int64_t>(begin, 0));
  text.resize(count > 0 ? static_cast<size_t>(count) : 0);
  return text;
}

// "SUMMARY: ThreadSanitizer: data race a.cc:5 in f", without the process's name and number.
std::string SummaryOf(const std::string& output) {
  size_t begin = output.find("SUMMARY: ");
  while (begin != std::string::npos && output.compare(begin + 9, 8, "napisan:") == 0) {
    begin = output.find("SUMMARY: ", begin + 1);
  }
  if (begin == std::string::npos) {
    // UndefinedBehaviorSanitizer has no summary of its own.
    size_t error = output.find("runtime error: ");
    if (error == std::string::npos) return "";
    size_t line = output.rfind('\n', error);
    line = line == std::string::npos ? 0 : line + 1;
    return output.substr(line, output.find('\n', line) - line);
  }
  begin += 9;
  return output.substr(begin, output.find('\n', begin) - begin);
}

// Whether one of the threads waits for a lock.
bool ForLocks(const schedule::Record& record) {
  for (const schedule::Waiting& waiting : record.waiting) {
    if (waiting.state != schedule::StrandState::kBlocked) continue;
    if (waiting.wait == schedule::Wait::kMutex || waiting.wait == schedule::Wait::kRead ||
        waiting.wait == schedule::Wait::kWrite) {
      return true;
    }
  }
  return false;
}

}  // namespace

InterruptGuard::InterruptGuard() {
  caught = 0;
  struct sigaction action {};
  action.sa_handler = OnSignal;
  sigaction(SIGINT, &action, &before_int);
  sigaction(SIGTERM, &action, &before_term);
}

InterruptGuard::~InterruptGuard() {
  sigaction(SIGINT, &before_int, nullptr);
  sigaction(SIGTERM, &before_term, nullptr);
}

int InterruptGuard::signal() { return caught; }

ChildEnd RunForked(const std::function<void()>& body, const std::function<void()>& tick,
                   double hang_seconds, Shared& shared) {
  ChildEnd end;
  int output = memfd_create("napisan", MFD_CLOEXEC);
  shared.failed = false;
  shared.usual = false;
  shared.output_begin = 0;
  std::fflush(nullptr);
  pid_t parent = getpid();
  pid_t child = fork();
  if (child < 0 || output < 0) {
    std::fprintf(stderr, "napisan: no child process: %s\n", std::strerror(errno));
    std::exit(2);
  }
  if (child == 0) {
    // It dies with the explorer, and leaves Ctrl-C to it.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(0);
    std::signal(SIGINT, SIG_IGN);
    std::signal(SIGTERM, SIG_DFL);
    dup2(output, STDERR_FILENO);
    body();
    _exit(0);
  }
  uint64_t progress = UINT64_MAX;
  Clock::time_point moved = Clock::now();
  Clock::time_point ticked = moved;
  int status = 0;
  useconds_t nap = 200;
  for (;;) {
    pid_t done = waitpid(child, &status, WNOHANG);
    if (done == child) break;
    if (done < 0 && errno != EINTR) break;
    usleep(nap);
    nap = std::min<useconds_t>(nap * 2, 20'000);
    Clock::time_point now = Clock::now();
    if (now - ticked > std::chrono::milliseconds(100)) {
      ticked = now;
      if (tick) tick();
    }
    uint64_t newest = shared.counts.schedules * 1'000'003 + shared.record.points;
    if (newest != progress) {
      progress = newest;
      moved = now;
    }
    end.hung = std::chrono::duration<double>(now - moved).count() > hang_seconds;
    end.interrupted = caught != 0;
    if (end.hung || end.interrupted) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      break;
    }
  }
  if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
  if (WIFEXITED(status)) end.status = WEXITSTATUS(status);
  end.output = ReadFrom(output, shared.output_begin);
  close(output);
  return end;
}

std::optional<Fault> FaultOf(const ChildEnd& end, const Shared& shared) {
  if (end.interrupted) return std::nullopt;
  if (end.hung) return Fault{FindingKind::kHang, "no thread comes to an end, or to a point"};
  std::string summary = SummaryOf(end.output);
  if (end.signal != 0) {
    if (!summary.empty()) return Fault{FindingKind::kSanitizer, summary};
    return Fault{FindingKind::kCrash, strsignal(end.signal)};
  }
  switch (end.status) {
    case kChildDone:
      return std::nullopt;
    case kChildFailed:
      if (shared.kind == FindingKind::kSanitizer || shared.kind == FindingKind::kLeak) {
        return Fault{shared.kind, summary};
      }
      return Fault{shared.kind, shared.what};
    case schedule::kStuckStatus:
      if (shared.record.outcome == schedule::Outcome::kEndless) {
        return Fault{FindingKind::kLivelock,
                     fmt::format("no end after {} points: {}", shared.record.points - 1,
                                 DescribeWaiting(shared))};
      }
      return Fault{ForLocks(shared.record) ? FindingKind::kDeadlock : FindingKind::kLostWakeUp,
                   DescribeWaiting(shared)};
    default:
      if (!summary.empty()) return Fault{FindingKind::kSanitizer, summary};
      return Fault{FindingKind::kExit, fmt::format("the program left with status {}", end.status)};
  }
}

}  // namespace napisan::explore
