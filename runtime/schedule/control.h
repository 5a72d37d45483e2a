// Control: of all strands one runs at a time, and which one is a strategy's choice at each point.
//
// A process comes under control once, before it has threads, and stays so to its end; between
// schedules the usual strategy chooses. Time is virtual: it goes on by a little at each point, and
// jumps to the next deadline where nobody else can go on.
//
// The hand-over is a futex and nothing else. No sanitizer sees it, so that what ThreadSanitizer
// takes for order between threads is the program's own doing. That is so because this room is not
// instrumented; sanitizers/planted proves it in each build.
//
// Threads: BeginControl, BeginSchedule and EndSchedule on the first strand; the rest on the running
// strand, which is the only one there is.
#pragma once

#include <cstddef>
#include <cstdint>

#include "api/schedule_point.h"
#include "schedule/record.h"
#include "schedule/strand.h"
#include "schedule/strategy.h"

namespace napisan::schedule {

struct Limits {
  // Points in a schedule, before it is called endless. At half of them the choices become fair, for
  // a strategy that starves somebody may keep the others waiting for good.
  uint64_t points = 500'000;
  // Real time for the world outside (a peer, a child process), before nobody going on is called a
  // deadlock.
  int64_t outside_wait_ns = 300'000'000;
  // Real time in which a strand that comes to no point is taken for blocked outside, or spinning.
  int64_t outside_sleep_ns = 60'000'000;
  int64_t outside_spin_ns = 2'000'000'000;
  // What is done where nobody can go on, or a schedule does not end, in place of leaving with
  // kStuckStatus: on the thread that sees it, while no other goes on. It ends the process.
  void (*stuck)(Outcome outcome) = nullptr;
  // CLOCK_REALTIME tells the real time, for whoever drives the schedules counts it, as a fuzzing
  // engine does. Waits that end at a moment of it take as long as they would, on the virtual clock.
  bool real_wall_clock = false;
};

// The status of a process that ends because nobody can go on, or that does not end.
inline constexpr int kStuckStatus = 86;

// The caller becomes the first strand; every thread that the process makes from here on is one.
// The process keeps to one CPU, for a hand-over is quick there.
void BeginControl(Record& record, const Limits& limits);

// From here to EndSchedule `strategy` chooses. The record is emptied.
void BeginSchedule(Strategy& strategy);
// First, all others go on as far as they can without the caller.
void EndSchedule();

inline Strand* Current() { return internal::current_strand; }

// --- For what is interposed; each on a controlled thread ---

// Others may go on here.
void Point(const char* what, const void* object, const void* at);
// The same of one that waits for what others do.
void Yield(const char* what, const void* at);

// Until it is woken (true) or its deadline has come (false).
bool Block(const Waits& waits, const void* at);

// All that wait so for the object.
void WakeAll(Wait wait, const void* object);
// Up to `count` of those that hear one of `bits`: which, is a choice. How many there were.
int Wake(Wait wait, const void* object, int count, uint32_t bits = ~0u);

// epfd is told to watch fd.
void NoteWatched(int epfd, int fd);

// A thread that is about to be made; null where there are too many, and it stays uncontrolled.
Strand* NewStrand(void* (*start)(void*), void* argument);
void DropStrand(Strand& strand);
void SetHandle(Strand& strand, pthread_t handle);
// On the new thread: waits to be chosen.
void ThreadBegins(Strand& strand);
// The last thing of a controlled thread's that others can see.
void ThreadEnds();
Strand* FindStrand(pthread_t handle);
void Detach(Strand& strand);

// Whether CLOCK_REALTIME tells what follows.
bool WallClockIsVirtual();
// Virtual, of CLOCK_MONOTONIC and CLOCK_REALTIME.
int64_t MonotonicNow();
int64_t RealtimeNow();
// The same moment on the monotonic clock.
int64_t FromRealtime(int64_t realtime);

}  // namespace napisan::schedule
