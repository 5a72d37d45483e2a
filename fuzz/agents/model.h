// The reference model: which operations of a program can be done, and what must be seen of each
// worker, written from worker.h and the documentation. It knows nothing of how the host does it.
//
// Lockstep: every worker is at rest before an operation, and after it the model says what is seen
// once all of them are at rest again.
#pragma once

#include <deque>

#include "agents/events.h"
#include "agents/messages.h"
#include "agents/program.h"

namespace napisan::agents {

// In the order of the variants of handle and listen.
enum class Handling : uint8_t { kEcho, kQuiet, kClose, kThrow };
enum class Listening : uint8_t { kCount, kTerminate, kDestroy, kReply };
enum class Starting : uint8_t { kPlain, kPosted, kTerminated };

// A slot, and the worker in it.
struct WorkerModel {
  enum class Phase : uint8_t {
    kNone,
    kAlive,  // its loop waits
    kEnded,  // it has been torn down, and its parent has not been told
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
  bool torn_down() const { return torn_down_; }

 private:
  bool DoAbout(WorkerModel& worker, const Operation& operation, uint8_t number);
  void DoCommand(WorkerModel& worker, const Operation& operation, uint8_t number);
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

  WorkerModel workers_[kSlots];
  bool torn_down_ = false;
};

}  // namespace napisan::agents
