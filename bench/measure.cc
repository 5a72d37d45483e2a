#include "measure.h"

#include <linux/perf_event.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace napisan::bench {
namespace {

int64_t Ns(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

int OpenInstructionCounter() {
  perf_event_attr attributes{};
  attributes.size = sizeof(attributes);
  attributes.type = PERF_TYPE_HARDWARE;
  attributes.config = PERF_COUNT_HW_INSTRUCTIONS;
  // What an unprivileged user may count.
  attributes.exclude_kernel = 1;
  attributes.exclude_hv = 1;
  return static_cast<int>(syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0));
}

}  // namespace

ThreadMeter::ThreadMeter() : counter_(OpenInstructionCounter()) {
  if (counter_ < 0) why_not_ = std::string("perf_event_open: ") + std::strerror(errno);
  if (pthread_getcpuclockid(pthread_self(), &clock_) != 0) {
    std::fprintf(stderr, "bench: this thread has no CPU clock\n");
    std::abort();
  }
}

ThreadMeter::~ThreadMeter() {
  if (counter_ >= 0) close(counter_);
}

Usage ThreadMeter::Read() const {
  Usage usage{.cpu_ns = Ns(clock_)};
  uint64_t count = 0;
  if (counter_ >= 0 && read(counter_, &count, sizeof(count)) == sizeof(count)) {
    usage.instructions = static_cast<int64_t>(count);
  }
  return usage;
}

void KeepTo(int place) {
  static const cpu_set_t allowed = [] {
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(0, sizeof(set), &set);
    return set;
  }();
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed) || place-- > 0) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    sched_setaffinity(0, sizeof(one), &one);
    return;
  }
}

int64_t WallNs() { return Ns(CLOCK_MONOTONIC); }

void Spin(int64_t ns) {
  for (int64_t end = WallNs() + ns; WallNs() < end;) {
  }
}

}  // namespace napisan::bench
