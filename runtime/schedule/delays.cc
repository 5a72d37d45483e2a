#include "schedule/delays.h"

#include "schedule/raw.h"

namespace napisan::schedule {

bool delays_on = false;

namespace {

uint64_t delay_seed = 0;
constinit thread_local uint64_t delay_state [[gnu::tls_model("initial-exec")]] = 0;

}  // namespace

void BeginDelays(uint64_t seed) {
  delay_seed = seed | 1;
  delays_on = true;
}

void Delay() {
  uint64_t x = delay_state;
  // Different in each thread.
  if (x == 0) x = delay_seed ^ static_cast<uint64_t>(RawSyscall(SYS_gettid)) << 32;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  delay_state = x;
  // Mostly not at all; else the CPU is given away, or the thread sleeps for up to 200 µs.
  uint64_t choice = x >> 40 & 63;
  if (choice < 4) {
    RawSyscall(SYS_sched_yield);
  } else if (choice == 4) {
    RawSleep(static_cast<int64_t>(x >> 8 & 0xffff) * 3);
  }
}

}  // namespace napisan::schedule
