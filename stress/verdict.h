// The verdict of the run: the first thing that went wrong, told at once with the command that does
// it again, because what comes after it may be a crash.
//
// Threads: all of it on any. Nothing here orders threads while nothing is wrong.
#pragma once

#include <cstddef>
#include <string>

namespace napisan::stress {

// Before any agent begins.
void SetRepro(const std::string& command);

// Prints one line and the repro command, the first time; counts always. Asks all to stop.
void Fail(const std::string& what);

size_t Failures();
// What the first was; empty while there is none.
std::string FirstFailure();

// Also from a signal handler.
void AskToStop();
bool AskedToStop();

// Makes every report of the checker and of a sanitizer a failure, and a crash tell the repro.
void WatchReports();
// Fails when ThreadSanitizer has reported; its own hook may not print.
void FailOnRaces();
// Reports of the checker so far.
size_t Reports();

}  // namespace napisan::stress
