// Executor: how an agent's works run and how other threads wake its loop. `uv` is the real thing
// (uv_queue_work and uv_async_t); `stepping` plays every thread on one, one choice at a time.
//
// Ownership: requests and wakeups are embedded in the objects that use them; the executor has the
// only other pointer while one is queued or open.
#pragma once

#include <cstddef>
#include <cstdint>

#include <uv.h>

namespace napisan::host {

class Agent;

// One piece of work for the pool. The owner fills the last two.
struct WorkRequest {
  struct Step {
    WorkRequest* next;
    WorkRequest* previous;
    // Where it is: see SteppingExecutor.
    uint8_t place;
  };
  union {
    uv_work_t uv;
    Step step;
  };
  // On a worker thread.
  void (*execute)(WorkRequest&);
  // On the loop thread, later: 0, or UV_ECANCELED and execute never ran. May free the request.
  void (*complete)(WorkRequest&, int status);
};
// What libuv shares with the worker is the second half: async_work.h counts on it.
static_assert(sizeof(uv_work_t) == 128 && offsetof(uv_work_t, loop) == 64);

// What another thread may ring so that the loop thread calls back; rings may be coalesced.
struct Wakeup {
  // On the loop thread.
  void (*ring)(Wakeup&);
  // On the loop thread, after Close, exactly once; may free the wakeup.
  void (*closed)(Wakeup&);

  struct Step {
    Wakeup* next;
    bool pending;
    bool referenced;
    bool closing;
  };
  union {
    uv_async_t uv;
    Step step;
  };
};

class Executor {
 public:
  virtual ~Executor() = default;

  // One thread plays all: nothing may wait for another thread.
  virtual bool plays_threads() const { return false; }

  // On the loop thread. 0 or a libuv error code, as uv_queue_work and uv_cancel have it.
  virtual int Queue(WorkRequest& request) = 0;
  virtual int Cancel(WorkRequest& request) = 0;

  // On the loop thread.
  virtual int Open(Wakeup& wakeup) = 0;
  virtual void Close(Wakeup& wakeup) = 0;
  virtual void SetReferenced(Wakeup& wakeup, bool referenced) = 0;
  // On any thread.
  virtual void Ring(Wakeup& wakeup) = 0;

  enum class Wait : uint8_t {
    kNo,     // take what is ready
    kEvent,  // sleep until something happens, if anything can
  };
  // Turns the loop once.
  virtual void Turn(Wait wait) = 0;
  // Whether something keeps the loop alive.
  virtual bool alive() const = 0;

  // Turns the loop once though nothing may keep it alive: what was rung until now is heard.
  virtual void TurnAtTeardown() = 0;

  // Delivers what is closing, until nothing is.
  virtual void Settle() = 0;

  // The libuv loop; made when first asked for, where the executor has none of its own.
  virtual uv_loop_t* loop() = 0;
  // Everything is settled and closed; back to the state of a new executor.
  virtual void Reset() = 0;
};

}  // namespace napisan::host
