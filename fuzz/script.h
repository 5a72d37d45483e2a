// A script: what a program makes a module do, call by call, and what must come of it. The reference
// model writes it; the runner performs it line by line and stops where the host does otherwise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <node_api.h>

#include "program.h"

namespace napisan::fuzz {

// Where a work is in its life, as its module sees it.
enum class WorkState : uint8_t {
  kNone,  // the slot never held one
  kCreated,
  kQueued,
  kExecuting,
  kExecuted,
  kCancelled,
  kCompleting,
  kCompleted,
  kDeleted,
};
inline constexpr size_t kWorkStates = 9;
const char* NameOf(WorkState state);

enum class LineKind : uint8_t {
  kOpenCall,  // JavaScript calls into the module; the lines up to kCloseCall are the function
  kCloseCall,
  kCreate,  // calls, each with its status and its rule; `variant` is Making
  kQueue,   // `variant` is Passing
  kCancel,
  kDelete,
  kThrow,
  kStepExecute,  // steps of the loop, up to kStepEnd; `index` is what is asked for
  kStepDeliver,
  kStepTurn,
  kStepRun,
  kStepTeardown,
  kStepEnd,        // with what is left then
  kChoose,         // the executor asks: `count` steps, `index` is the answer
  kEnterExecute,   // the host calls back; the lines up to kLeave are the callback
  kEnterComplete,  // with `status`
  kLeave,
};
inline constexpr size_t kLineKinds = 17;
const char* NameOf(LineKind kind);

struct Line {
  LineKind kind;
  uint8_t operation;  // which of the program's it belongs to; count for what follows the last
  uint8_t slot;
  uint8_t variant;
  WorkState state;  // of the slot's work, before the call
  bool answer;      // what a step returns
  uint8_t index;
  uint8_t count;
  napi_status status;
  // The one report that the call makes, or null.
  const char* rule;
  // kStepEnd: works queued, works finished, and so far: exceptions nobody caught, leaks reported.
  uint8_t queued;
  uint8_t finished;
  uint8_t uncaught;
  uint8_t leaks;
};

// Longer than any program can make one: Predict aborts where that is wrong.
inline constexpr size_t kLinesMax = 2048;

struct Script {
  size_t count;
  // Operations that did something, and those that their tier or the state of things left out.
  size_t performed;
  size_t left_out;
  Line lines[kLinesMax];
};

// One line, as failures and --print-script show it.
std::string ToText(const Line& line);

}  // namespace napisan::fuzz
