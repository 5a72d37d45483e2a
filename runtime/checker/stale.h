// Stale: what stands, or once stood, behind a handle, by its token alone. For reports only.
#pragma once

#include "checker/state.h"

namespace napisan::checker {

struct Stale {
  // Alive or a tombstone; null for what has no record, and once its slot is used again.
  Record* record = nullptr;
  // There was such a token once.
  bool was_used = false;
};
Stale FindStale(Kind kind, Token token);

// Whether this very token was given to a module of this agent's process, whatever became of it.
bool WasGiven(AgentState& agent, Token token);
// Whether a module of this agent may use it now.
bool IsAlive(AgentState& agent, Token token);

}  // namespace napisan::checker
