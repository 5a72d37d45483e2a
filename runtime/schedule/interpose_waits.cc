// Condition variables, semaphores, barriers, pthread_once and the futex itself.

#include <linux/futex.h>
#include <stdarg.h>
#include <sys/syscall.h>

#include "schedule/interpose.h"
#include "schedule/raw.h"

// What ThreadSanitizer would see in a barrier, which we do not enter.
extern "C" [[gnu::weak]] void __tsan_release(void* object);
extern "C" [[gnu::weak]] void __tsan_acquire(void* object);

namespace napisan::schedule {
namespace {

// Nobody else runs between the two, so that no wake-up is lost that is not lost in the program.
int WaitFor(pthread_cond_t* condition, pthread_mutex_t* mutex, int64_t deadline, const void* at) {
  Point("unlocks a mutex to wait", condition, at);
  if (int error = Release(mutex); error != 0) return error;
  bool woken = Block({.wait = Wait::kCondition, .object = condition, .deadline = deadline}, at);
  int error = LockAgain(mutex, at);
  return error != 0 ? error : woken ? 0 : ETIMEDOUT;
}

int WaitForSemaphore(sem_t* semaphore, int64_t deadline, const void* at) {
  Point("takes a semaphore", semaphore, at);
  int error = AcquireUntil(
      [semaphore] {
        if (Real().sem_trywait(semaphore) == 0) return 0;
        return errno == EAGAIN ? EBUSY : errno;
      },
      Wait::kSemaphore, semaphore, deadline, ETIMEDOUT, at);
  if (error == 0) return 0;
  errno = error;
  return -1;
}

// Those that are being done, by somebody who may be interrupted in it.
struct UnderWay {
  const void* control;
  const Strand* strand;
};
constexpr int kOnceMax = 32;
constinit UnderWay under_way[kOnceMax] = {};

UnderWay* FindOnce(const void* control) {
  for (UnderWay& once : under_way) {
    if (once.control == control) return &once;
  }
  return nullptr;
}

struct Barrier {
  const void* barrier;
  unsigned count;
  unsigned came;
};
constexpr int kBarriersMax = 64;
constinit Barrier barriers[kBarriersMax] = {};

Barrier* FindBarrier(const void* barrier) {
  for (Barrier& known : barriers) {
    if (known.barrier == barrier) return &known;
  }
  return nullptr;
}

long WaitForFutex(uint32_t* word, long operation, uint32_t value, const timespec* time,
                  uint32_t bits, const void* at) {
  Point("looks at a futex", word, at);
  if (__atomic_load_n(word, __ATOMIC_SEQ_CST) != value) return -EAGAIN;
  int64_t deadline = kNever;
  if (time != nullptr) {
    // FUTEX_WAIT counts from now, FUTEX_WAIT_BITSET has a moment.
    if ((operation & FUTEX_CMD_MASK) == FUTEX_WAIT) {
      deadline = MonotonicNow() + NanosecondsOf(*time);
    } else {
      deadline = DeadlineOf(
          (operation & FUTEX_CLOCK_REALTIME) != 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC, *time);
    }
  }
  bool woken =
      Block({.wait = Wait::kFutex, .object = word, .deadline = deadline, .bits = bits}, at);
  return woken ? 0 : -ETIMEDOUT;
}

long WakeFutex(long a, long b, long c, long d, long e, long f, uint32_t bits, const void* at) {
  const void* word = reinterpret_cast<const void*>(a);
  Point("wakes a futex", word, at);
  int woken = Wake(Wait::kFutex, word, static_cast<int>(c), bits);
  // Those that are not controlled.
  long others = woken < c ? RawSyscall(SYS_futex, a, b, c - woken, d, e, f) : 0;
  return others < 0 ? others : woken + others;
}

// True where the answer is in `result`.
bool Futex(long a, long b, long c, long d, long e, long f, long& result, const void* at) {
  auto* word = reinterpret_cast<uint32_t*>(a);
  const auto* time = reinterpret_cast<const timespec*>(d);
  auto value = static_cast<uint32_t>(c);
  auto bits = static_cast<uint32_t>(f);
  switch (b & FUTEX_CMD_MASK) {
    case FUTEX_WAIT:
      result = WaitForFutex(word, b, value, time, ~0u, at);
      return true;
    case FUTEX_WAIT_BITSET:
      result = WaitForFutex(word, b, value, time, bits, at);
      return true;
    case FUTEX_WAKE:
      result = WakeFutex(a, b, c, d, e, f, ~0u, at);
      return true;
    case FUTEX_WAKE_BITSET:
      result = WakeFutex(a, b, c, d, e, f, bits, at);
      return true;
    default:
      return false;
  }
}

}  // namespace
}  // namespace napisan::schedule

using namespace napisan::schedule;

extern "C" {

int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
  if (Uncontrolled()) return Real().pthread_cond_wait(condition, mutex);
  return WaitFor(condition, mutex, kNever, NAPISAN_CALLER);
}

int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                           const timespec* until) {
  if (Uncontrolled()) return Real().pthread_cond_timedwait(condition, mutex, until);
  if (!Valid(*until)) return EINVAL;
  // Its clock is in its flags: see pthread_condattr_setclock.
  clockid_t clock = (condition->__data.__wrefs & 2) != 0 ? CLOCK_MONOTONIC : CLOCK_REALTIME;
  return WaitFor(condition, mutex, DeadlineOf(clock, *until), NAPISAN_CALLER);
}

int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                           const timespec* until) {
  if (Uncontrolled()) return Real().pthread_cond_clockwait(condition, mutex, clock, until);
  if (!Valid(*until)) return EINVAL;
  return WaitFor(condition, mutex, DeadlineOf(clock, *until), NAPISAN_CALLER);
}

int pthread_cond_signal(pthread_cond_t* condition) noexcept {
  if (!Uncontrolled()) {
    Point("signals a condition variable", condition, NAPISAN_CALLER);
    Wake(Wait::kCondition, condition, 1);
  }
  return Real().pthread_cond_signal(condition);
}

int pthread_cond_broadcast(pthread_cond_t* condition) noexcept {
  if (!Uncontrolled()) {
    Point("wakes all of a condition variable", condition, NAPISAN_CALLER);
    WakeAll(Wait::kCondition, condition);
  }
  return Real().pthread_cond_broadcast(condition);
}

int sem_wait(sem_t* semaphore) {
  if (Uncontrolled()) return Real().sem_wait(semaphore);
  return WaitForSemaphore(semaphore, kNever, NAPISAN_CALLER);
}

int sem_timedwait(sem_t* semaphore, const timespec* until) {
  if (Uncontrolled()) return Real().sem_timedwait(semaphore, until);
  if (!Valid(*until)) {
    errno = EINVAL;
    return -1;
  }
  return WaitForSemaphore(semaphore, DeadlineOf(CLOCK_REALTIME, *until), NAPISAN_CALLER);
}

int sem_clockwait(sem_t* semaphore, clockid_t clock, const timespec* until) {
  if (Uncontrolled()) return Real().sem_clockwait(semaphore, clock, until);
  if (!Valid(*until)) {
    errno = EINVAL;
    return -1;
  }
  return WaitForSemaphore(semaphore, DeadlineOf(clock, *until), NAPISAN_CALLER);
}

int sem_trywait(sem_t* semaphore) noexcept {
  if (!Uncontrolled()) Point("tries a semaphore", semaphore, NAPISAN_CALLER);
  return Real().sem_trywait(semaphore);
}

int sem_post(sem_t* semaphore) noexcept {
  if (Uncontrolled()) return Real().sem_post(semaphore);
  int result = Real().sem_post(semaphore);
  WakeAll(Wait::kSemaphore, semaphore);
  Point("has posted a semaphore", semaphore, NAPISAN_CALLER);
  return result;
}

int pthread_once(pthread_once_t* control, void (*init)()) {
  // Who is done with it has written 2.
  if (Uncontrolled() || __atomic_load_n(control, __ATOMIC_ACQUIRE) == 2) {
    return Real().pthread_once(control, init);
  }
  Point("does once", control, NAPISAN_CALLER);
  for (UnderWay* other = FindOnce(control); other != nullptr && other->strand != Current();
       other = FindOnce(control)) {
    Block({.wait = Wait::kOnce, .object = control}, NAPISAN_CALLER);
  }
  UnderWay* own = FindOnce(nullptr);
  if (own != nullptr) *own = {control, Current()};
  int error = Real().pthread_once(control, init);
  if (own != nullptr) *own = {nullptr, nullptr};
  WakeAll(Wait::kOnce, control);
  return error;
}

int pthread_barrier_init(pthread_barrier_t* barrier, const pthread_barrierattr_t* attributes,
                         unsigned count) noexcept {
  int error = Real().pthread_barrier_init(barrier, attributes, count);
  if (error != 0 || Uncontrolled()) return error;
  Barrier* known = FindBarrier(barrier);
  if (known == nullptr) known = FindBarrier(nullptr);
  if (known != nullptr) *known = {barrier, count, 0};
  return error;
}

int pthread_barrier_destroy(pthread_barrier_t* barrier) noexcept {
  if (!Uncontrolled()) {
    if (Barrier* known = FindBarrier(barrier)) *known = {nullptr, 0, 0};
  }
  return Real().pthread_barrier_destroy(barrier);
}

int pthread_barrier_wait(pthread_barrier_t* barrier) noexcept {
  Barrier* known = Uncontrolled() ? nullptr : FindBarrier(barrier);
  if (known == nullptr) return Real().pthread_barrier_wait(barrier);
  Point("comes to a barrier", barrier, NAPISAN_CALLER);
  if (&__tsan_release != nullptr) __tsan_release(barrier);
  bool last = ++known->came == known->count;
  if (last) {
    known->came = 0;
    WakeAll(Wait::kBarrier, barrier);
  } else {
    Block({.wait = Wait::kBarrier, .object = barrier}, NAPISAN_CALLER);
  }
  if (&__tsan_acquire != nullptr) __tsan_acquire(barrier);
  return last ? PTHREAD_BARRIER_SERIAL_THREAD : 0;
}

// The C library's own futexes do not come by here.
long syscall(long number, ...) noexcept {
  va_list list;
  va_start(list, number);
  long a = va_arg(list, long);
  long b = va_arg(list, long);
  long c = va_arg(list, long);
  long d = va_arg(list, long);
  long e = va_arg(list, long);
  long f = va_arg(list, long);
  va_end(list);
  long result = 0;
  if (number != SYS_futex || Uncontrolled() || !Futex(a, b, c, d, e, f, result, NAPISAN_CALLER)) {
    result = RawSyscall(number, a, b, c, d, e, f);
  }
  if (result >= 0 || result < -4095) return result;
  errno = static_cast<int>(-result);
  return -1;
}

}  // extern "C"
