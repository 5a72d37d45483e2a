// Who goes on. All of it with the baton.

#include <stdlib.h>

#include "schedule/state.h"

namespace napisan::schedule {
namespace {

// Readers of the record may be in another process.
void Hash(uint64_t what) { state.record->hash = (state.record->hash ^ what) * 1099511628211u; }

bool CanGoOn(Strand& strand) {
  switch (strand.state) {
    case StrandState::kRunnable:
    case StrandState::kRunning:
      return true;
    case StrandState::kOutside:
      if (__atomic_exchange_n(&strand.arrived, 0, __ATOMIC_ACQ_REL) == 0) return false;
      strand.state = StrandState::kRunnable;
      return true;
    case StrandState::kBlocked:
      if (!DescriptorsReady(strand)) return false;
      WakeUp(strand);
      return true;
    case StrandState::kFree:
    case StrandState::kDone:
      return false;
  }
  return false;
}

// The strand whose deadline comes first; null where there is none, or what is waited for may come
// from outside before.
Strand* FirstInTime(bool jump) {
  Strand* first = nullptr;
  for (int id = 0; id < state.end; ++id) {
    Strand& strand = state.strands[id];
    if (strand.state == StrandState::kOutside && !jump) return nullptr;
    if (strand.state != StrandState::kBlocked) continue;
    if (!jump && LeadsOutside(strand)) return nullptr;
    if (strand.waits.deadline == kNever) continue;
    if (first == nullptr || strand.waits.deadline < first->waits.deadline) first = &strand;
  }
  return first;
}

void TimeOut(Strand& strand) {
  if (strand.waits.deadline > state.now) state.now = strand.waits.deadline;
  strand.timed_out = true;
  // It would be the first again and again, where it waits a little and looks.
  state.strategy->OnYield(strand);
  Note(EventKind::kTimesOut, strand, nullptr, strand.waits.object, strand.at);
}

}  // namespace

void Note(EventKind kind, const Strand& strand, const char* what, const void* object,
          const void* at) {
  Record& record = *state.record;
  Hash(static_cast<uint64_t>(strand.id) << 16 | static_cast<uint64_t>(kind) << 8 |
       static_cast<uint64_t>(strand.waits.wait));
  uint32_t index = record.event_count++;
  if (index >= kEventsMax) return;
  Event& event = record.events[index];
  event.what = what;
  event.object = object;
  event.at = at;
  event.decision = record.decision_count;
  event.strand = static_cast<uint16_t>(strand.id);
  event.kind = kind;
  event.wait = strand.waits.wait;
}

void WakeUp(Strand& strand) { strand.state = StrandState::kRunnable; }

int ChooseOf(Candidates& candidates) {
  if (candidates.count == 1) return 0;
  const Strand* by = Current();
  candidates.key.strand = by != nullptr ? static_cast<uint16_t>(by->id) : kOutsideKey;
  candidates.key.point = static_cast<uint32_t>(by != nullptr ? by->points : state.record->points);
  candidates.key.ordinal = state.ordinal++;
  int index = state.strategy->Choose(candidates);
  Record& record = *state.record;
  if (!state.in_schedule) return index;
  Hash(static_cast<uint64_t>(candidates.ids[index]) << 24 |
       static_cast<uint64_t>(candidates.count));
  bool preempts =
      !candidates.waiters && candidates.current != kNobody && index != candidates.current;
  if (preempts) ++record.preemptions;
  uint32_t number = record.decision_count++;
  if (number >= kDecisionsMax) return index;
  Decision& decision = record.decisions[number];
  decision.key = candidates.key;
  decision.chosen = candidates.ids[index];
  decision.usual = candidates.ids[candidates.usual];
  decision.candidates = static_cast<uint16_t>(candidates.count);
  decision.index = static_cast<uint16_t>(index);
  decision.usual_index = static_cast<uint16_t>(candidates.usual);
  decision.current = static_cast<int16_t>(candidates.current);
  return index;
}

Strand* Decide(const Strand* self, bool yields, bool jump) {
  uint16_t ids[kStrandsMax];
  Candidates candidates{ids, 0, kNobody, kNobody, false};
  int runnable = kNobody;  // index of the lowest but the running strand
  int in_time = kNobody;   // index of the one whose deadline comes first
  uint32_t alive = 0;
  for (int id = 0; id < state.end; ++id) {
    Strand& strand = state.strands[id];
    if (strand.state == StrandState::kFree) continue;
    ++alive;
    bool can = CanGoOn(strand);
    if (!can &&
        (strand.state != StrandState::kBlocked || strand.waits.deadline - kEarly > state.now)) {
      continue;
    }
    int index = candidates.count++;
    ids[index] = static_cast<uint16_t>(id);
    if (!can) {
      if (in_time == kNobody ||
          strand.waits.deadline < state.strands[ids[in_time]].waits.deadline) {
        in_time = index;
      }
    } else if (&strand == self) {
      candidates.current = index;
    } else if (runnable == kNobody || (yields && self != nullptr && id > self->id &&
                                       static_cast<int>(ids[runnable]) < self->id)) {
      // The next after one that yields, so that none is left out.
      runnable = index;
    }
  }
  if (alive > state.record->strands_max) state.record->strands_max = alive;
  if (candidates.count == 0) {
    Strand* first = FirstInTime(jump);
    if (first != nullptr) TimeOut(*first);
    return first;
  }
  int current = candidates.current;
  if (yields) candidates.current = kNobody;
  if (yields && current != kNobody && runnable != kNobody) {
    // Who waits for others does not go on before one of them: it would be looking for good.
    for (int i = current; i + 1 < candidates.count; ++i) ids[i] = ids[i + 1];
    --candidates.count;
    if (runnable > current) --runnable;
    current = kNobody;
  }
  candidates.usual = candidates.current != kNobody ? candidates.current
                     : runnable != kNobody         ? runnable
                     : current != kNobody          ? current
                                                   : in_time;
  Strand& next = state.strands[ids[ChooseOf(candidates)]];
  if (next.state == StrandState::kBlocked) TimeOut(next);
  return &next;
}

void HandTo(Strand* next) {
  state.streak = 0;
  if (next == nullptr) {
    StoreOwner(kNobodyRuns);
    __atomic_store_n(&state.monitor_word, 1, __ATOMIC_RELEASE);
    FutexWake(&state.monitor_word);
    return;
  }
  next->state = StrandState::kRunning;
  StoreOwner(next->id);
  __atomic_store_n(&next->baton, 1, __ATOMIC_RELEASE);
  FutexWake(&next->baton);
}

void Stuck(Outcome outcome) {
  Record& record = *state.record;
  for (int id = 0; id < state.end; ++id) {
    const Strand& strand = state.strands[id];
    Waiting& waiting = record.waiting[id];
    waiting.wait = strand.waits.wait;
    waiting.state = strand.state;
    // One that did nothing in this schedule waits for work, and has no part in it.
    if (state.in_schedule && strand.state == StrandState::kBlocked && strand.points == 0)
      waiting.state = StrandState::kFree;
    waiting.what = strand.what;
    waiting.object = strand.waits.object;
    waiting.at = strand.at;
    waiting.holder = kNobody;
    if (strand.state != StrandState::kBlocked || strand.waits.wait != Wait::kMutex) continue;
    pid_t owner = static_cast<const pthread_mutex_t*>(strand.waits.object)->__data.__owner;
    for (int other = 0; other < state.end; ++other) {
      const Strand& holder = state.strands[other];
      if (holder.state != StrandState::kFree && holder.tid == owner) waiting.holder = other;
    }
  }
  for (int id = state.end; id < kStrandsMax; ++id) record.waiting[id].state = StrandState::kFree;
  record.outcome = outcome;
  if (state.limits.stuck != nullptr) {
    internal::current_strand = nullptr;
    state.limits.stuck(outcome);
  }
  for (;;) RawSyscall(SYS_exit_group, kStuckStatus);
}

}  // namespace napisan::schedule
