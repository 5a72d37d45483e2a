// Threads that begin and end under control.

#include "schedule/state.h"

namespace napisan::schedule {

Strand* NewStrand(void* (*start)(void*), void* argument) {
  int id = 1;
  while (id < kStrandsMax && state.strands[id].state != StrandState::kFree) ++id;
  if (id == kStrandsMax) return nullptr;
  if (id >= state.end) state.end = id + 1;
  Strand& strand = state.strands[id];
  strand.id = id;
  strand.timed_out = strand.detached = false;
  strand.baton = strand.arrived = 0;
  strand.waits = Waits();
  strand.tid = 0;
  strand.start = start;
  strand.start_argument = argument;
  strand.end_rounds = 0;
  strand.what = "begins";
  strand.at = reinterpret_cast<const void*>(start);
  strand.points = 0;
  state.record->names[id].kind = 0;
  state.record->names[id].number = 0;
  strand.state = StrandState::kRunnable;
  state.strategy->OnNew(strand);
  Note(EventKind::kBegins, strand, strand.what, nullptr, strand.at);
  return &strand;
}

void DropStrand(Strand& strand) { strand.state = StrandState::kFree; }

void SetHandle(Strand& strand, pthread_t handle) { strand.handle = handle; }

void ThreadBegins(Strand& strand) {
  strand.tid = static_cast<pid_t>(RawSyscall(SYS_gettid));
  internal::current_strand = &strand;
  Park(strand);
}

void ThreadEnds() {
  Point("ends", nullptr, nullptr);
  Strand& self = *Current();
  if (!TakeOwner(self.id)) return;
  ++state.progress;
  Note(EventKind::kEnds, self, "ends", nullptr, nullptr);
  self.state = self.detached ? StrandState::kFree : StrandState::kDone;
  WakeAll(Wait::kJoin, &self);
  HandTo(Decide(nullptr, false, false));
  internal::current_strand = nullptr;
}

Strand* FindStrand(pthread_t handle) {
  for (int id = 0; id < state.end; ++id) {
    Strand& strand = state.strands[id];
    if (strand.state != StrandState::kFree && strand.handle == handle) return &strand;
  }
  return nullptr;
}

void Detach(Strand& strand) {
  strand.detached = true;
  if (strand.state == StrandState::kDone) strand.state = StrandState::kFree;
}

}  // namespace napisan::schedule
