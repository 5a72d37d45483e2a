// A clock cheap enough for the worker's path: the processor's counter, a few ns a reading.
#pragma once

#include <cstdint>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace napisan::checker {

inline uint64_t Ticks() {
#if defined(__x86_64__)
  return __rdtsc();
#elif defined(__aarch64__)
  uint64_t ticks;
  __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
  return ticks;
#else
#error "No counter for this machine"
#endif
}

// The option of that name. Set before the first agent, and never again.
extern bool execute_times;

// Nanoseconds, for a report; measures the counter's rate the first time (a millisecond).
uint64_t TicksToNs(uint64_t ticks);

}  // namespace napisan::checker
