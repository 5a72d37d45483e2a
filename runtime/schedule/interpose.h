// What the interposed functions share. Each does what its real function does where the calling
// thread is not controlled.
//
// They are symbols of the program, ahead of the C library's for all that it loads.
#pragma once

#include <errno.h>

#include "schedule/control.h"
#include "schedule/delays.h"
#include "schedule/real.h"

namespace napisan::schedule {

inline bool Uncontrolled() {
  if (__builtin_expect(Current() != nullptr, 0)) return false;
  if (__builtin_expect(delays_on, 0)) Delay();
  return true;
}

inline int64_t NanosecondsOf(const timespec& time) {
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

inline bool Valid(const timespec& time) {
  return time.tv_nsec >= 0 && time.tv_nsec < 1'000'000'000;
}

// A moment of the clock's, as virtual monotonic time.
inline int64_t DeadlineOf(clockid_t clock, const timespec& time) {
  return clock == CLOCK_REALTIME ? FromRealtime(NanosecondsOf(time)) : NanosecondsOf(time);
}

// Tries until it is free, and waits in between.
template <class Try>
int AcquireUntil(Try&& attempt, Wait wait, const void* object, int64_t deadline, int timed_out,
                 const void* at) {
  for (;;) {
    int error = attempt();
    if (error != EBUSY) return error;
    if (!Block({.wait = wait, .object = object, .deadline = deadline}, at)) return timed_out;
  }
}

// Of the caller's own mutex: a condition variable gives it back so, too.
int LockAgain(pthread_mutex_t* mutex, const void* at);
int Release(pthread_mutex_t* mutex);

}  // namespace napisan::schedule

#define NAPISAN_CALLER __builtin_return_address(0)
