// What the files of this room share: the baton and the table of strands.
//
// Threads: `owner` is the lock of everything else here. Who has it is the running strand, or has
// put kDeciding in its place and decides who runs next.
#pragma once

#include <cstdint>

#include "schedule/control.h"
#include "schedule/raw.h"

namespace napisan::schedule {

inline constexpr int kNobodyRuns = -1;
inline constexpr int kDeciding = -2;

// A deadline so near may come before what others do meanwhile.
inline constexpr int64_t kEarly = 10'000'000;
// What a point and a look at the clock take.
inline constexpr int64_t kPointTakes = 1'000;
inline constexpr int64_t kClockTakes = 100;

struct State {
  int owner = kNobodyRuns;
  Strand strands[kStrandsMax];
  int end = 0;  // of the strands that were ever in use
  Record* record = nullptr;
  Limits limits;
  Strategy* strategy = nullptr;
  bool in_schedule = false;
  int64_t now = 0;
  int64_t realtime_begin = 0;
  uint64_t next_order = 0;
  // Points since control began: how the monitor sees that somebody goes on.
  uint64_t progress = 0;
  // Decisions since the newest point.
  uint16_t ordinal = 0;
  // Points since another strand ran, while others could have.
  uint32_t streak = 0;
  // The monitor sleeps in it.
  uint32_t monitor_word = 0;
};

extern State state;

inline int LoadOwner() { return __atomic_load_n(&state.owner, __ATOMIC_ACQUIRE); }
inline void StoreOwner(int owner) { __atomic_store_n(&state.owner, owner, __ATOMIC_RELEASE); }
inline bool TakeOwner(int from) {
  return __atomic_compare_exchange_n(&state.owner, &from, kDeciding, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_RELAXED);
}

// Sleeps until the calling strand is given the baton.
inline void Park(Strand& self) {
  while (__atomic_exchange_n(&self.baton, 0, __ATOMIC_ACQ_REL) == 0) FutexWait(&self.baton, 0);
}

// --- With the baton ---

void Note(EventKind kind, const Strand& strand, const char* what, const void* object,
          const void* at);
// Can go on from now, having been woken.
void WakeUp(Strand& strand);
// Who goes on. `self` came to a point, and `yields` if it waits for others; null where nobody can
// before something happens outside. With `jump`, time does what is left.
Strand* Decide(const Strand* self, bool yields, bool jump);
// The process ends.
[[noreturn]] void Stuck(Outcome outcome);

// Index of the one that the strategy takes; a decision, where there are two or more.
int ChooseOf(Candidates& candidates);

// Gives the baton away, not to the calling strand; to the monitor where `next` is null.
void HandTo(Strand* next);

// --- Of descriptors ---

// Whether what the strand waits for has come.
bool DescriptorsReady(const Strand& strand);
// Whether one of them leads out of the process.
bool LeadsOutside(const Strand& strand);

// Begins the thread that sees what no strand can: that none comes to a point.
void BeginMonitor();

}  // namespace napisan::schedule
