// Reading memory of this process that may not be there.
#pragma once

#include <cstddef>
#include <cstdint>

namespace napisan::checker {

// Copies what can be read from `from` on, and returns how much that was: less than `bytes` where a
// page on the way is not there, 0 where the first is not. Any thread.
size_t ReadSafely(uintptr_t from, void* to, size_t bytes);
// False where this process may not look at its own memory at all.
bool CanRead();

}  // namespace napisan::checker
