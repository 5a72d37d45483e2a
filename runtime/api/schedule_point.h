// Scheduling points: where a controlled schedule may let another thread go on. Elsewhere they are
// one comparison with a variable of the thread's own.
//
// Threads: any. A thread is controlled, or not, from its first instruction to its last.
#pragma once

#include <cstdint>

namespace napisan {

namespace schedule {
struct Strand;
}

namespace internal {
// The calling thread as the schedule knows it; null where nothing controls it.
extern constinit thread_local schedule::Strand* current_strand [[gnu::tls_model("initial-exec")]];
// Set when the first thread comes under control.
extern void (*at_point)(const char* what, const void* object);
extern void (*at_name)(uint8_t kind, uint16_t number);
// How many Unscheduled the calling thread is in.
extern constinit thread_local uint32_t unscheduled [[gnu::tls_model("initial-exec")]];
}  // namespace internal

// `what` in words, for timelines, and the object that it is done to; what is the program's own is
// kept as a pointer.
inline void SchedulePoint(const char* what, const void* object = nullptr) {
  if (__builtin_expect(internal::current_strand != nullptr, 0)) internal::at_point(what, object);
}

// While it lives no other thread goes on, unless this one has to wait. For our own locks on what is
// kept from one schedule to the next, such as pools of memory: when they are taken depends on the
// schedules before, and points there would be another schedule each time.
class Unscheduled {
 public:
  Unscheduled() { ++internal::unscheduled; }
  ~Unscheduled() { --internal::unscheduled; }
  Unscheduled(const Unscheduled&) = delete;
  Unscheduled& operator=(const Unscheduled&) = delete;
};

}  // namespace napisan
