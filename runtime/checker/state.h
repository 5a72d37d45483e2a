// What the checker knows of threads, agents and envs.
//
// Ownership: all of it is mapped memory that is never given back, reused by slot.
// Threads: a ThreadState belongs to its thread, an AgentState and its EnvRecords to the agent's;
// another thread may read what is atomic, and the owner pointers, which are set before any token of
// the env exists.
#pragma once

#include <atomic>
#include <cstdint>

#include "api/host_table.h"
#include "api/thread.h"
#include "checker/buffers.h"
#include "checker/images.h"
#include "checker/lifecycle.h"
#include "checker/pool.h"
#include "checker/record.h"
#include "checker/values.h"

namespace napisan::checker {

struct AgentState;

// One callback of the module that is running.
struct PhaseFrame {
  // Its trampoline's stack address: frames below the current one are dead (see EnterPhase).
  uintptr_t frame;
  Phase phase;
  uint32_t subject;
  EnvRecord* env;
  const void* callback;
  // The value table when it began, and the id of the newest callback scope then.
  uint32_t scope_depth;
  uint32_t last_callback_scope;
  // A call's: the host's callback info, and the token that stands for it.
  napi_callback_info host_info;
  Token info;
};

struct ThreadState {
  Thread* thread;
  // The agent whose JS thread this is, or null.
  AgentState* agent;
  uint32_t depth;
  PhaseFrame* frames;  // kFramesMax of them

  // Thread-safe functions that told this thread napi_closing, the latest few.
  static constexpr uint32_t kClosingKept = 8;
  Token told_closing[kClosingKept];
  uint32_t told_closing_next;

  static constexpr uint32_t kFramesMax = 16384;

  // The innermost callback, or null.
  PhaseFrame* top() { return depth > 0 ? &frames[depth - 1] : nullptr; }
};

ThreadState& MakeThreadState(Thread& thread);

// The calling thread's; one load from its identity.
inline ThreadState& CurrentState() {
  Thread& thread = CurrentThread();
  void* state = thread.checker_state;
  return state != nullptr ? *static_cast<ThreadState*>(state) : MakeThreadState(thread);
}

// A call that failed and left its results unset: kept to explain a handle that makes no sense.
struct FailedCall {
  Token left;  // what the result variable held and still holds
  FunctionId function;
  napi_status status;
  uintptr_t pc;
  uint16_t image_epoch;
  bool refused;  // by a rule, with a report
};

// The states of an env; it has no row in lifecycles.def, for nothing but its own end moves it.
inline constexpr uint8_t kEnvLive = 0;
inline constexpr uint8_t kEnvGone = 1;

struct EnvRecord : Record {
  // Constant while it lives.
  Token token;
  ThreadState* owner;
  AgentState* agent;
  int32_t api_version;
  char module[256];
  // Where the module's code is; null where that is not known.
  const Image* image;

  // Loop thread only.
  // Live records by kind, newest first.
  uint32_t lists[static_cast<int>(Kind::kCount)];
  bool exception_pending;
  // The last call was refused by us: what napi_get_last_error_info must say instead of the host.
  napi_status refused;
  napi_extended_error_info refused_info;
  void* instance_data;
  // Being torn down: can_run_js is off. `stopping` from the first of the module's hooks on, and
  // `hooks_ran` when they all have run: finalizers are next.
  bool stopping;
  bool hooks_ran;
  // A call was refused because JavaScript may not run.
  bool js_refused;
  // Its agent was stopped while it had something in flight: what waited for that, or for
  // JavaScript, was not forgotten.
  bool cut_off;

  static constexpr int kFailedKept = 8;
  FailedCall failed[kFailedKept];
  uint32_t failed_next;

  HistoryEntryWords* Entry(Event) { return nullptr; }
};

struct AgentState {
  explicit AgentState(uint32_t number) : values(number) {}

  ThreadState* thread;
  ValueTable values;
  LocalSlots slots[static_cast<int>(Kind::kCount)];
  TakenPointers taken_pointers;
  // Its envs, newest first.
  uint32_t envs = kNoSlot;
  uint32_t env_count;
  // Any of its envs; null while it has none.
  std::atomic<EnvRecord*> some_env;
  AgentState* next_free;
  // Every agent state ever made; they are never taken out.
  AgentState* next_made;
};

// The pools, one a type of record. Kinds that share a type have pools of their own, so that a
// token's kind says where to look.
struct Pools {
  RecordPool<EnvRecord> envs;
  RecordPool<WorkRecord> works;
  RecordPool<SimpleRecord> references;
  RecordPool<SimpleRecord> deferreds;
  RecordPool<SimpleRecord> async_contexts;
  RecordPool<SimpleRecord> callback_scopes;
  RecordPool<TsfnRecord> tsfns;
  RecordPool<HookRecord> hooks;
  RecordPool<Closure> closures;
};
extern Pools pools;
// Once, before any other thread is.
void ReservePools();

// The host that everything is forwarded to.
extern HostTable host;

// The agent of the calling thread, made when an env first appears on it.
AgentState& AgentOf(ThreadState& thread);
void ReleaseAgent(AgentState& agent);
// Some env of the agent that a value token belongs to; null where that has none now.
const EnvRecord* FindOwnerFromAfar(Token token);
// Whether there was such an agent at all: it may have ended.
bool WasAgentOf(Token token);

// Links a live record into its env's list of its kind, and out of it.
template <class R>
void LinkRecord(RecordPool<R>& pool, EnvRecord& env, R& record) {
  uint32_t& head = env.lists[static_cast<int>(record.kind)];
  record.env = &env;
  pool.LinksOf(record.slot) = {head, kNoSlot};
  if (head != kNoSlot) pool.LinksOf(head).previous = record.slot;
  head = record.slot;
}
template <class R>
void UnlinkRecord(RecordPool<R>& pool, R& record) {
  uint32_t& head = record.env->lists[static_cast<int>(record.kind)];
  Links links = pool.LinksOf(record.slot);
  (links.previous == kNoSlot ? head : pool.LinksOf(links.previous).next) = links.next;
  if (links.next != kNoSlot) pool.LinksOf(links.next).previous = links.previous;
}

// A new live record of the env's, in the first state of its life.
template <class R>
R& NewRecord(RecordPool<R>& pool, EnvRecord& env, Kind kind, State state) {
  R& record = pool.Allocate(env.agent->slots[static_cast<int>(kind)], kind);
  record.state.store(static_cast<uint8_t>(state), std::memory_order_relaxed);
  LinkRecord(pool, env, record);
  return record;
}
// It is dead: a tombstone from here on.
template <class R>
void BuryRecord(RecordPool<R>& pool, R& record) {
  UnlinkRecord(pool, record);
  pool.Bury(record.env->agent->slots[static_cast<int>(record.kind)], record);
}

inline State StateOf(const Record& record) {
  return static_cast<State>(record.state.load(std::memory_order_relaxed));
}

// What is happening now on this thread, for a history.
inline Moment Now(ThreadState& thread, uintptr_t pc) {
  PhaseFrame* top = thread.top();
  return {.pc = pc,
          .image_epoch = CurrentImageEpoch(),
          .thread_kind = thread.thread->kind,
          .thread_number = thread.thread->number,
          .phase = top != nullptr ? top->phase : Phase::kNone,
          .is_entry = false,
          .subject = top != nullptr ? top->subject : 0};
}

}  // namespace napisan::checker
