// The world of a running case, as the reference model sees it: what values there are and of what
// kind, what handles and in which state. Nothing here is asked of host or checker.
#pragma once

#include <cstddef>
#include <cstdint>

#include <node_api.h>

#include "case.h"
#include "kinds.h"
#include "signature.h"

namespace napisan::cases {

class Runner;

inline constexpr size_t kValuesMax = 64;
inline constexpr size_t kResourcesMax = 32;
inline constexpr size_t kCellsMax = 48;
inline constexpr size_t kCellBytes = 64;
inline constexpr size_t kProbesMax = 8;
inline constexpr uint8_t kNobody = 255;
inline constexpr size_t kDeadKept = 8;
inline constexpr size_t kUnsetKept = 2;

struct Value {
  napi_value handle;
  Kind kind;
  // The scope that it is in; and which object it is, kNobody where that is not known.
  uint8_t depth;
  uint8_t identity;
};

// What was told to remember of an object.
struct Identity {
  // The cell that it wraps; kNobody for none.
  uint8_t wraps;
  // It was given to something that may hold it.
  bool held = false;
  // Of an array buffer.
  bool detached = false;
};

enum class Finalizer : uint8_t { kNone, kPending, kMayRun, kRan };

// What a callback of the module's is given as data.
struct Cell {
  // First: the cell is also the memory of an external buffer.
  char memory[kCellBytes];
  Runner* runner;
  uint8_t index;
  uint8_t block;
  uint8_t resource;
  Finalizer finalizer;
  // It runs inside of the engine's garbage collector, an external string's.
  bool finalizer_in_gc;
};

enum class Life : uint8_t {
  kNew,  // and open, live, added
  kQueued,
  kExecuting,
  kExecuted,
  kCancelled,
  kCompleting,
  kCompleted,
  kClosing,
  kFinalized,
  kEnded,  // deleted, settled, closed, removed
};
inline constexpr size_t kLives = 10;

struct Resource {
  HandleKind kind;
  Life life;
  // Inverted: the checker takes a handle that it finds in memory for one that is not lost.
  uint64_t hidden;
  uint8_t cell;
  // Of a reference: what it holds. Of a scope: its depth.
  Kind value_kind;
  uint8_t identity;
  uint8_t depth;
  // Reference count; thread count; of an escapable scope whether something escaped.
  uint32_t count;
  // Of a thread-safe function.
  uint8_t queue_max;
  uint8_t pushed;
  uint8_t delivered;
  bool told_closing;
  // Of a reference: its count was 0 once, and what it held may have gone then.
  bool was_weak;
  // Of a reference: what it held is gone for good.
  bool is_gone;
  // Of a deferred: its probe (probes.cc); kNobody for none.
  uint8_t probe;
  // Of a callback scope.
  const struct Frame* opened_in;

  // Of a work: its cancellation was or will be delivered.
  bool was_cancelled;

  // Hostile cases only, but for the deferreds of an agent that was terminated. A call on it was
  // refused, or could not be made: what is left of it is told no more. Of a scope: the report about
  // it was given.
  bool excused;
  // Of a work.
  bool cancel_failed;
  bool no_complete;
  uint8_t times_queued;
  // Of a thread-safe function: which threads were told that it is closing; a worker by the number
  // of its execute.
  bool unreferenced;
  bool finalizing;
  bool told_main;
  uint16_t told_execute;
  // Of an async cleanup hook: teardown called it; that it is still there was told.
  bool called;
  bool stalled;

  void* handle() const { return reinterpret_cast<void*>(~hidden); }
  uint8_t waiting() const { return static_cast<uint8_t>(pushed - delivered); }
};

enum class Phase : uint8_t {
  kCall,
  kCalled,
  kExecute,
  kComplete,
  kCallJs,
  kFinalize,
  kHook,
  kOutside,  // between the calls of the module, where no callback runs
  kGone,     // the same after teardown
};

// A callback that runs, or a call.
struct Frame {
  Phase phase;
  napi_env env;
  napi_callback_info info;
  Frame* outer;
  // Where it began.
  uint8_t values;
  uint8_t depth;
  // How it ends, in a hostile case.
  bool leaves = false;
  bool returns_stale = false;
  bool returns_newest = false;
  bool unwinds = false;
  // By a function: what it returns, and whether that is dead by then.
  napi_value returned = nullptr;
  bool dangles = false;
};

// A value whose scope has closed; or whose callback has returned.
struct Dead {
  void* handle;
  bool by_scope;
};

// What a failed call left in its result variable.
struct Unset {
  uint64_t bits;
  // The call was refused, with a report of its own.
  bool refused;
};

enum class Outcome : uint8_t { kPending, kFulfilled, kRejected, kUnknown };

// Waits for a promise, to tell what became of it.
struct Probe {
  Runner* runner;
  Outcome expected;
  Outcome told;
  // It must have been told when the step is over.
  bool is_owed;
};

struct World {
  Value values[kValuesMax];
  uint8_t value_count;
  Resource resources[kResourcesMax];
  uint8_t resource_count;
  Identity identities[kValuesMax];
  uint8_t identity_count;
  // The global object's.
  uint8_t global;
  Cell cells[kCellsMax];
  uint8_t cell_count;
  Probe probes[kProbesMax];
  uint8_t probe_count;
  // Works in the order in which they were queued; and finished or cancelled.
  uint8_t queued[kResourcesMax];
  uint8_t queued_count;
  uint8_t finished[kResourcesMax];
  uint8_t finished_count;
  // Cleanup hooks' cells, in the order in which they were added.
  uint8_t hooks[kResourcesMax];
  uint8_t hook_count;
  uint8_t instance_data;
  uint8_t depth;
  uint8_t performed_deep;
  uint16_t performed;
  uint16_t left_out;
  bool pending;
  bool stopping;
  bool gone;
  // Faults that have struck, and last.
  bool terminated;
  bool no_external_buffers;
  bool coalesces;
  // A value of which nobody knows what it is was wrapped or unwrapped.
  bool wraps_unknown;
  // Of a value of which nobody knows what it is: it was detached; a function got it.
  bool detached_unknown;
  bool used_unknown;

  // Hostile cases only. Counted without end; the newest are kept.
  Dead dead[kDeadKept];
  uint32_t dead_count;
  Unset unset[kUnsetKept];
  uint32_t unset_count;
  uint32_t marks;
  // The callback info of a callback that has returned.
  napi_callback_info ended_info;
  // Of executes so far, and of thread-safe functions that told so that they are closing.
  uint16_t executes;
  uint8_t closings;
  // Teardown leaves what there is; a callback ended with an exception.
  bool abandoned;
  bool unwound;
  // All cleanup hooks have run: also those by which thread-safe functions close.
  bool hooks_ran;
};

}  // namespace napisan::cases
