// Record: what a schedule leaves behind. It lies in memory that the process which started the
// controlled one shares, so that a crash or a deadlock takes nothing away.
//
// Pointers in it are good in both: one is a fork of the other.
// Threads: written by whoever decides; read when the schedule is over, or its process dead.
#pragma once

#include <cstdint>

#include "schedule/strand.h"
#include "schedule/strategy.h"

namespace napisan::schedule {

// Of several that might go on, which did.
struct Decision {
  DecisionKey key;
  uint16_t chosen = 0;
  uint16_t usual = 0;  // who would have, without a schedule
  uint16_t candidates = 0;
  // The places of the two among the candidates.
  uint16_t index = 0;
  uint16_t usual_index = 0;
  // The place of the running strand: choosing another preempts it. kNobody where it could not go
  // on, or waits for others anyhow.
  int16_t current = kNobody;
};

enum class EventKind : uint8_t { kPoint, kBlocks, kTimesOut, kBegins, kEnds, kOutside };

struct Event {
  const char* what = nullptr;
  const void* object = nullptr;
  const void* at = nullptr;  // where the module, or libuv, called
  uint32_t decision = 0;     // decisions made before it
  uint16_t strand = 0;
  EventKind kind = EventKind::kPoint;
  Wait wait = Wait::kNothing;  // of kBlocks and kTimesOut
};

enum class Outcome : uint8_t {
  kRuns,  // it has not ended: what there is when a process died
  kEnded,
  kDeadlock,  // nobody can go on
  kEndless,   // more points than allowed
};

// Of the strands when nobody could go on.
struct Waiting {
  Wait wait = Wait::kNothing;
  StrandState state = StrandState::kFree;
  const char* what = nullptr;  // its newest point
  const void* object = nullptr;
  const void* at = nullptr;
  int holder = kNobody;  // the strand that has the mutex
};

// What a strand is to Node-API: ThreadKind and its number; 0 where it is nothing.
struct StrandName {
  uint8_t kind = 0;
  uint16_t number = 0;
};

inline constexpr uint32_t kDecisionsMax = 1u << 19;
inline constexpr uint32_t kEventsMax = 1u << 17;

struct Record {
  Outcome outcome = Outcome::kEnded;
  uint64_t points = 0;
  // How many decisions and events there were, of which the first kDecisionsMax, kEventsMax are
  // kept.
  uint32_t decision_count = 0;
  uint32_t event_count = 0;
  uint32_t preemptions = 0;
  uint32_t strands_max = 0;  // at one time
  uint32_t outside = 0;      // strands that blocked or spun where we cannot see it
  uint32_t divergences = 0;  // choices of a replayed schedule that were not there to be chosen
  // Of who came to which point: the same for the same interleaving.
  uint64_t hash = 0;
  StrandName names[kStrandsMax];
  Waiting waiting[kStrandsMax];
  Decision decisions[kDecisionsMax];
  Event events[kEventsMax];
};

}  // namespace napisan::schedule
