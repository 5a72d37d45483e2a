#include "case.h"

#include <algorithm>
#include <cstring>

namespace napisan::cases {
namespace {

static_assert(kFunctionCount + kSteps <= 256, "an operation is told by one byte");

// The header's first byte.
constexpr uint8_t kTierBits = 0x03;
constexpr uint8_t kVersion10Bit = 0x04;
// Its second: how many faults follow it. Cases of before there were any have 0 there.
constexpr uint8_t kFaultBits = 0x03;
static_assert(kFaultsMax == kFaultBits);
// An operation's second byte: the block, and that many times the twist.
static_assert(kBlocks * kTwists <= 256);

}  // namespace

void Decode(const uint8_t* data, size_t size, const Palette& palette, Case& result) {
  uint8_t header[kHeaderBytes] = {};
  if (size > 0) std::memcpy(header, data, size < kHeaderBytes ? size : kHeaderBytes);
  auto tier = static_cast<uint8_t>((header[0] & kTierBits) % 3);
  auto most = static_cast<uint8_t>(palette.tier_max);
  result.tier = static_cast<Tier>(tier < most ? tier : most);
  result.version_10 = (header[0] & kVersion10Bit) != 0;
  result.schedule = static_cast<uint16_t>(header[2] | header[3] << 8);
  result.fault_count = header[1] & kFaultBits;
  size_t at = kHeaderBytes;
  for (size_t i = 0; i < result.fault_count; ++i, at += kFaultBytes) {
    uint8_t kind = at < size ? data[at] : uint8_t{0};
    uint8_t step = at + 1 < size ? data[at + 1] : uint8_t{0};
    result.faults[i] = {static_cast<FaultKind>(kind % kFaultKinds),
                        static_cast<uint8_t>(step % (kOperationsMax + 1))};
  }
  result.count = 0;
  for (; at < size && result.count < kOperationsMax; at += kOperationBytes) {
    uint8_t bytes[kOperationBytes] = {};
    size_t left = size - at;
    std::memcpy(bytes, data + at, left < kOperationBytes ? left : kOperationBytes);
    Operation& operation = result.operations[result.count++];
    operation.what = bytes[0];
    bool known = bytes[0] < kFunctionCount + kSteps && palette.has[bytes[0]];
    if (!known) operation.what = palette.whats[bytes[0] % palette.count];
    operation.block = bytes[1] % kBlocks;
    bool twisted = result.tier == Tier::kHostile;
    operation.twist = twisted ? static_cast<Twist>(bytes[1] / kBlocks % kTwists) : Twist::kNone;
    std::memcpy(operation.operands, bytes + 2, kOperands);
  }
}

size_t Encode(const Case& from, uint8_t* bytes) {
  bytes[0] = static_cast<uint8_t>(static_cast<uint8_t>(from.tier) |
                                  (from.version_10 ? kVersion10Bit : uint8_t{0}));
  bytes[1] = from.fault_count;
  bytes[2] = static_cast<uint8_t>(from.schedule);
  bytes[3] = static_cast<uint8_t>(from.schedule >> 8);
  size_t at = kHeaderBytes;
  for (size_t i = 0; i < from.fault_count; ++i, at += kFaultBytes) {
    bytes[at] = static_cast<uint8_t>(from.faults[i].kind);
    bytes[at + 1] = from.faults[i].step;
  }
  for (size_t i = 0; i < from.count; ++i) {
    const Operation& operation = from.operations[i];
    bytes[at] = operation.what;
    bytes[at + 1] =
        static_cast<uint8_t>(operation.block + kBlocks * static_cast<size_t>(operation.twist));
    std::memcpy(bytes + at + 2, operation.operands, kOperands);
    at += kOperationBytes;
  }
  return at;
}

Tier TierOf(FaultKind kind) {
  constexpr Tier kTiers[] = {
#define FAULT(name, text, tier, asked) Tier::tier,
#include "faults.def"
  };
  return kTiers[static_cast<size_t>(kind)];
}

void InsertOperation(Case& changed, size_t at, const Operation& operation) {
  if (changed.count == kOperationsMax) return;
  Operation* operations = changed.operations;
  std::move_backward(operations + at, operations + changed.count, operations + changed.count + 1);
  operations[at] = operation;
  ++changed.count;
  for (size_t i = 0; i < changed.fault_count; ++i) {
    uint8_t& step = changed.faults[i].step;
    if (step > at && step < kOperationsMax) ++step;
  }
}

void RemoveOperation(Case& changed, size_t at) {
  std::move(changed.operations + at + 1, changed.operations + changed.count,
            changed.operations + at);
  --changed.count;
  for (size_t i = 0; i < changed.fault_count; ++i) {
    uint8_t& step = changed.faults[i].step;
    if (step > at) --step;
  }
}

}  // namespace napisan::cases
