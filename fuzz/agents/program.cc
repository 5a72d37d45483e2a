#include "agents/program.h"

#include "parts.h"

namespace napisan::agents {
namespace {

const OpInfo kInfos[] = {
#define OPERATION(name, parts, place, ...) {#name, parts, Place::place, {__VA_ARGS__}},
#include "operations.def"
};

constexpr unsigned kParts = 0
#define OPERATION(name, parts, ...) +parts
#include "operations.def"
    ;
static_assert(kParts <= 256);

OpKind KindOf(uint8_t byte) { return static_cast<OpKind>(fuzz::RowOf(kInfos, byte)); }
uint8_t FirstPart(OpKind kind) { return fuzz::FirstPartOf(kInfos, static_cast<size_t>(kind)); }

// One in sixteen of the values.
constexpr uint8_t kDuringBits = 0xf0;

Operation DecodeOperation(const uint8_t* bytes) {
  Operation operation{KindOf(bytes[0]), 0, 0, false};
  const OpInfo& info = InfoOf(operation.kind);
  size_t slots = SlotsOf(info.place);
  if (slots > 0) operation.slot = static_cast<uint8_t>(bytes[1] % slots);
  if (info.place == Place::kCommand) operation.during = (bytes[1] & kDuringBits) == kDuringBits;
  if (!info.variants.empty()) {
    operation.variant = static_cast<uint8_t>(bytes[2] % info.variants.size());
  }
  return operation;
}

}  // namespace

const OpInfo& InfoOf(OpKind kind) { return kInfos[static_cast<size_t>(kind)]; }

size_t SlotsOf(Place place) {
  if (place == Place::kMain) return 0;
  return place == Place::kTask ? kPriorities : kSlots;
}

void Decode(const uint8_t* data, size_t size, Program& program) {
  auto byte = [&](size_t at) -> uint8_t { return at < size ? data[at] : 0; };
  program = {};
  program.agent_first = (byte(0) & 1) != 0;
  for (size_t at = kHeaderBytes; at < size && program.count < kOperationsMax;
       at += kOperationBytes) {
    uint8_t bytes[kOperationBytes] = {byte(at), byte(at + 1), byte(at + 2)};
    program.operations[program.count++] = DecodeOperation(bytes);
  }
}

std::vector<uint8_t> Encode(const Program& program) {
  std::vector<uint8_t> bytes{static_cast<uint8_t>(program.agent_first ? 1 : 0)};
  for (size_t i = 0; i < program.count; ++i) {
    const Operation& operation = program.operations[i];
    bytes.push_back(FirstPart(operation.kind));
    bytes.push_back(static_cast<uint8_t>(operation.slot | (operation.during ? kDuringBits : 0)));
    bytes.push_back(operation.variant);
  }
  return bytes;
}

}  // namespace napisan::agents
