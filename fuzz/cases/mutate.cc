#include "mutate.h"

#include <algorithm>

namespace napisan::cases {
namespace {

constexpr size_t kOperationsUsual = 30;

uint8_t RandomBlock(Random& random) {
  return random.Below(3) == 0 ? static_cast<uint8_t>(random.Below(kBlocks)) : uint8_t{0};
}

Operation RandomOperation(Random& random, const Palette& palette) {
  Operation operation;
  operation.what = palette.whats[random.Below(palette.count)];
  operation.block = operation.is_step() ? uint8_t{0} : RandomBlock(random);
  for (uint8_t& operand : operation.operands) operand = random.Byte();
  return operation;
}

void Insert(Case& changed, size_t at, const Operation& operation) {
  if (changed.count == kOperationsMax) return;
  Operation* operations = changed.operations;
  std::move_backward(operations + at, operations + changed.count, operations + changed.count + 1);
  operations[at] = operation;
  ++changed.count;
}

void Remove(Case& changed, size_t at) {
  std::move(changed.operations + at + 1, changed.operations + changed.count,
            changed.operations + at);
  --changed.count;
}

void MutateOnce(Random& random, const Palette& palette, Case& changed) {
  if (changed.count == 0) return Insert(changed, 0, RandomOperation(random, palette));
  size_t at = random.Below(changed.count);
  size_t other = random.Below(changed.count);
  Operation& operation = changed.operations[at];
  switch (random.Below(11)) {
    case 0:
    case 1:
      return Insert(changed, random.Below(changed.count + 1u), RandomOperation(random, palette));
    case 2:
      return Remove(changed, at);
    case 3:
      return std::swap(operation, changed.operations[other]);
    case 4: {
      Operation doubled = operation;
      return Insert(changed, other, doubled);
    }
    case 5:
      operation.block = RandomBlock(random);
      return;
    case 6:
      operation.what = palette.whats[random.Below(palette.count)];
      return;
    case 7:
    case 8:
      operation.operands[random.Below(kOperands)] = random.Byte();
      return;
    case 9:
      changed.schedule = static_cast<uint16_t>(random.Next());
      return;
    default:
      changed.tier = static_cast<Tier>(random.Below(static_cast<uint32_t>(palette.tier_max) + 1));
      changed.version_10 = random.Below(2) == 0;
      return;
  }
}

}  // namespace

void MakeRandom(Random& random, const Palette& palette, Case& result) {
  result.tier = static_cast<Tier>(random.Below(static_cast<uint32_t>(palette.tier_max) + 1));
  result.version_10 = random.Below(2) == 0;
  result.schedule = static_cast<uint16_t>(random.Next());
  result.count = static_cast<uint8_t>(1 + random.Below(kOperationsUsual));
  for (size_t i = 0; i < result.count; ++i) {
    result.operations[i] = RandomOperation(random, palette);
  }
}

void Mutate(Random& random, const Palette& palette, Case& changed) {
  uint32_t times = 1 + random.Below(4);
  for (uint32_t i = 0; i < times; ++i) MutateOnce(random, palette, changed);
}

void Cross(Random& random, const Case& first, const Case& second, Case& result) {
  result = first;
  result.count = static_cast<uint8_t>(random.Below(first.count + 1u));
  for (size_t at = random.Below(second.count + 1u);
       at < second.count && result.count < kOperationsMax; ++at) {
    result.operations[result.count++] = second.operations[at];
  }
}

}  // namespace napisan::cases
