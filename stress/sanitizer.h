// Which sanitizers this program is built with, and what it asks of them. The declarations are
// theirs, given here because gcc does not ship all of the headers.
#pragma once

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define NAPISAN_STRESS_TSAN 1
#endif
#if __has_feature(address_sanitizer)
#define NAPISAN_STRESS_ASAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define NAPISAN_STRESS_TSAN 1
#endif
#if defined(__SANITIZE_ADDRESS__)
#define NAPISAN_STRESS_ASAN 1
#endif

#if defined(NAPISAN_STRESS_ASAN) || defined(NAPISAN_STRESS_TSAN)
// Called when a sanitizer ends the process.
extern "C" void __sanitizer_set_death_callback(void (*callback)());
#endif
#if defined(NAPISAN_STRESS_ASAN)
extern "C" int __lsan_do_recoverable_leak_check();
#endif

namespace napisan::stress {

#if defined(NAPISAN_STRESS_TSAN)
inline constexpr bool kSeesRaces = true;
#else
inline constexpr bool kSeesRaces = false;
#endif
#if defined(NAPISAN_STRESS_ASAN)
inline constexpr bool kSeesLeaks = true;
#else
inline constexpr bool kSeesLeaks = false;
#endif

}  // namespace napisan::stress
