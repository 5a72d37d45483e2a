// Manual poisoning for AddressSanitizer, and root regions for LeakSanitizer; nothing without them.
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define NAPISAN_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define NAPISAN_ASAN 1
#endif
#endif

#if defined(NAPISAN_ASAN)
#include <sanitizer/asan_interface.h>
#include <sanitizer/lsan_interface.h>
#endif

// On a function that looks at what is poisoned.
#if defined(NAPISAN_ASAN)
#define NAPISAN_NO_ASAN __attribute__((no_sanitize("address")))
#else
#define NAPISAN_NO_ASAN
#endif

namespace napisan {

inline void Poison([[maybe_unused]] const void* data, [[maybe_unused]] size_t bytes) {
#if defined(NAPISAN_ASAN)
  __asan_poison_memory_region(data, bytes);
#endif
}

inline void Unpoison([[maybe_unused]] const void* data, [[maybe_unused]] size_t bytes) {
#if defined(NAPISAN_ASAN)
  __asan_unpoison_memory_region(data, bytes);
#endif
}

inline void AddLeakRoot([[maybe_unused]] const void* data, [[maybe_unused]] size_t bytes) {
#if defined(NAPISAN_ASAN)
  __lsan_register_root_region(data, bytes);
#endif
}

inline void RemoveLeakRoot([[maybe_unused]] const void* data, [[maybe_unused]] size_t bytes) {
#if defined(NAPISAN_ASAN)
  __lsan_unregister_root_region(data, bytes);
#endif
}

// Memory that outlives all pointers to it, on purpose.
inline void IgnoreLeak([[maybe_unused]] const void* data) {
#if defined(NAPISAN_ASAN)
  __lsan_ignore_object(data);
#endif
}

}  // namespace napisan
