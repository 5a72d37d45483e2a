// A program: up to 32 operations over up to 8 works of one agent, and a schedule for the loop.
//
// Every byte string decodes to a program, and every program has a text form that parses back. What
// an operation means, and what must come of it, is the reference model's to say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace napisan::fuzz {

inline constexpr size_t kSlots = 8;
inline constexpr size_t kOperationsMax = 32;

// What a program may do. Calls beyond its tier are left out of it, as the model's state has it.
enum class Tier : uint8_t {
  kLegal,       // what the contract allows: every call returns napi_ok, and any report is a defect
  kDocumented,  // also calls that return a documented error
  kHostile,     // also misuse: each with its rule
};

enum class OpKind : uint8_t {
  kCreate,  // makes a work in a slot that holds none
  kQueue,   // these three take the work of a slot, or what `passing` says instead
  kCancel,
  kDelete,
  kThen,      // adds a deed to what the slot's complete does
  kDuring,    // adds a deed to what the slot's execute does
  kExecute,   // steps: executes the nth queued work
  kDeliver,   // steps: delivers the oldest completion
  kTurn,      // turns the loop once; `choice` picks the step
  kRun,       // turns the loop until idle; the schedule picks
  kTeardown,  // ends the env here
};

// What is given to napi_create_async_work.
enum class Making : uint8_t {
  kPlain,
  kObjectResource,
  kNumberName,
  kNullComplete,
  kNoExecute,
  kNoResult,
  kNoName,
  kNullEnv,
  kSymbolName,
  kUndefinedResource,
  kForgedName,
  kScopeAsName,
};

// What is given to the functions that take a work.
enum class Passing : uint8_t {
  kOwn,
  kNull,
  kNullEnv,
  kLow,  // numbers that were never handles
  kHigh,
  kStack,  // the address of a local variable
  kValue,  // handles of other kinds
  kScope,
  kReference,
  kEnv,
  kOtherEnv,  // its own work, with the env of another module
};

enum class Deed : uint8_t {
  kStart,  // makes a work that deletes itself in complete, and queues it
  kQueue,
  kCancel,
  kDelete,
  kThrow,
};

// The fields that a kind does not use are zero.
struct Operation {
  OpKind kind;
  uint8_t slot;     // the index, for kExecute
  uint8_t target;   // the slot that a deed is done to
  uint8_t variant;  // Making, Passing, Deed, or the choice of kTurn

  Making making() const { return static_cast<Making>(variant); }
  Passing passing() const { return static_cast<Passing>(variant); }
  Deed deed() const { return static_cast<Deed>(variant); }
};

struct Program {
  Tier tier;
  // Works that the program itself does not delete are left undeleted. Hostile programs only.
  bool abandon;
  // The module declares Node-API version 10; else 8.
  bool version_10;
  // Seeds the choices of kRun and of teardown.
  uint16_t schedule;
  uint8_t count;
  Operation operations[kOperationsMax];
};

inline constexpr size_t kHeaderBytes = 3;
inline constexpr size_t kOperationBytes = 3;
inline constexpr size_t kBytesMax = kHeaderBytes + kOperationsMax * kOperationBytes;

// Total: missing bytes are zero, and bytes past the last operation are ignored.
void Decode(const uint8_t* data, size_t size, Program& program);
// Writes at most kBytesMax bytes that decode to the same program; returns how many.
size_t Encode(const Program& program, uint8_t* bytes);

}  // namespace napisan::fuzz
