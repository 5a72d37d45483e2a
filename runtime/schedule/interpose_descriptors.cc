// Waits for descriptors: asked without waiting, and again when the strand is chosen to go on.

#include "schedule/interpose.h"

namespace napisan::schedule {
namespace {

// `ask` is the real function with no timeout.
template <class Ask>
int AskUntil(Ask&& ask, Waits waits, int64_t timeout_ns, const char* what, const void* at) {
  // A look that does not wait is a turn of somebody's who looks again and again.
  if (timeout_ns == 0) {
    Yield(what, at);
    return ask();
  }
  Point(what, waits.object, at);
  waits.deadline = timeout_ns < 0 ? kNever : MonotonicNow() + timeout_ns;
  for (;;) {
    int answer = ask();
    if (answer != 0) return answer;
    if (!Block(waits, at)) return ask();
  }
}

int64_t NanosecondsOf(int milliseconds) {
  return milliseconds < 0 ? -1 : static_cast<int64_t>(milliseconds) * 1'000'000;
}

Waits WaitsFor(int epfd) {
  return {.wait = Wait::kEpoll, .object = reinterpret_cast<void*>(static_cast<intptr_t>(epfd))};
}

// The sets of select: as they were given, for they are written to each time one asks; and as poll
// has them, for who decides which strand can go on.
class Sets {
 public:
  Sets(int count, fd_set* reads, fd_set* writes, fd_set* excepts) : given_{reads, writes, excepts} {
    constexpr short kEvents[] = {POLLIN, POLLOUT, POLLPRI};
    for (int set = 0; set < 3; ++set) {
      if (given_[set] != nullptr) before_[set] = *given_[set];
    }
    for (int fd = 0; fd < count && fd < FD_SETSIZE; ++fd) {
      short events = 0;
      for (int set = 0; set < 3; ++set) {
        if (given_[set] != nullptr && FD_ISSET(fd, given_[set])) events |= kEvents[set];
      }
      if (events != 0) descriptors_[count_++] = {fd, events, 0};
    }
  }

  void Restore() {
    for (int set = 0; set < 3; ++set) {
      if (given_[set] != nullptr) *given_[set] = before_[set];
    }
  }
  Waits waits() { return {.wait = Wait::kPoll, .descriptors = count_, .object = descriptors_}; }

 private:
  fd_set* given_[3];
  fd_set before_[3];
  uint32_t count_ = 0;
  pollfd descriptors_[FD_SETSIZE];
};

}  // namespace
}  // namespace napisan::schedule

using namespace napisan::schedule;

extern "C" {

int poll(pollfd* descriptors, nfds_t count, int timeout) {
  if (Uncontrolled()) return Real().poll(descriptors, count, timeout);
  return AskUntil(
      [=] { return Real().poll(descriptors, count, 0); },
      {.wait = Wait::kPoll, .descriptors = static_cast<uint32_t>(count), .object = descriptors},
      NanosecondsOf(timeout), "polls", NAPISAN_CALLER);
}

int ppoll(pollfd* descriptors, nfds_t count, const timespec* timeout, const sigset_t* mask) {
  if (Uncontrolled()) return Real().ppoll(descriptors, count, timeout, mask);
  int64_t limit = timeout == nullptr ? -1 : NanosecondsOf(*timeout);
  return AskUntil(
      [=] {
        timespec none{0, 0};
        return Real().ppoll(descriptors, count, &none, mask);
      },
      {.wait = Wait::kPoll, .descriptors = static_cast<uint32_t>(count), .object = descriptors},
      limit, "polls", NAPISAN_CALLER);
}

int select(int count, fd_set* reads, fd_set* writes, fd_set* excepts, timeval* timeout) {
  bool refused = timeout != nullptr && (timeout->tv_sec < 0 || timeout->tv_usec < 0);
  if (Uncontrolled() || refused) return Real().select(count, reads, writes, excepts, timeout);
  Sets sets(count, reads, writes, excepts);
  int64_t limit = timeout == nullptr ? -1
                                     : int64_t{timeout->tv_sec} * 1'000'000'000 +
                                           int64_t{timeout->tv_usec} * 1'000;
  return AskUntil(
      [&] {
        sets.Restore();
        timeval none{0, 0};
        return Real().select(count, reads, writes, excepts, &none);
      },
      sets.waits(), limit, "selects", NAPISAN_CALLER);
}

int pselect(int count, fd_set* reads, fd_set* writes, fd_set* excepts, const timespec* timeout,
            const sigset_t* mask) {
  if (Uncontrolled()) return Real().pselect(count, reads, writes, excepts, timeout, mask);
  Sets sets(count, reads, writes, excepts);
  return AskUntil(
      [&] {
        sets.Restore();
        timespec none{0, 0};
        return Real().pselect(count, reads, writes, excepts, &none, mask);
      },
      sets.waits(), timeout == nullptr ? -1 : NanosecondsOf(*timeout), "selects", NAPISAN_CALLER);
}

int epoll_ctl(int epfd, int operation, int fd, epoll_event* event) noexcept {
  if (!Uncontrolled() && operation != EPOLL_CTL_DEL) NoteWatched(epfd, fd);
  return Real().epoll_ctl(epfd, operation, fd, event);
}

int epoll_wait(int epfd, epoll_event* events, int count, int timeout) {
  if (Uncontrolled()) return Real().epoll_wait(epfd, events, count, timeout);
  return AskUntil([=] { return Real().epoll_wait(epfd, events, count, 0); }, WaitsFor(epfd),
                  NanosecondsOf(timeout), "turns its loop", NAPISAN_CALLER);
}

int epoll_pwait(int epfd, epoll_event* events, int count, int timeout, const sigset_t* mask) {
  if (Uncontrolled()) return Real().epoll_pwait(epfd, events, count, timeout, mask);
  return AskUntil([=] { return Real().epoll_pwait(epfd, events, count, 0, mask); }, WaitsFor(epfd),
                  NanosecondsOf(timeout), "turns its loop", NAPISAN_CALLER);
}

int epoll_pwait2(int epfd, epoll_event* events, int count, const timespec* timeout,
                 const sigset_t* mask) {
  if (Uncontrolled()) return Real().epoll_pwait2(epfd, events, count, timeout, mask);
  return AskUntil(
      [=] {
        timespec none{0, 0};
        return Real().epoll_pwait2(epfd, events, count, &none, mask);
      },
      WaitsFor(epfd), timeout == nullptr ? -1 : NanosecondsOf(*timeout), "turns its loop",
      NAPISAN_CALLER);
}

// Before it: who sleeps in a loop is woken so.
ssize_t write(int fd, const void* data, size_t size) {
  if (!Uncontrolled()) Point("writes to a descriptor", nullptr, NAPISAN_CALLER);
  return Real().write(fd, data, size);
}

}  // extern "C"
