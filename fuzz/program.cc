#include "program.h"

#include <iterator>

namespace napisan::fuzz {
namespace {

// What comes up more often in these tables is what random programs need more of. All have 16
// entries, so that one nibble picks.
constexpr OpKind kKinds[] = {
    OpKind::kCreate, OpKind::kQueue,  OpKind::kCancel, OpKind::kDelete,
    OpKind::kThen,   OpKind::kDuring, OpKind::kExecute, OpKind::kDeliver,
    OpKind::kTurn,   OpKind::kRun,    OpKind::kTeardown, OpKind::kCreate,
    OpKind::kQueue,  OpKind::kThen,   OpKind::kExecute, OpKind::kDeliver,
};

constexpr Making kMakings[] = {
    Making::kPlain,      Making::kObjectResource, Making::kNumberName,
    Making::kNullComplete, Making::kNoExecute,    Making::kNoResult,
    Making::kNoName,     Making::kNullEnv,        Making::kSymbolName,
    Making::kUndefinedResource, Making::kForgedName, Making::kScopeAsName,
    Making::kPlain,      Making::kPlain,          Making::kPlain,
    Making::kPlain,
};

constexpr Passing kPassings[] = {
    Passing::kOwn,   Passing::kNull,  Passing::kNullEnv,   Passing::kLow,
    Passing::kHigh,  Passing::kStack, Passing::kValue,     Passing::kScope,
    Passing::kReference, Passing::kEnv, Passing::kOwn,     Passing::kOwn,
    Passing::kOwn,   Passing::kOwn,   Passing::kOwn,       Passing::kOwn,
};

constexpr Deed kDeeds[] = {
    Deed::kStart,  Deed::kQueue,  Deed::kCancel, Deed::kDelete, Deed::kThrow, Deed::kStart,
    Deed::kDelete, Deed::kDelete, Deed::kStart,  Deed::kQueue,  Deed::kCancel, Deed::kDelete,
    Deed::kThrow,  Deed::kDelete, Deed::kDelete, Deed::kDelete,
};

static_assert(std::size(kKinds) == 16 && std::size(kMakings) == 16 &&
              std::size(kPassings) == 16 && std::size(kDeeds) == 16);

template <class T>
uint8_t IndexOf(const T (&table)[16], T wanted) {
  uint8_t index = 0;
  while (index < 15 && table[index] != wanted) ++index;
  return index;
}

constexpr uint8_t kTierBits = 3;
constexpr uint8_t kAbandonBit = 4;
constexpr uint8_t kVersionBit = 8;

Operation DecodeOperation(const uint8_t* bytes) {
  Operation operation{kKinds[bytes[0] & 15], 0, 0, 0};
  auto slot = static_cast<uint8_t>(bytes[1] & 7);
  uint8_t pick = bytes[2] & 15;
  switch (operation.kind) {
    case OpKind::kCreate:
      operation.slot = slot;
      operation.variant = static_cast<uint8_t>(kMakings[pick]);
      break;
    case OpKind::kQueue:
    case OpKind::kCancel:
    case OpKind::kDelete:
      operation.slot = slot;
      operation.variant = static_cast<uint8_t>(kPassings[pick]);
      break;
    case OpKind::kThen:
    case OpKind::kDuring:
      operation.slot = slot;
      operation.variant = static_cast<uint8_t>(kDeeds[pick]);
      if (operation.deed() != Deed::kThrow) operation.target = bytes[1] >> 3 & 7;
      break;
    case OpKind::kExecute:
      operation.slot = slot;
      break;
    case OpKind::kTurn:
      operation.variant = pick;
      break;
    case OpKind::kDeliver:
    case OpKind::kRun:
    case OpKind::kTeardown:
      break;
  }
  return operation;
}

}  // namespace

void Decode(const uint8_t* data, size_t size, Program& program) {
  auto byte = [&](size_t at) -> uint8_t { return at < size ? data[at] : 0; };
  uint8_t tier = byte(0) & kTierBits;
  program.tier = tier >= 2 ? Tier::kHostile : static_cast<Tier>(tier);
  program.abandon = (byte(0) & kAbandonBit) != 0 && program.tier == Tier::kHostile;
  program.version_10 = (byte(0) & kVersionBit) != 0;
  program.schedule = static_cast<uint16_t>(byte(1) | byte(2) << 8);
  program.count = 0;
  for (size_t at = kHeaderBytes; at < size && program.count < kOperationsMax;
       at += kOperationBytes) {
    uint8_t bytes[kOperationBytes] = {byte(at), byte(at + 1), byte(at + 2)};
    program.operations[program.count++] = DecodeOperation(bytes);
  }
}

size_t Encode(const Program& program, uint8_t* bytes) {
  bytes[0] = static_cast<uint8_t>(static_cast<uint8_t>(program.tier) |
                                  (program.abandon ? kAbandonBit : 0) |
                                  (program.version_10 ? kVersionBit : 0));
  bytes[1] = static_cast<uint8_t>(program.schedule);
  bytes[2] = static_cast<uint8_t>(program.schedule >> 8);
  size_t at = kHeaderBytes;
  for (size_t i = 0; i < program.count; ++i) {
    const Operation& operation = program.operations[i];
    bytes[at] = IndexOf(kKinds, operation.kind);
    bytes[at + 1] = static_cast<uint8_t>(operation.slot | operation.target << 3);
    switch (operation.kind) {
      case OpKind::kCreate:
        bytes[at + 2] = IndexOf(kMakings, operation.making());
        break;
      case OpKind::kQueue:
      case OpKind::kCancel:
      case OpKind::kDelete:
        bytes[at + 2] = IndexOf(kPassings, operation.passing());
        break;
      case OpKind::kThen:
      case OpKind::kDuring:
        bytes[at + 2] = IndexOf(kDeeds, operation.deed());
        break;
      case OpKind::kExecute:
      case OpKind::kDeliver:
      case OpKind::kTurn:
      case OpKind::kRun:
      case OpKind::kTeardown:
        bytes[at + 2] = operation.variant;
        break;
    }
    at += kOperationBytes;
  }
  return at;
}

}  // namespace napisan::fuzz
