// A run as it was recorded: bodies, which are calls of the module and callbacks, with each call of
// Node-API in them, its arguments as C++ has them, and the status that came of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "case.h"
#include "recorder.h"

namespace napisan::cases {

struct RecordedCall {
  FunctionId function;
  // Declarations of what is passed, a line each; then the arguments.
  std::vector<std::string> before;
  std::string arguments;
  // The status; -1 where it did not return.
  int status = -1;
  // The runner made it for itself: to have a value, or to leave nothing behind.
  bool own;
  // It was made by a thread of its own, to which was waited.
  bool other_thread;
  // Why a real Node.js cannot be asked to repeat it; empty where it can.
  std::string unrepeatable;
};

// One that strikes within a body.
struct RecordedFault {
  FaultKind kind;
  // How many calls of it were made before.
  size_t calls;
};

struct RecordedBody {
  // Of a callback; of a call of the module's the callback is kEnv.
  Parameter callback;
  int cell;
  std::vector<RecordedCall> calls;
  std::vector<RecordedFault> faults = {};
};

inline bool IsEmpty(const RecordedBody& body) { return body.calls.empty() && body.faults.empty(); }

struct RecordedDrive {
  Drive drive;
  // Of a fault its kind.
  uint64_t index;
  // Of kRun and kOutside: which body.
  size_t body;
};

struct RecordedVariable {
  std::string type;
  std::string name;
};

struct Recording {
  bool version_10;
  // In the order in which they began.
  std::vector<RecordedBody> bodies;
  std::vector<RecordedDrive> drives;
  std::vector<RecordedVariable> variables;
  std::vector<uint32_t> choices;
  int cells;
  // What ended the run before its time; empty where nothing did.
  std::string failure;
  // How many had begun when the agent was terminated; all, where it was not.
  size_t bodies_before_end = SIZE_MAX;
  size_t drives_before_end = SIZE_MAX;
};

// Runs it once in a child process.
Recording Record(const Case& program, double timeout_seconds, EnvEnd env_end);

// The function that an export has for a callback: "OnComplete".
const char* CallbackName(Parameter callback);

}  // namespace napisan::cases
