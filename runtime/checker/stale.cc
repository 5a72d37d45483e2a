#include "checker/stale.h"

namespace napisan::checker {
namespace {

// More scopes or callbacks are never inside of one another.
constexpr uint32_t kDepthMax = uint32_t{1} << 16;

template <class R>
Stale Find(RecordPool<R>& pool, Token token) {
  return {pool.Lookup(token), pool.WasUsed(token)};
}

// A scope's token holds its depth and its epoch.
bool IsOpenScope(AgentState& agent, Kind kind, Token token) {
  ValueTable& values = agent.values;
  if (SlotOf(token) >= values.depth()) return false;
  const Scope& scope = values.At(SlotOf(token));
  auto type = kind == Kind::kEscapableScope ? Scope::Type::kEscapable : Scope::Type::kHandle;
  return scope.epoch == GenerationOf(token) && scope.type == type;
}

}  // namespace

Stale FindStale(Kind kind, Token token) {
  switch (kind) {
    case Kind::kEnv:
      return Find(pools.envs, token);
    case Kind::kWork:
      return Find(pools.works, token);
    case Kind::kReference:
      return Find(pools.references, token);
    case Kind::kDeferred:
      return Find(pools.deferreds, token);
    case Kind::kAsyncContext:
      return Find(pools.async_contexts, token);
    case Kind::kCallbackScope:
      return Find(pools.callback_scopes, token);
    case Kind::kThreadSafeFunction:
      return Find(pools.tsfns, token);
    case Kind::kCleanupHook:
      return Find(pools.hooks, token);
    default:
      return {};
  }
}

bool WasGiven(AgentState& agent, Token token) {
  Kind kind = KindOf(token);
  switch (kind) {
    case Kind::kValue:
      return agent.values.IsOwn(token) ? agent.values.WasMade(token) : WasAgentOf(token);
    case Kind::kCallbackInfo:
    case Kind::kHandleScope:
    case Kind::kEscapableScope:
      // Depths and epochs of their agent's table; another agent's are not told apart from them.
      return SlotOf(token) <= kDepthMax && agent.values.WasEpoch(GenerationOf(token));
    default:
      return FindStale(kind, token).was_used;
  }
}

bool IsAlive(AgentState& agent, Token token) {
  Kind kind = KindOf(token);
  switch (kind) {
    case Kind::kValue:
      return agent.values.Contains(token);
    case Kind::kHandleScope:
    case Kind::kEscapableScope:
      return IsOpenScope(agent, kind, token);
    default:
      const Record* record = FindStale(kind, token).record;
      return record != nullptr && !IsEnd(StateOf(*record));
  }
}

}  // namespace napisan::checker
