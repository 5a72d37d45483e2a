// The contract of async work: what one call returns and which rule it breaks, by the state of the
// work and by who calls. Written from the documentation, and from no table of the checker: else a
// wrong row there would confirm itself.
#pragma once

#include <cstdint>

#include <node_api.h>

#include "program.h"
#include "script.h"

namespace napisan::fuzz {

// Which function of the module is making a call.
enum class Caller : uint8_t { kCall, kExecute, kComplete, kNobody };

// One work, as far as the contract remembers it.
struct Work {
  WorkState state;
  bool null_complete;
  // A cancel did not stop it, since it was queued last.
  bool cancel_failed;
  // A call on it was refused: a leak that follows is not told again.
  bool refused;
  uint8_t times_queued;
};

struct Outcome {
  napi_status status;
  const char* rule;  // the one report, or null
  bool refused;      // the checker's rule kept the call from the host
  WorkState next;    // of the work
};

// The lowest tier whose programs make such a call.
Tier TierOf(const Outcome& outcome);

// `env_gone` is after teardown; the module keeps using the env it had.
Outcome OnCreate(Making making, Caller caller, bool env_gone);
// queue, cancel or delete, by `function`.
Outcome OnWork(LineKind function, const Work& work, Passing passing, Caller caller, bool env_gone);

inline constexpr const char* kLeakedRule = "async-work/leaked";

}  // namespace napisan::fuzz
