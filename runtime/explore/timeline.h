// A schedule for people: what each thread did, where it was stopped, and what it waits for.
#pragma once

#include <string>

#include "explore/shared.h"

namespace napisan::explore {

// "main agent", "worker 1", "thread 3".
std::string NameOfStrand(const schedule::Record& record, int strand);

// What each thread waits for, or does, where none comes to an end, in one line.
std::string DescribeWaiting(const Shared& shared);

// Where a schedule first went another way the second time: "at point 5 worker 1 …, then main agent
// …".
std::string DescribeDifference(const Shared& shared);

// A line for each stretch that a thread ran: what it did first and last, and where it was stopped
// though it could have gone on.
std::string TimelineText(const Shared& shared);

// All points, as Chrome's trace format has them; a microsecond is a point.
std::string TimelineTrace(const Shared& shared);

}  // namespace napisan::explore
