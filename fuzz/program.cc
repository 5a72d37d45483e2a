#include "program.h"

namespace napisan::fuzz {
namespace {

// How many of the values of a byte stand for each: random programs need some things more than
// others, and a program that ends its env early is a short one.
template <class T>
struct Share {
  T what;
  uint8_t parts;
};

constexpr Share<OpKind> kKinds[] = {
    {OpKind::kCreate, 14}, {OpKind::kQueue, 14}, {OpKind::kCancel, 5},   {OpKind::kDelete, 5},
    {OpKind::kThen, 9},    {OpKind::kDuring, 2}, {OpKind::kExecute, 6},  {OpKind::kDeliver, 5},
    {OpKind::kTurn, 2},    {OpKind::kRun, 1},    {OpKind::kTeardown, 1},
};

constexpr Share<Making> kMakings[] = {
    {Making::kPlain, 52},     {Making::kObjectResource, 1},
    {Making::kNumberName, 1}, {Making::kNullComplete, 2},
    {Making::kNoExecute, 1},  {Making::kNoResult, 1},
    {Making::kNoName, 1},     {Making::kNullEnv, 1},
    {Making::kSymbolName, 1}, {Making::kUndefinedResource, 1},
    {Making::kForgedName, 1}, {Making::kScopeAsName, 1},
};

constexpr Share<Passing> kPassings[] = {
    {Passing::kOwn, 54},  {Passing::kOtherEnv, 1},  {Passing::kNull, 1},  {Passing::kNullEnv, 1},
    {Passing::kLow, 1},   {Passing::kHigh, 1},      {Passing::kStack, 1}, {Passing::kValue, 1},
    {Passing::kScope, 1}, {Passing::kReference, 1}, {Passing::kEnv, 1},
};

constexpr Share<Deed> kDeeds[] = {
    {Deed::kStart, 12},  {Deed::kQueue, 8}, {Deed::kCancel, 8},
    {Deed::kDelete, 30}, {Deed::kThrow, 6},
};

template <class T, size_t N>
constexpr bool IsWhole(const Share<T> (&shares)[N]) {
  int parts = 0;
  for (const auto& share : shares) parts += share.parts;
  return parts == 64;
}
static_assert(IsWhole(kKinds) && IsWhole(kMakings) && IsWhole(kPassings) && IsWhole(kDeeds));

// The shares lie one after the other in the values of six bits.
template <class T, size_t N>
T Pick(const Share<T> (&shares)[N], uint8_t byte) {
  uint8_t part = byte & 63;
  size_t at = 0;
  while (part >= shares[at].parts) part = static_cast<uint8_t>(part - shares[at++].parts);
  return shares[at].what;
}

template <class T, size_t N>
uint8_t FirstPart(const Share<T> (&shares)[N], T wanted) {
  uint8_t part = 0;
  for (const auto& share : shares) {
    if (share.what == wanted) break;
    part = static_cast<uint8_t>(part + share.parts);
  }
  return part;
}

constexpr uint8_t kTierBits = 3;
constexpr uint8_t kAbandonBit = 4;
constexpr uint8_t kVersionBit = 8;

Operation DecodeOperation(const uint8_t* bytes) {
  Operation operation{Pick(kKinds, bytes[0]), 0, 0, 0};
  auto slot = static_cast<uint8_t>(bytes[1] & 7);
  switch (operation.kind) {
    case OpKind::kCreate:
      operation.slot = slot;
      operation.variant = static_cast<uint8_t>(Pick(kMakings, bytes[2]));
      break;
    case OpKind::kQueue:
    case OpKind::kCancel:
    case OpKind::kDelete:
      operation.slot = slot;
      operation.variant = static_cast<uint8_t>(Pick(kPassings, bytes[2]));
      break;
    case OpKind::kThen:
    case OpKind::kDuring:
      operation.slot = slot;
      operation.variant = static_cast<uint8_t>(Pick(kDeeds, bytes[2]));
      if (operation.deed() != Deed::kThrow) operation.target = bytes[1] >> 3 & 7;
      break;
    case OpKind::kExecute:
      operation.slot = slot;
      break;
    case OpKind::kTurn:
      operation.variant = bytes[2] & 15;
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
    bytes[at] = FirstPart(kKinds, operation.kind);
    bytes[at + 1] = static_cast<uint8_t>(operation.slot | operation.target << 3);
    switch (operation.kind) {
      case OpKind::kCreate:
        bytes[at + 2] = FirstPart(kMakings, operation.making());
        break;
      case OpKind::kQueue:
      case OpKind::kCancel:
      case OpKind::kDelete:
        bytes[at + 2] = FirstPart(kPassings, operation.passing());
        break;
      case OpKind::kThen:
      case OpKind::kDuring:
        bytes[at + 2] = FirstPart(kDeeds, operation.deed());
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
