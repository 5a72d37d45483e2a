// A case: up to 40 operations on everything that Node-API has, a schedule for the loop, and up to 3
// faults.
//
// An operation is a function of functions.def, or a step of the loop. It belongs to a block: block
// 0 is what JavaScript calls in the module, the others are bodies of callbacks, which run whenever
// the host calls back. Every byte string decodes to a case.
#pragma once

#include <cstddef>
#include <cstdint>

#include "api/functions.h"
#include "faults.h"
#include "twist.h"

namespace napisan::cases {

inline constexpr size_t kOperationsMax = 40;
inline constexpr size_t kBlocks = 6;
// A callback that does nothing.
inline constexpr uint8_t kNoBlock = kBlocks;
inline constexpr size_t kOperands = 6;

// What a case may do. Operations beyond its tier are left out, as the model's state has it.
enum class Tier : uint8_t {
  kLegal,       // what the contract allows; any report is a defect
  kDocumented,  // also calls that return a documented error
  kHostile,     // also misuse: each with its rule
};

enum class Step : uint8_t {
  kReturn,   // the function of block 0 returns; the next operation is in another call
  kExecute,  // a queued work executes; the operand says which
  kDeliver,  // the oldest completion
  kWake,     // a thread-safe function
  kTurn,     // the loop turns once
  kRun,      // the loop turns until nothing is left
  kCollect,  // garbage
  kTeardown,
  kCount
};
inline constexpr size_t kSteps = static_cast<size_t>(Step::kCount);

// Who executes works.
enum class Pool : uint8_t {
  kStepping,  // the case: any order, and one completion at a time
  kReal,      // a thread (real_pool.h)
  kMirrored,  // the case, in the order that a thread would; and once more a thread, which must
              // agree
};

struct Operation {
  // A FunctionId, or kFunctionCount and a Step.
  uint8_t what;
  uint8_t block;
  // kNone but in a hostile case.
  Twist twist;
  uint8_t operands[kOperands];

  bool is_step() const { return what >= kFunctionCount; }
  FunctionId function() const { return static_cast<FunctionId>(what); }
  Step step() const { return static_cast<Step>(what - kFunctionCount); }
};

struct Case {
  Tier tier;
  // The module declares Node-API version 10; else 8.
  bool version_10;
  uint16_t schedule;
  uint8_t fault_count;
  Fault faults[kFaultsMax];
  uint8_t count;
  Operation operations[kOperationsMax];
};

inline constexpr size_t kHeaderBytes = 4;
inline constexpr size_t kFaultBytes = 2;
inline constexpr size_t kOperationBytes = 2 + kOperands;
inline constexpr size_t kBytesMax =
    kHeaderBytes + kFaultsMax * kFaultBytes + kOperationsMax * kOperationBytes;

// Which operations a target has, and how hostile its cases may be.
struct Palette {
  Tier tier_max;
  Pool pool;
  uint8_t count;
  uint8_t whats[kFunctionCount + kSteps];
  bool has[kFunctionCount + kSteps];
};

// Total: missing bytes are zero, and bytes past the last operation are ignored. What the palette
// has not becomes something that it has.
void Decode(const uint8_t* data, size_t size, const Palette& palette, Case& result);
// Writes at most kBytesMax bytes that decode to the same case; returns how many.
size_t Encode(const Case& from, uint8_t* bytes);

// The least tier of a case that it strikes in.
Tier TierOf(FaultKind kind);

// With an operation put in, or taken out: faults strike where they did. InsertOperation does
// nothing where there is no room.
void InsertOperation(Case& changed, size_t at, const Operation& operation);
void RemoveOperation(Case& changed, size_t at);

}  // namespace napisan::cases
