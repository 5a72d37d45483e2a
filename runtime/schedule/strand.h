// Strand: a thread under control. One strand runs at a time; the others are parked, each in a futex
// of its own, until the running one hands on.
//
// Ownership: strands lie in the control's table and are used again. Threads: whoever decides (the
// running strand at a point, or the monitor) may touch every strand; nobody else touches any.
#pragma once

#include <pthread.h>
#include <sys/types.h>

#include <cstdint>

namespace napisan::schedule {

enum class StrandState : uint8_t {
  kFree,      // no thread has it
  kRunnable,  // may go on when it is chosen
  kRunning,   // the one
  kBlocked,   // until it is woken, or its deadline
  kOutside,   // did not come to a point for too long: it blocks where we cannot see it, or spins
  kDone,      // ended, and not joined yet
};

// What a strand waits for. One row: enumerator, and in words what it does meanwhile.
#define NAPISAN_WAITS(X)                              \
  X(kNothing, "does not wait")                        \
  X(kMutex, "waits for a mutex")                      \
  X(kRead, "waits to read under a lock")              \
  X(kWrite, "waits to write under a lock")            \
  X(kCondition, "waits for a condition variable")     \
  X(kSemaphore, "waits for a semaphore")              \
  X(kJoin, "waits for the end of a thread")           \
  X(kOnce, "waits for another thread's pthread_once") \
  X(kBarrier, "waits at a barrier")                   \
  X(kFutex, "waits for a futex")                      \
  X(kSleep, "sleeps")                                 \
  X(kPoll, "waits for a descriptor")                  \
  X(kEpoll, "waits in its loop")

enum class Wait : uint8_t {
#define NAPISAN_WAIT(name, text) name,
  NAPISAN_WAITS(NAPISAN_WAIT)
#undef NAPISAN_WAIT
};

// Virtual nanoseconds.
inline constexpr int64_t kNever = INT64_MAX;
inline constexpr int kStrandsMax = 256;
inline constexpr int kNobody = -1;

struct Waits {
  Wait wait = Wait::kNothing;
  // kPoll: how many descriptors there are at `object`. kEpoll: `object` is the descriptor.
  uint32_t descriptors = 0;
  const void* object = nullptr;
  int64_t deadline = kNever;
  // kFutex: which wakers are heard.
  uint32_t bits = ~0u;
};

struct Strand {
  int id = kNobody;
  StrandState state = StrandState::kFree;
  // Its wait ended by its deadline.
  bool timed_out = false;
  bool detached = false;
  // The parked thread sleeps while this is 0.
  uint32_t baton = 0;
  // One that was taken for blocked outside has come to a point, and parks.
  uint32_t arrived = 0;

  // While it is blocked.
  Waits waits;
  // Who came first, among those that wait for one object.
  uint64_t order = 0;

  pid_t tid = 0;
  pthread_t handle{};
  void* (*start)(void*) = nullptr;
  void* start_argument = nullptr;
  // How often the thread's end has come by: see thread_end.
  int end_rounds = 0;

  // Its newest point.
  const char* what = nullptr;
  const void* at = nullptr;
  // Points that it has come to in this schedule.
  uint64_t points = 0;

  // The strategy's.
  uint32_t priority = 0;
};

}  // namespace napisan::schedule
