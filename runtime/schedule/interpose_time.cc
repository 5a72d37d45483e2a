// Clocks and sleeps: time is virtual.

#include "schedule/interpose.h"

namespace napisan::schedule {
namespace {

bool IsRealtime(clockid_t clock) {
  return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
}

// Those that tell of the process or the thread stay real.
bool Virtual(clockid_t clock) {
  if (IsRealtime(clock)) return WallClockIsVirtual();
  switch (clock) {
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
      return true;
    default:
      return false;
  }
}

void SleepUntil(int64_t deadline, const void* at) {
  Block({.wait = Wait::kSleep, .deadline = deadline}, at);
}

}  // namespace
}  // namespace napisan::schedule

using namespace napisan::schedule;

extern "C" {

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  if (Uncontrolled() || !Virtual(clock)) return Real().clock_gettime(clock, time);
  int64_t now = IsRealtime(clock) ? RealtimeNow() : MonotonicNow();
  time->tv_sec = now / 1'000'000'000;
  time->tv_nsec = now % 1'000'000'000;
  return 0;
}

int gettimeofday(timeval* __restrict time, void* __restrict zone) noexcept {
  if (Uncontrolled() || !WallClockIsVirtual()) return Real().gettimeofday(time, zone);
  int64_t now = RealtimeNow();
  time->tv_sec = now / 1'000'000'000;
  time->tv_usec = now % 1'000'000'000 / 1'000;
  return 0;
}

time_t time(time_t* result) noexcept {
  if (Uncontrolled() || !WallClockIsVirtual()) return Real().time(result);
  time_t now = RealtimeNow() / 1'000'000'000;
  if (result != nullptr) *result = now;
  return now;
}

int nanosleep(const timespec* duration, timespec* left) {
  if (Uncontrolled() || !Valid(*duration)) return Real().nanosleep(duration, left);
  SleepUntil(MonotonicNow() + NanosecondsOf(*duration), NAPISAN_CALLER);
  return 0;
}

int clock_nanosleep(clockid_t clock, int flags, const timespec* time, timespec* left) {
  if (Uncontrolled() || !(IsRealtime(clock) || Virtual(clock)) || !Valid(*time)) {
    return Real().clock_nanosleep(clock, flags, time, left);
  }
  bool absolute = (flags & TIMER_ABSTIME) != 0;
  SleepUntil(absolute ? DeadlineOf(clock, *time) : MonotonicNow() + NanosecondsOf(*time),
             NAPISAN_CALLER);
  return 0;
}

int usleep(useconds_t duration) {
  if (Uncontrolled()) return Real().usleep(duration);
  SleepUntil(MonotonicNow() + static_cast<int64_t>(duration) * 1'000, NAPISAN_CALLER);
  return 0;
}

unsigned sleep(unsigned seconds) {
  if (Uncontrolled()) return Real().sleep(seconds);
  SleepUntil(MonotonicNow() + static_cast<int64_t>(seconds) * 1'000'000'000, NAPISAN_CALLER);
  return 0;
}

int sched_yield() noexcept {
  if (Uncontrolled()) return Real().sched_yield();
  Yield("yields", NAPISAN_CALLER);
  return 0;
}

}  // extern "C"
