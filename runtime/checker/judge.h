// Judging leaks: what a module made and did not give back, as LeakSanitizer would see it. What was
// made in init, or is still reachable from the module's globals or its instance data, is no leak.
#pragma once

#include "checker/state.h"

namespace napisan::checker {

// Reports the env's leaks and buries all of its records.
void JudgeLeaks(ThreadState& thread, EnvRecord& env);
void ReportLeakedTsfn(ThreadState& thread, const TsfnRecord& record);
// Reports the async cleanup hooks of this agent that were called and not removed. True when there
// was one.
bool ReportStalledHooks(ThreadState& thread);

}  // namespace napisan::checker
