// Mutexes and rwlocks: taken by trying, so that the thread that has one can be chosen to go on.

#include "schedule/interpose.h"
#include "schedule/raw.h"

namespace napisan::schedule {
namespace {

// By a thread that has it. The real function knows what to answer; an ordinary mutex is a deadlock.
bool AnswersItsOwner(const pthread_mutex_t* mutex) {
  return (mutex->__data.__kind & 3) == PTHREAD_MUTEX_ERRORCHECK &&
         mutex->__data.__owner == Current()->tid;
}

int Lock(pthread_mutex_t* mutex, int64_t deadline, const void* at) {
  return AcquireUntil(
      [mutex] {
        int error = Real().pthread_mutex_trylock(mutex);
        if (error == EBUSY && AnswersItsOwner(mutex)) error = Real().pthread_mutex_lock(mutex);
        return error;
      },
      Wait::kMutex, mutex, deadline, ETIMEDOUT, at);
}

int LockToRead(pthread_rwlock_t* lock, int64_t deadline, const void* at) {
  Point("locks to read", lock, at);
  return AcquireUntil([lock] { return Real().pthread_rwlock_tryrdlock(lock); }, Wait::kRead, lock,
                      deadline, ETIMEDOUT, at);
}

int LockToWrite(pthread_rwlock_t* lock, int64_t deadline, const void* at) {
  Point("locks to write", lock, at);
  return AcquireUntil([lock] { return Real().pthread_rwlock_trywrlock(lock); }, Wait::kWrite, lock,
                      deadline, ETIMEDOUT, at);
}

void WakeWaitersOf(pthread_rwlock_t* lock) {
  WakeAll(Wait::kRead, lock);
  WakeAll(Wait::kWrite, lock);
}

}  // namespace

int LockAgain(pthread_mutex_t* mutex, const void* at) { return Lock(mutex, kNever, at); }

int Release(pthread_mutex_t* mutex) {
  int error = Real().pthread_mutex_unlock(mutex);
  WakeAll(Wait::kMutex, mutex);
  return error;
}

}  // namespace napisan::schedule

using namespace napisan::schedule;

extern "C" {

int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  if (Uncontrolled()) return Real().pthread_mutex_lock(mutex);
  Point("locks a mutex", mutex, NAPISAN_CALLER);
  return Lock(mutex, kNever, NAPISAN_CALLER);
}

int pthread_mutex_trylock(pthread_mutex_t* mutex) noexcept {
  if (!Uncontrolled()) Point("tries a mutex", mutex, NAPISAN_CALLER);
  return Real().pthread_mutex_trylock(mutex);
}

int pthread_mutex_timedlock(pthread_mutex_t* mutex, const timespec* until) noexcept {
  if (Uncontrolled()) return Real().pthread_mutex_timedlock(mutex, until);
  if (!Valid(*until)) return EINVAL;
  Point("locks a mutex", mutex, NAPISAN_CALLER);
  return Lock(mutex, DeadlineOf(CLOCK_REALTIME, *until), NAPISAN_CALLER);
}

int pthread_mutex_clocklock(pthread_mutex_t* mutex, clockid_t clock,
                            const timespec* until) noexcept {
  if (Uncontrolled()) return Real().pthread_mutex_clocklock(mutex, clock, until);
  if (!Valid(*until)) return EINVAL;
  Point("locks a mutex", mutex, NAPISAN_CALLER);
  return Lock(mutex, DeadlineOf(clock, *until), NAPISAN_CALLER);
}

// A point after it, too: what a thread does once it has let others in is what they may disturb.
int pthread_mutex_unlock(pthread_mutex_t* mutex) noexcept {
  if (Uncontrolled()) return Real().pthread_mutex_unlock(mutex);
  int error = Release(mutex);
  Point("has unlocked a mutex", mutex, NAPISAN_CALLER);
  return error;
}

int pthread_rwlock_rdlock(pthread_rwlock_t* lock) noexcept {
  if (Uncontrolled()) return Real().pthread_rwlock_rdlock(lock);
  return LockToRead(lock, kNever, NAPISAN_CALLER);
}

int pthread_rwlock_timedrdlock(pthread_rwlock_t* lock, const timespec* until) noexcept {
  if (Uncontrolled()) return Real().pthread_rwlock_timedrdlock(lock, until);
  if (!Valid(*until)) return EINVAL;
  return LockToRead(lock, DeadlineOf(CLOCK_REALTIME, *until), NAPISAN_CALLER);
}

int pthread_rwlock_clockrdlock(pthread_rwlock_t* lock, clockid_t clock,
                               const timespec* until) noexcept {
  if (Uncontrolled()) return Real().pthread_rwlock_clockrdlock(lock, clock, until);
  if (!Valid(*until)) return EINVAL;
  return LockToRead(lock, DeadlineOf(clock, *until), NAPISAN_CALLER);
}

int pthread_rwlock_wrlock(pthread_rwlock_t* lock) noexcept {
  if (Uncontrolled()) return Real().pthread_rwlock_wrlock(lock);
  return LockToWrite(lock, kNever, NAPISAN_CALLER);
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t* lock, const timespec* until) noexcept {
  if (Uncontrolled()) return Real().pthread_rwlock_timedwrlock(lock, until);
  if (!Valid(*until)) return EINVAL;
  return LockToWrite(lock, DeadlineOf(CLOCK_REALTIME, *until), NAPISAN_CALLER);
}

int pthread_rwlock_clockwrlock(pthread_rwlock_t* lock, clockid_t clock,
                               const timespec* until) noexcept {
  if (Uncontrolled()) return Real().pthread_rwlock_clockwrlock(lock, clock, until);
  if (!Valid(*until)) return EINVAL;
  return LockToWrite(lock, DeadlineOf(clock, *until), NAPISAN_CALLER);
}

int pthread_rwlock_tryrdlock(pthread_rwlock_t* lock) noexcept {
  if (!Uncontrolled()) Point("tries to read", lock, NAPISAN_CALLER);
  return Real().pthread_rwlock_tryrdlock(lock);
}

int pthread_rwlock_trywrlock(pthread_rwlock_t* lock) noexcept {
  if (!Uncontrolled()) Point("tries to write", lock, NAPISAN_CALLER);
  return Real().pthread_rwlock_trywrlock(lock);
}

int pthread_rwlock_unlock(pthread_rwlock_t* lock) noexcept {
  int error = Real().pthread_rwlock_unlock(lock);
  if (Uncontrolled()) return error;
  WakeWaitersOf(lock);
  Point("has unlocked a rwlock", lock, NAPISAN_CALLER);
  return error;
}

}  // extern "C"
