// The trace: what a program did, one line an event. One file a process; each line is written at
// once, so that a process that dies leaves all that it had seen.
// Threads: any; a line is never torn.
#pragma once

#include <cstdint>
#include <string>

namespace napisan::conformance {

// False where the file cannot be written. Appends.
bool OpenTrace(const std::string& path);
void WriteTrace(const std::string& line);

// A planted difference: the status of operation number `count` from now on is shown as another one,
// to prove that the comparison can fail. 0 plants none.
void PlantDifference(int64_t count);
// True for the operation that the difference was planted in.
bool TakePlant();

}  // namespace napisan::conformance
