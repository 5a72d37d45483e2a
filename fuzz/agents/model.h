// The reference model: which operations of a program can be done, and what must be seen of each
// worker, written from worker.h and the documentation. It knows nothing of how the host does it.
//
// Lockstep: every worker is at rest before an operation, and after it the model says what is seen
// once all of them are at rest again.
#pragma once

#include <deque>

#include "agents/events.h"
#include "agents/messages.h"
#include "agents/pool_model.h"
#include "agents/program.h"

namespace napisan::agents {

// In the order of the variants of handle and listen.
enum class Handling : uint8_t { kEcho, kQuiet, kClose, kThrow };
enum class Listening : uint8_t { kCount, kTerminate, kDestroy, kReply };
enum class Starting : uint8_t { kPlain, kPosted, kTerminated };

// In the order of the variants of hook.
enum class HookKind : uint8_t { kPlain, kRemoves, kAsync, kLate, kTwice };
struct HookModel {
  HookKind kind;
  uint8_t number;
};
inline bool IsAsync(HookKind kind) { return kind == HookKind::kAsync || kind == HookKind::kLate; }

// The thread-safe function of a worker, which the main thread may call.
enum class FunctionState : uint8_t {
  kNone,  // none, or nobody may use it any more
  kOpen,
  kClosing,  // its env has ended; who calls is told so, once
};

// A slot, and the worker in it.
struct WorkerModel {
  enum class Phase : uint8_t {
    kNone,
    kAlive,     // its loop waits
    kStopping,  // what is left of it waits for a work that executes
    kEnded,     // it has been torn down, and its parent has not been told
    kTold,
  };
  Phase phase = Phase::kNone;
  int code = 0;
  bool failed = false;

  // What keeps it alive: the keeper, until it is to leave, and its handler.
  bool keeper = true;
  bool has_handler = false;
  bool closed = false;
  Handling handling = Handling::kEcho;

  // A work executes, and waits to be let.
  bool gated = false;
  bool deferred = false;
  // It is tried at the end, at least.
  bool settled_late = false;
  // Something was in flight when it was stopped, or what it asked for was refused: what it leaves
  // behind is not its fault.
  bool cut_off = false;
  bool inner = false;
  std::vector<HookModel> hooks;
  FunctionState function = FunctionState::kNone;
  bool has_producer = false;

  bool referenced = true;
  bool listened = false;
  Listening listening = Listening::kCount;

  // What waits for a handler.
  std::deque<Event> inbox;
  std::deque<Event> outbox;

  // What has been seen, all in all.
  Events inside;
  Events outside;
};

class Model {
 public:
  // Does it. False where it is left out, as it cannot be done now.
  bool Do(const Operation& operation, uint8_t number);
  // The end of the program.
  void End();

  const WorkerModel& worker(size_t slot) const { return workers_[slot]; }
  const PoolModel& pool() const { return pool_; }
  // What the last call of a thread-safe function must answer.
  napi_status answer() const { return answer_; }

 private:
  bool DoAbout(WorkerModel& worker, const Operation& operation, uint8_t number);
  bool UseFunction(WorkerModel& worker, OpKind kind);
  bool CanCommand(const WorkerModel& worker, const Operation& operation) const;
  void DoCommand(WorkerModel& worker, const Operation& operation, uint8_t number);
  void DoStopped(WorkerModel& worker, const Operation& operation, uint8_t number);
  void DoRunning(WorkerModel& worker, const Operation& operation, uint8_t number);
  bool CanRun() const;
  void Turn();
  void Deliver(WorkerModel& worker);
  void Teardown();

  // To the worker; and what it does with what waits.
  void Post(WorkerModel& worker, Event message);
  void Handle(WorkerModel& worker);
  void EndIfIdle(WorkerModel& worker);
  void Stop(WorkerModel& worker);
  void Finish(WorkerModel& worker, int code);
  // Its work, if it has one, is let execute.
  void Open(WorkerModel& worker);
  void TearDown(WorkerModel& worker);
  void Destroy(WorkerModel& worker);

  WorkerModel workers_[kSlots];
  PoolModel pool_;
  bool torn_down_ = false;
  napi_status answer_ = napi_ok;
};

}  // namespace napisan::agents
