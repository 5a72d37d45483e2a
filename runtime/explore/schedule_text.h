// A schedule as a short string: where it deviates from the usual choices.
//
//   1,0.13.2,2.5.0.1      version 1; at the point 13 of thread 0, thread 2 goes on; at the point 5
//                         of thread 2, thread 0 does, in the second (1, from 0) decision there
//
// Safe in a shell and in a file name. "1" is the usual schedule. "x" stands for no thread: what was
// chosen while nobody could go on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "schedule/strategies.h"

namespace napisan::explore {

using Deviations = std::vector<schedule::Deviation>;

std::string ScheduleText(const Deviations& deviations);
// Nothing where it is no schedule's.
std::optional<Deviations> ParseSchedule(const std::string& text);

// What a schedule chose. Nothing where it had more decisions than are kept.
std::optional<Deviations> DeviationsOf(const schedule::Record& record);

}  // namespace napisan::explore
