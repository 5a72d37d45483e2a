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
}  // namespace internal

// `what` in words, for timelines, and the object that it is done to; what is the program's own is
// kept as a pointer.
inline void SchedulePoint(const char* what, const void* object = nullptr) {
  if (__builtin_expect(internal::current_strand != nullptr, 0)) internal::at_point(what, object);
}

}  // namespace napisan
