// Shrinking: the fewest deviations under which a program fails in the same way.
#pragma once

#include <functional>

#include "explore/schedule_text.h"

namespace napisan::explore {

// `fails` runs a schedule. Asks it at most `limit` times; what comes back failed when it was asked,
// or is the schedule given.
Deviations Shrink(Deviations deviations, const std::function<bool(const Deviations&)>& fails,
                  uint32_t limit);

}  // namespace napisan::explore
