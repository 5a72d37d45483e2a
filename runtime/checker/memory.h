// The checker's memory: mapped, never malloc'd, so that LeakSanitizer does not take our records
// for roots of what a module forgot.
#pragma once

#include <cstddef>

namespace napisan::checker {

// Zeroed address space; pages come as they are touched. Never given back. Aborts with a clear
// line where there is none.
void* ReserveMemory(size_t bytes);

}  // namespace napisan::checker
