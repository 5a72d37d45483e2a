#include "explore/sanitizers.h"

#include <atomic>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define NAPISAN_TSAN 1
#endif
#if __has_feature(address_sanitizer)
#define NAPISAN_ASAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define NAPISAN_TSAN 1
#endif
#if defined(__SANITIZE_ADDRESS__)
#define NAPISAN_ASAN 1
#endif

#if defined(NAPISAN_ASAN)
extern "C" int __lsan_do_recoverable_leak_check();
#endif

namespace napisan::explore {

#if defined(NAPISAN_TSAN)
// It has linkage for the hook below.
extern std::atomic<size_t> races;
std::atomic<size_t> races{0};
size_t SanitizerReports() { return races.load(std::memory_order_relaxed); }
bool SeesRaces() { return true; }
#else
size_t SanitizerReports() { return 0; }
bool SeesRaces() { return false; }
#endif

#if defined(NAPISAN_ASAN)
bool LeaksFound() { return __lsan_do_recoverable_leak_check() != 0; }
bool SeesMemory() { return true; }
#else
bool LeaksFound() { return false; }
bool SeesMemory() { return false; }
#endif

}  // namespace napisan::explore

#if defined(NAPISAN_TSAN)
// ThreadSanitizer calls it after it has printed a report, with locks of its own held: what it may
// do is what a signal handler may.
extern "C" void __tsan_on_report(const void*) {
  napisan::explore::races.fetch_add(1, std::memory_order_relaxed);
}
#endif
