// The monitor: the one thread that is no strand. It sees that a strand comes to no point, which the
// others cannot, and waits for the world outside where nobody can go on.

#include <fcntl.h>

#include "schedule/real.h"
#include "schedule/state.h"

namespace napisan::schedule {
namespace {

constexpr int64_t kTick = 10'000'000;
constexpr int64_t kLook = 200'000;
// How long nobody may go on where nothing that is waited for leads out of the process.
constexpr int64_t kInside = 5'000'000;

int64_t RealNow() {
  timespec now{};
  RawSyscall(SYS_clock_gettime, CLOCK_MONOTONIC, reinterpret_cast<long>(&now));
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

// 'S' sleeps, 'R' runs, …; 0 where it cannot be told.
char ThreadStateOf(pid_t tid) {
  char path[64] = "/proc/self/task/";
  int length = 16;
  char digits[12];
  int count = 0;
  for (pid_t left = tid; left > 0; left /= 10) digits[count++] = static_cast<char>('0' + left % 10);
  while (count > 0) path[length++] = digits[--count];
  const char rest[] = "/stat";
  for (char letter : rest) path[length++] = letter;
  long file = RawSyscall(SYS_openat, AT_FDCWD, reinterpret_cast<long>(path), O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  char text[256];
  long bytes = RawSyscall(SYS_read, file, reinterpret_cast<long>(text), sizeof(text));
  RawSyscall(SYS_close, file);
  // The name may hold anything: the state comes after the last parenthesis.
  for (long i = bytes - 3; i >= 0; --i) {
    if (text[i] == ')') return text[i + 2];
  }
  return 0;
}

// Nobody can go on: something outside may change that, and time does.
void WaitForOutside() {
  int64_t began = RealNow();
  while (LoadOwner() == kNobodyRuns) {
    RawSleep(kLook);
    if (!TakeOwner(kNobodyRuns)) return;
    int64_t patience = kInside;
    for (int id = 0; id < state.end; ++id) {
      const Strand& strand = state.strands[id];
      if (strand.state == StrandState::kOutside) patience = state.limits.outside_spin_ns;
      if (strand.state == StrandState::kBlocked && LeadsOutside(strand) &&
          patience < state.limits.outside_wait_ns) {
        patience = state.limits.outside_wait_ns;
      }
    }
    bool over = RealNow() - began > patience;
    if (Strand* next = Decide(nullptr, false, over)) return HandTo(next);
    if (over) Stuck(Outcome::kDeadlock);
    StoreOwner(kNobodyRuns);
  }
}

// The running strand comes to no point: it is one of those outside now.
void LeaveOutside(int id) {
  if (!TakeOwner(id)) return;
  Strand& strand = state.strands[id];
  strand.state = StrandState::kOutside;
  ++state.record->outside;
  Note(EventKind::kOutside, strand, strand.what, nullptr, strand.at);
  HandTo(Decide(nullptr, false, false));
}

void* Monitor(void*) {
  uint64_t progress = 0;
  int64_t since = RealNow();
  for (;;) {
    timespec tick{0, kTick};
    RawSyscall(SYS_futex, reinterpret_cast<long>(&state.monitor_word), FUTEX_WAIT_PRIVATE, 0,
               reinterpret_cast<long>(&tick));
    __atomic_store_n(&state.monitor_word, 0, __ATOMIC_RELEASE);
    int owner = LoadOwner();
    if (owner == kNobodyRuns) WaitForOutside();
    int64_t now = RealNow();
    uint64_t newest = __atomic_load_n(&state.progress, __ATOMIC_RELAXED);
    if (newest != progress || owner < 0 || state.strands[owner].tid == 0) {
      progress = newest;
      since = now;
      continue;
    }
    if (now - since < state.limits.outside_sleep_ns) continue;
    char thread = ThreadStateOf(state.strands[owner].tid);
    bool sleeps = thread == 'S' || thread == 'D';
    // One that a debugger has stopped is not to blame.
    if (thread != 0 && thread != 't' && thread != 'T' &&
        (sleeps || now - since > state.limits.outside_spin_ns)) {
      LeaveOutside(owner);
      since = now;
    }
  }
}

}  // namespace

void BeginMonitor() {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  Real().pthread_create(&thread, &attributes, Monitor, nullptr);
  pthread_attr_destroy(&attributes);
}

}  // namespace napisan::schedule
