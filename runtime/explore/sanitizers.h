// What the sanitizers that this process is built with say.
#pragma once

#include <cstddef>

namespace napisan::explore {

// Reports of ThreadSanitizer's that did not end the process.
size_t SanitizerReports();

// Asks LeakSanitizer, where there is one; it prints what it finds.
bool LeaksFound();

// Built with ThreadSanitizer, or with AddressSanitizer.
bool SeesRaces();
bool SeesMemory();

}  // namespace napisan::explore
