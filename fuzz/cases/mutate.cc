#include "mutate.h"

#include <algorithm>
#include <array>
#include <vector>

#include "signature.h"

namespace napisan::cases {
namespace {

constexpr size_t kOperationsUsual = 30;

uint8_t RandomBlock(Random& random) {
  return random.Below(3) == 0 ? static_cast<uint8_t>(random.Below(kBlocks)) : uint8_t{0};
}

// Half of a hostile target's operations are twisted, most by something that fits; the others'
// random numbers are as they were.
Twist RandomTwist(Random& random, const Palette& palette, const Operation& operation) {
  if (palette.tier_max != Tier::kHostile || random.Below(2) == 0) return Twist::kNone;
  if (operation.is_step()) {
    return operation.step() == Step::kTeardown ? Twist::kAbandons : Twist::kNone;
  }
  FunctionId function = operation.function();
  // What was once alive breaks most of the rules.
  if (random.Below(3) == 0 && Fits(Twist::kStale, function)) return Twist::kStale;
  constexpr int kTries = 4;
  for (int i = 0; i < kTries; ++i) {
    auto twist = static_cast<Twist>(random.Below(static_cast<uint32_t>(Twist::kAbandons)));
    if (Fits(twist, function)) return twist;
  }
  return Twist::kNone;
}

Tier RandomTier(Random& random, const Palette& palette) {
  if (palette.tier_max == Tier::kHostile) return Tier::kHostile;
  return static_cast<Tier>(random.Below(static_cast<uint32_t>(palette.tier_max) + 1));
}

constexpr size_t kHandleKinds = static_cast<size_t>(HandleKind::kCount);

HandleKind MadeBy(FunctionId function) {
  const Signature& signature = SignatureOf(function);
  for (size_t i = 0; i < signature.count; ++i) {
    const ParameterInfo& parameter = signature.parameters[i];
    if (parameter.parameter == Parameter::kHandleOut) return parameter.handle;
  }
  return HandleKind::kNone;
}

// The functions that take a handle, by its kind.
const std::vector<uint8_t>& TakersOf(HandleKind kind) {
  static const auto takers = [] {
    std::array<std::vector<uint8_t>, kHandleKinds> made;
    for (size_t function = 0; function < kFunctionCount; ++function) {
      const Signature& signature = SignatureOf(static_cast<FunctionId>(function));
      for (size_t i = 0; i < signature.count; ++i) {
        const ParameterInfo& parameter = signature.parameters[i];
        if (parameter.parameter != Parameter::kHandle) continue;
        made[static_cast<size_t>(parameter.handle)].push_back(static_cast<uint8_t>(function));
      }
    }
    return made;
  }();
  return takers[static_cast<size_t>(kind)];
}

// One that takes up what an operation of the case makes; false where there is none.
bool TakeUp(Random& random, const Palette& palette, const Case& so_far, uint8_t& what) {
  if (so_far.count == 0) return false;
  size_t begin = random.Below(so_far.count);
  for (size_t i = 0; i < so_far.count; ++i) {
    const Operation& maker = so_far.operations[(begin + i) % so_far.count];
    HandleKind kind = maker.is_step() ? HandleKind::kNone : MadeBy(maker.function());
    const std::vector<uint8_t>& takers = TakersOf(kind);
    if (kind == HandleKind::kNone || takers.empty()) continue;
    what = takers[random.Below(static_cast<uint32_t>(takers.size()))];
    return palette.has[what];
  }
  return false;
}

Operation RandomOperation(Random& random, const Palette& palette, const Case& so_far) {
  Operation operation;
  if (palette.tier_max == Tier::kHostile && random.Below(6) == 0) {
    // A life needs steps; the last of them, teardown, is rarer.
    size_t step = random.Below(random.Below(4) == 0 ? kSteps : kSteps - 1);
    operation.what = static_cast<uint8_t>(kFunctionCount + step);
  } else if (random.Below(3) != 0 || !TakeUp(random, palette, so_far, operation.what)) {
    operation.what = palette.whats[random.Below(palette.count)];
  }
  operation.block = operation.is_step() ? uint8_t{0} : RandomBlock(random);
  for (uint8_t& operand : operation.operands) operand = random.Byte();
  operation.twist = RandomTwist(random, palette, operation);
  return operation;
}

// Most at the first operations: all that comes after is then played under it.
Fault RandomFault(Random& random, const Case& of) {
  auto kind = static_cast<FaultKind>(random.Below(static_cast<uint32_t>(kFaultKinds)));
  uint32_t most = random.Below(of.count + 1u);
  return {kind, static_cast<uint8_t>(random.Below(most + 1))};
}

void AddFault(Random& random, Case& changed) {
  if (changed.fault_count == kFaultsMax) return;
  changed.faults[changed.fault_count++] = RandomFault(random, changed);
}

void RemoveFault(Case& changed, size_t at) {
  changed.faults[at] = changed.faults[--changed.fault_count];
}

// One more, or another one, or the same elsewhere, or one less.
void MutateFaults(Random& random, Case& changed) {
  if (changed.fault_count == 0) return AddFault(random, changed);
  size_t at = random.Below(changed.fault_count);
  switch (random.Below(4)) {
    case 0:
      return AddFault(random, changed);
    case 1:
      changed.faults[at] = RandomFault(random, changed);
      return;
    case 2:
      changed.faults[at].step = RandomFault(random, changed).step;
      return;
    default:
      return RemoveFault(changed, at);
  }
}

// Another one, or one bit of it.
void MutateSchedule(Random& random, Case& changed) {
  uint32_t bit = random.Below(32);
  if (bit < 16) {
    changed.schedule = static_cast<uint16_t>(changed.schedule ^ 1u << bit);
  } else {
    changed.schedule = static_cast<uint16_t>(random.Next());
  }
}

void MutateOnce(Random& random, const Palette& palette, Case& changed) {
  if (changed.count == 0)
    return InsertOperation(changed, 0, RandomOperation(random, palette, changed));
  size_t at = random.Below(changed.count);
  size_t other = random.Below(changed.count);
  Operation& operation = changed.operations[at];
  switch (random.Below(12)) {
    case 0:
    case 1:
      return InsertOperation(changed, random.Below(changed.count + 1u),
                             RandomOperation(random, palette, changed));
    case 2:
      return RemoveOperation(changed, at);
    case 3:
      return std::swap(operation, changed.operations[other]);
    case 4: {
      Operation doubled = operation;
      return InsertOperation(changed, other, doubled);
    }
    case 5:
      operation.block = RandomBlock(random);
      operation.twist = RandomTwist(random, palette, operation);
      return;
    case 6:
      operation.what = palette.whats[random.Below(palette.count)];
      return;
    case 7:
    case 8:
      operation.operands[random.Below(kOperands)] = random.Byte();
      return;
    case 9:
      return MutateSchedule(random, changed);
    case 10:
      return MutateFaults(random, changed);
    default:
      changed.tier = RandomTier(random, palette);
      changed.version_10 = random.Below(2) == 0;
      return;
  }
}

}  // namespace

void MakeRandom(Random& random, const Palette& palette, Case& result) {
  result.tier = RandomTier(random, palette);
  result.version_10 = random.Below(2) == 0;
  result.schedule = static_cast<uint16_t>(random.Next());
  size_t count = 1 + random.Below(kOperationsUsual);
  result.fault_count = 0;
  for (result.count = 0; result.count < count; ++result.count) {
    result.operations[result.count] = RandomOperation(random, palette, result);
  }
  constexpr uint32_t kFaultIn = 4;
  if (random.Below(kFaultIn) == 0) AddFault(random, result);
}

void Mutate(Random& random, const Palette& palette, Case& changed) {
  // Misuse takes an object and its end: small steps do not lead there, for nothing is new halfway.
  constexpr uint32_t kAnewIn = 8;
  if (palette.tier_max == Tier::kHostile && random.Below(kAnewIn) == 0) {
    return MakeRandom(random, palette, changed);
  }
  uint32_t times = 1 + random.Below(4);
  for (uint32_t i = 0; i < times; ++i) MutateOnce(random, palette, changed);
}

// Faults go with the operations that they strike at.
void Cross(Random& random, const Case& first, const Case& second, Case& result) {
  result = first;
  result.count = static_cast<uint8_t>(random.Below(first.count + 1u));
  size_t kept = result.count;
  for (size_t i = result.fault_count; i-- > 0;) {
    if (result.faults[i].step > kept) RemoveFault(result, i);
  }
  size_t from = random.Below(second.count + 1u);
  for (size_t at = from; at < second.count && result.count < kOperationsMax; ++at) {
    result.operations[result.count++] = second.operations[at];
  }
  for (size_t i = 0; i < second.fault_count && result.fault_count < kFaultsMax; ++i) {
    size_t step = kept + second.faults[i].step - from;
    bool taken = second.faults[i].step >= from && step <= result.count;
    if (!taken) continue;
    result.faults[result.fault_count++] = {second.faults[i].kind, static_cast<uint8_t>(step)};
  }
}

}  // namespace napisan::cases
