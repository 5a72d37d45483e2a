#include "schedule/control.h"

#include "schedule/raw.h"
#include "schedule/state.h"

namespace napisan::schedule {

constinit State state;

namespace {

constinit UsualStrategy usual;
constinit FairStrategy fair;

// With the same strand running on and on, nobody else would come to what it may be waiting for.
constexpr uint32_t kStreakMax = 1'000;

// Takes the baton of the calling strand, which it has unless it was taken for blocked outside.
//
// False in a signal handler that runs while its thread is parked: nothing can be done there.
bool Claim(Strand& self) {
  if (TakeOwner(self.id)) return true;
  StrandState own;
  __atomic_load(&self.state, &own, __ATOMIC_ACQUIRE);
  if (own == StrandState::kRunnable || own == StrandState::kBlocked) return false;
  __atomic_store_n(&self.arrived, 1, __ATOMIC_RELEASE);
  FutexWake(&state.monitor_word);
  Park(self);
  return TakeOwner(self.id);
}

// The calling strand is not running any more, as its state says; returns when it is again.
void SwitchFrom(Strand& self, bool yields) {
  Strand* next = Decide(&self, yields, false);
  if (next == &self) {
    self.state = StrandState::kRunning;
    StoreOwner(self.id);
    return;
  }
  HandTo(next);
  Park(self);
}

void CountPoint(Strand& self) {
  state.now += kPointTakes;
  ++state.progress;
  ++self.points;
  state.ordinal = 0;
  uint64_t points = ++state.record->points;
  if (points == state.limits.points / 2) state.strategy = &fair;
  if (state.in_schedule && points > state.limits.points) Stuck(Outcome::kEndless);
}

void PointOf(const char* what, const void* object, const void* at, bool yields) {
  if (internal::unscheduled != 0) return;
  Strand& self = *Current();
  if (!Claim(self)) return;
  CountPoint(self);
  self.what = what;
  self.at = at;
  Note(EventKind::kPoint, self, what, object, at);
  self.state = StrandState::kRunnable;
  if (++state.streak > kStreakMax) yields = true;
  if (yields) {
    state.streak = 0;
    state.strategy->OnYield(self);
  }
  SwitchFrom(self, yields);
}

void AtPoint(const char* what, const void* object) {
  PointOf(what, object, __builtin_return_address(0), false);
}

void Empty(Record& record) {
  record.outcome = Outcome::kRuns;
  record.points = 0;
  record.decision_count = record.event_count = 0;
  record.preemptions = record.outside = record.divergences = 0;
  record.strands_max = 0;
  record.hash = 14695981039346656037u;
}

void AtName(uint8_t kind, uint16_t number) {
  StrandName& name = state.record->names[Current()->id];
  name.kind = kind;
  name.number = number;
}

}  // namespace

void BeginControl(Record& record, const Limits& limits) {
  Empty(record);
  state.record = &record;
  state.limits = limits;
  state.strategy = &usual;
  state.now = 1'000'000'000'000;
  timespec real{};
  RawSyscall(SYS_clock_gettime, CLOCK_REALTIME, reinterpret_cast<long>(&real));
  state.realtime_begin = real.tv_sec * 1'000'000'000 - state.now;
  // One of the CPUs that it may use: on another one, a thread that is woken has its caches cold and
  // its CPU asleep.
  unsigned long cpus[16] = {};
  long bytes = RawSyscall(SYS_sched_getaffinity, 0, sizeof(cpus), reinterpret_cast<long>(cpus));
  for (long i = bytes / static_cast<long>(sizeof(cpus[0])) - 1; i >= 0; --i) {
    if (cpus[i] == 0) continue;
    unsigned long one[16] = {};
    one[i] = 1UL << (63 - __builtin_clzl(cpus[i]));
    RawSyscall(SYS_sched_setaffinity, 0, bytes, reinterpret_cast<long>(one));
    break;
  }
  BeginMonitor();
  Strand& first = state.strands[0];
  first.id = 0;
  first.state = StrandState::kRunning;
  first.tid = static_cast<pid_t>(RawSyscall(SYS_gettid));
  first.handle = pthread_self();
  state.end = 1;
  StoreOwner(0);
  internal::at_point = AtPoint;
  internal::at_name = AtName;
  internal::current_strand = &first;
}

void BeginSchedule(Strategy& strategy) {
  Empty(*state.record);
  // As it would be if nothing had been before.
  for (int id = 0; id < state.end; ++id) {
    state.strands[id].points = 0;
    state.strands[id].order = static_cast<uint64_t>(id);
  }
  state.next_order = kStrandsMax;
  state.streak = 0;
  state.now += 1'000'000'000 - state.now % 1'000'000'000;
  state.strategy = &strategy;
  strategy.Begin(state.strands, state.end);
  state.in_schedule = true;
}

void EndSchedule() {
  state.strategy = &usual;
  for (;;) {
    bool others = false;
    for (int id = 1; id < state.end; ++id) {
      StrandState strand = state.strands[id].state;
      others |= strand == StrandState::kRunnable || strand == StrandState::kOutside;
    }
    if (!others) break;
    Yield("lets the others go on", nullptr);
  }
  state.in_schedule = false;
  state.record->outcome = Outcome::kEnded;
}

bool WallClockIsVirtual() { return !state.limits.real_wall_clock; }

void Point(const char* what, const void* object, const void* at) {
  PointOf(what, object, at, false);
}

void Yield(const char* what, const void* at) { PointOf(what, nullptr, at, true); }

bool Block(const Waits& waits, const void* at) {
  Strand& self = *Current();
  if (!Claim(self)) return true;
  CountPoint(self);
  if (waits.wait == Wait::kSleep) state.strategy->OnYield(self);
  self.waits = waits;
  self.order = state.next_order++;
  self.timed_out = false;
  self.what = nullptr;
  self.at = at;
  Note(EventKind::kBlocks, self, nullptr, waits.object, at);
  self.state = StrandState::kBlocked;
  SwitchFrom(self, false);
  self.waits = Waits();
  return !self.timed_out;
}

void WakeAll(Wait wait, const void* object) {
  for (int id = 0; id < state.end; ++id) {
    Strand& strand = state.strands[id];
    if (strand.state == StrandState::kBlocked && strand.waits.wait == wait &&
        strand.waits.object == object) {
      WakeUp(strand);
    }
  }
}

int Wake(Wait wait, const void* object, int count, uint32_t bits) {
  int woken = 0;
  for (; woken < count; ++woken) {
    uint16_t ids[kStrandsMax];
    Candidates candidates{ids, 0, kNobody, kNobody, true};
    for (int id = 0; id < state.end; ++id) {
      const Strand& strand = state.strands[id];
      if (strand.state != StrandState::kBlocked || strand.waits.wait != wait ||
          strand.waits.object != object || (strand.waits.bits & bits) == 0) {
        continue;
      }
      int index = candidates.count++;
      ids[index] = static_cast<uint16_t>(id);
      if (candidates.usual == kNobody ||
          strand.order < state.strands[ids[candidates.usual]].order) {
        candidates.usual = index;
      }
    }
    if (candidates.count == 0) break;
    WakeUp(state.strands[ids[ChooseOf(candidates)]]);
  }
  return woken;
}

int64_t MonotonicNow() { return state.now += kClockTakes; }
int64_t RealtimeNow() { return MonotonicNow() + state.realtime_begin; }
int64_t FromRealtime(int64_t realtime) {
  if (WallClockIsVirtual()) return realtime - state.realtime_begin;
  timespec real{};
  RawSyscall(SYS_clock_gettime, CLOCK_REALTIME, reinterpret_cast<long>(&real));
  return MonotonicNow() + realtime - (real.tv_sec * 1'000'000'000 + real.tv_nsec);
}

}  // namespace napisan::schedule
