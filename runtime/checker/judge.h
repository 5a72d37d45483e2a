// Judging leaks: what a module made and did not give back, as LeakSanitizer would see it. What was
// made in init, or is still reachable from the module's globals or its instance data, is no leak.
#pragma once

#include "checker/state.h"

namespace napisan::checker {

// When the host says so, or before the first of the module's hooks: JavaScript is off from here on. A deferred
// that something alive holds is not forgotten, though nobody can settle it any more.
void LetGoOfDeferreds(EnvRecord& env);
inline void BeginStopping(EnvRecord& env) {
  if (env.stopping) return;
  env.stopping = true;
  LetGoOfDeferreds(env);
}
// A stopping env's thread-safe function gives an item back without an env: what that holds cannot
// be given back in its turn.
void LetGoOfDrained(EnvRecord& env, const void* data);

// Reports the env's leaks and buries all of its records. The scopes that are open still were opened
// outside of any callback of Node-API, whose end would have told.
void JudgeLeaks(ThreadState& thread, EnvRecord& env);
void ReportLeakedTsfn(ThreadState& thread, const TsfnRecord& record);
// Reports the async cleanup hooks of this agent that were called and not removed. True when there
// was one.
bool ReportStalledHooks(ThreadState& thread);

}  // namespace napisan::checker
