#include "checker/state.h"

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <new>

namespace napisan::checker {

constinit Pools pools;
constinit HostTable host{};

namespace {

std::mutex spare_mutex;
AgentState* free_agents = nullptr;
AgentState* made_agents = nullptr;
uint32_t agents_made = 0;

}  // namespace

void ReservePools() {
  pools.envs.Reserve();
  pools.works.Reserve();
  pools.references.Reserve();
  pools.deferreds.Reserve();
  pools.async_contexts.Reserve();
  pools.callback_scopes.Reserve();
  pools.tsfns.Reserve();
  pools.hooks.Reserve();
  pools.closures.Reserve();
}

ThreadState& MakeThreadState(Thread& thread) {
  void* memory = thread.checker_kept;
  if (memory == nullptr) {
    memory = ReserveMemory(sizeof(ThreadState) + ThreadState::kFramesMax * sizeof(PhaseFrame));
  }
  // What another thread was told or was doing is none of this one's.
  auto* state = new (memory) ThreadState{};
  state->thread = &thread;
  state->frames = reinterpret_cast<PhaseFrame*>(state + 1);
  thread.checker_state = state;
  return *state;
}

AgentState& AgentOf(ThreadState& thread) {
  if (thread.agent != nullptr) return *thread.agent;
  AgentState* agent;
  {
    std::lock_guard lock(spare_mutex);
    agent = free_agents;
    if (agent != nullptr) free_agents = agent->next_free;
  }
  if (agent == nullptr) {
    std::lock_guard lock(spare_mutex);
    agent = new (ReserveMemory(sizeof(AgentState))) AgentState(agents_made++);
    agent->next_made = made_agents;
    made_agents = agent;
  }
  agent->thread = &thread;
  thread.agent = agent;
  return *agent;
}

void ReleaseAgent(AgentState& agent) {
  // Slots stay with the state, for the agent that takes it over; ids begin anew.
  for (LocalSlots& slots : agent.slots) slots.last_id = 0;
  agent.values.Reset();
  agent.taken_pointers.Reset();
  agent.thread->agent = nullptr;
  agent.thread = nullptr;
  std::lock_guard lock(spare_mutex);
  agent.next_free = free_agents;
  free_agents = &agent;
}

const EnvRecord* FindOwnerFromAfar(Token token) {
  std::lock_guard lock(spare_mutex);
  for (AgentState* agent = made_agents; agent != nullptr; agent = agent->next_made) {
    if (!agent->values.IsOwn(token)) continue;
    if (const EnvRecord* env = agent->some_env.load(std::memory_order_relaxed)) return env;
  }
  return nullptr;
}

bool WasAgentOf(Token token) {
  std::lock_guard lock(spare_mutex);
  for (AgentState* agent = made_agents; agent != nullptr; agent = agent->next_made) {
    if (agent->values.IsOwn(token)) return true;
  }
  return false;
}

void ReportOutOfSlots(uint32_t slots) {
  std::fprintf(stderr, "napisan: more than %u live objects of one kind; the checker has no room\n",
               slots);
  std::abort();
}

}  // namespace napisan::checker
