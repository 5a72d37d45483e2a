// What a twisted call is given: bits that are no handle, a handle of another kind, one that has
// died, one that a failed call never set.
#include <cstring>

#include "runner.h"

namespace napisan::cases {
namespace {

// No handle is near: handles are counted, and not that far.
constexpr uint64_t kFar = 0x10000000;
// What result variables hold before a call: no address, and no handle.
constexpr uint64_t kMark = 0x5eed00000000;

bool TwistsArgument(Twist twist) { return twist >= Twist::kNull && twist <= Twist::kOuter; }

bool IsScope(HandleKind kind) {
  return kind == HandleKind::kScope || kind == HandleKind::kEscapableScope ||
         kind == HandleKind::kCallbackScope;
}

// Whether there is no agent that would know its values, scopes and failed calls.
bool IsFar(const Frame& frame) {
  return frame.phase == Phase::kExecute || frame.phase == Phase::kGone;
}

bool CanTwist(const Signature& signature, size_t at, Twist twist) {
  const ParameterInfo& info = signature.parameters[at];
  switch (info.parameter) {
    case Parameter::kHandle:
      return twist != Twist::kOuter || IsScope(info.handle);
    case Parameter::kInfo:
      return true;
    case Parameter::kValue:
      return twist != Twist::kOuter;
    // Null in a list is answered by the function, each in its way.
    case Parameter::kValues:
    case Parameter::kDescriptors:
      return twist != Twist::kOuter && twist != Twist::kNull &&
             signature.parameters[at - 1].parameter == Parameter::kSize;
    default:
      return false;
  }
}

}  // namespace

bool Fits(Twist twist, FunctionId function) {
  const Signature& signature = SignatureOf(function);
  switch (twist) {
    case Twist::kOtherEnv:
    case Twist::kNullEnv:
    case Twist::kForgedEnv:
    case Twist::kWrongKindEnv:
      return signature.parameters[0].parameter == Parameter::kEnv;
    case Twist::kNullComplete:
      return function == FunctionId::napi_create_async_work;
    case Twist::kDuplicate:
      return function == FunctionId::napi_add_env_cleanup_hook;
    case Twist::kStale:
      if (function == FunctionId::napi_remove_env_cleanup_hook) return true;
      break;
    default:
      break;
  }
  if (!TwistsArgument(twist)) return true;
  for (size_t i = 0; i < signature.count; ++i) {
    if (CanTwist(signature, i, twist)) return true;
  }
  return false;
}

void Runner::BeginTwist(Call& call) {
  Frame& frame = *call.frame;
  TwistFrame(frame, call.operation->twist);
  bool takes_env = SignatureOf(call.function).parameters[0].parameter == Parameter::kEnv;
  bool outside = frame.phase == Phase::kOutside || frame.phase == Phase::kGone;
  call.blind = takes_env && (frame.phase == Phase::kExecute || outside);
  ChooseTwisted(call);
}

// Its env comes last: what the call needs is made with the right one.
bool Runner::FinishTwist(Call& call) {
  if (call.twist == Twist::kNullComplete) {
    const Signature& signature = SignatureOf(call.function);
    for (size_t i = 0; i < signature.count; ++i) {
      if (signature.parameters[i].parameter == Parameter::kComplete) call.slots[i].bits = 0;
    }
  }
  if (call.twist < Twist::kOtherEnv || call.twist > Twist::kWrongKindEnv) return true;
  return ForgeEnv(call, call.operation->operands[kOperands - 1]);
}

// The twist, as far as it fits; and which argument.
void Runner::ChooseTwisted(Call& call) {
  const Signature& signature = SignatureOf(call.function);
  Twist twist = call.operation->twist;
  bool of_call = twist <= Twist::kDuplicate && Fits(twist, call.function);
  // Nobody would look at it.
  bool seen = !call.blind || twist == Twist::kNullEnv || twist == Twist::kForgedEnv;
  call.twist = of_call && seen ? twist : Twist::kNone;
  if (!TwistsArgument(call.twist)) return;
  int fitting[kParametersMax];
  size_t count = 0;
  for (size_t i = 0; i < signature.count; ++i) {
    if (CanTwist(signature, i, call.twist)) fitting[count++] = static_cast<int>(i);
  }
  if (count > 0) call.twisted_at = fitting[call.operation->operands[kOperands - 1] % count];
}

// The argument that is twisted. False: there is nothing to pass.
bool Runner::Forge(Call& call, size_t at, uint8_t operand) {
  const ParameterInfo& info = SignatureOf(call.function).parameters[at];
  Slot& slot = call.slots[at];
  switch (info.parameter) {
    case Parameter::kValue: {
      if (!PrepareValue(call, operand)) return false;
      napi_value good = world_.values[call.value_args[call.value_arg_count - 1]].handle;
      return ForgeHandle(call, HandleKind::kNone, reinterpret_cast<uint64_t>(good), operand,
                         slot.bits);
    }
    case Parameter::kValues: {
      uint64_t& size = call.slots[at - 1].bits;
      size = 1 + size % 3;
      for (napi_value& item : call.list) {
        uint8_t picked = PickValue(call, kAnything, operand);
        if (picked == kNobody) return false;
        item = world_.values[picked].handle;
      }
      uint64_t bits = 0;
      if (!ForgeHandle(call, HandleKind::kNone, reinterpret_cast<uint64_t>(call.list[0]), operand,
                       bits)) {
        return false;
      }
      call.list[(size - 1) % 4] = reinterpret_cast<napi_value>(bits);
      slot.bits = reinterpret_cast<uint64_t>(call.list);
      return true;
    }
    case Parameter::kDescriptors: {
      FillDescriptors(call, at, operand);
      uint64_t& size = call.slots[at - 1].bits;
      if (size == 0) size = 1;
      uint64_t bits = 0;
      if (!ForgeHandle(call, HandleKind::kNone, 0, operand, bits)) return false;
      call.descriptors[size - 1].name = reinterpret_cast<napi_value>(bits);
      return true;
    }
    case Parameter::kInfo:
      if (call.twist == Twist::kOuter) {
        const Frame* outer = call.frame->outer;
        if (outer == nullptr || outer->info == nullptr) return false;
        slot.pointer = outer->info;
        return true;
      }
      if (call.twist == Twist::kStale) {
        slot.pointer = world_.ended_info;
        return world_.ended_info != nullptr;
      }
      return ForgeHandle(call, HandleKind::kCount, reinterpret_cast<uint64_t>(call.frame->info),
                         operand, slot.bits);
    default: {
      uint64_t good = 0;
      for (uint8_t i = 0; i < world_.resource_count; ++i) {
        const Resource& resource = world_.resources[i];
        if (resource.kind != info.handle || resource.life == Life::kEnded) continue;
        good = reinterpret_cast<uint64_t>(resource.handle());
      }
      return ForgeHandle(call, info.handle, good, operand, slot.bits);
    }
  }
}

// `kind` is what is expected: kNone for a value, kCount for a callback info. `good` is one of that
// kind, or 0.
bool Runner::ForgeHandle(Call& call, HandleKind kind, uint64_t good, uint8_t operand,
                         uint64_t& bits) {
  if (!FindForged(call, kind, good, operand, bits)) return false;
  call.twisted_bits = bits;
  return true;
}

bool Runner::FindForged(Call& call, HandleKind kind, uint64_t good, uint8_t operand,
                        uint64_t& bits) {
  static const char nothing = 0;
  bits = 0;
  switch (call.twist) {
    case Twist::kNull:
      return true;
    case Twist::kForged: {
      const uint64_t forged[] = {uint64_t{8} + operand, reinterpret_cast<uint64_t>(&nothing),
                                 ~uint64_t{operand}, good != 0 ? good + kFar : 1};
      bits = forged[operand % 4];
      return true;
    }
    case Twist::kWrongKind:
      return FindOther(call, kind, operand, bits);
    case Twist::kStale: {
      if (kind != HandleKind::kNone) return FindStale(call, kind, bits);
      if (world_.dead_count == 0) return false;
      size_t kept = world_.dead_count < kDeadKept ? world_.dead_count : kDeadKept;
      bits = reinterpret_cast<uint64_t>(world_.dead[operand % kept].handle);
      return true;
    }
    case Twist::kUnset: {
      bool knows = !IsFar(*call.frame);
      bits = world_.unset[operand % kUnsetKept].bits;
      return knows && bits != 0;
    }
    case Twist::kOuter: {
      uint8_t found = 0;
      for (uint8_t i = world_.resource_count; i-- > 0;) {
        const Resource& resource = world_.resources[i];
        if (resource.kind != kind || resource.life == Life::kEnded) continue;
        if (found++ == 0) continue;
        call.resource = i;
        bits = reinterpret_cast<uint64_t>(resource.handle());
        return true;
      }
      return false;
    }
    default:
      return false;
  }
}

// A handle of any other kind.
bool Runner::FindOther(const Call& call, HandleKind kind, uint8_t operand, uint64_t& bits) {
  bool is_far = IsFar(*call.frame);
  size_t choices = size_t{world_.resource_count} + 3;
  for (size_t i = 0; i < choices; ++i) {
    size_t choice = (operand + i) % choices;
    void* found = nullptr;
    if (choice < world_.resource_count) {
      const Resource& other = world_.resources[choice];
      bool untold =
          is_far && (other.kind == HandleKind::kScope || other.kind == HandleKind::kEscapableScope);
      if (other.kind != kind && !untold) found = other.handle();
    } else if (choice == world_.resource_count) {
      if (call.twist != Twist::kWrongKindEnv) found = env_;
    } else if (choice == size_t{world_.resource_count} + 1) {
      bool any = kind != HandleKind::kNone && !is_far && world_.value_count > 0;
      if (any) found = world_.values[world_.value_count - 1].handle;
    } else if (kind != HandleKind::kCount && !is_far) {
      found = call.frame->info;
    }
    if (found == nullptr) continue;
    bits = reinterpret_cast<uint64_t>(found);
    return true;
  }
  return false;
}

bool Runner::FindStale(Call& call, HandleKind kind, uint64_t& bits) {
  for (uint8_t i = world_.resource_count; i-- > 0;) {
    const Resource& resource = world_.resources[i];
    if (resource.kind != kind) continue;
    bool dead =
        kind == HandleKind::kThreadsafeFunction
            ? resource.life == Life::kFinalized && resource.count == 0 && !resource.finalizing
            : resource.life == Life::kEnded;
    if (!dead) continue;
    call.resource = i;
    bits = reinterpret_cast<uint64_t>(resource.handle());
    return true;
  }
  return false;
}

bool Runner::ForgeEnv(Call& call, uint8_t operand) {
  Slot& slot = call.slots[0];
  switch (call.twist) {
    case Twist::kOtherEnv:
      slot.pointer = other_env_;
      return other_env_ != nullptr;
    case Twist::kNullEnv:
      slot.bits = 0;
      return true;
    case Twist::kForgedEnv:
      slot.bits = operand % 2 == 0 ? uint64_t{8} + operand : slot.bits + kFar;
      return true;
    case Twist::kWrongKindEnv:
      // All that there is, but callback infos.
      return FindOther(call, HandleKind::kCount, operand, slot.bits);
    default:
      return true;
  }
}

void Runner::MarkResult(Call& call, size_t at) {
  std::memset(call.outs[at], 0, sizeof(call.outs[at]));
  call.outs[at][0] = kMark + ++world_.marks;
}

// Of what a failed call left unset, the newest. What a call that succeeded has left is nothing.
void Runner::TakeMarks(Call& call, napi_status status) {
  const Signature& signature = SignatureOf(call.function);
  bool asked_env = signature.parameters[0].parameter == Parameter::kEnv && !call.blind &&
                   call.twist != Twist::kOtherEnv && call.twist != Twist::kNullEnv &&
                   call.twist != Twist::kForgedEnv && call.twist != Twist::kWrongKindEnv;
  if (call.frame->phase == Phase::kOutside) asked_env = true;
  for (size_t i = 0; i < signature.count; ++i) {
    Parameter parameter = signature.parameters[i].parameter;
    if (parameter != Parameter::kValueOut && parameter != Parameter::kHandleOut) continue;
    if (call.slots[i].bits == 0) continue;
    uint64_t& left = call.outs[i][0];
    if (left >> 32 != kMark >> 32) continue;
    // It has a vector of them, and says nothing of those.
    bool counts = asked_env && call.function != FunctionId::napi_get_cb_info;
    if (status != napi_ok && counts) {
      world_.unset[world_.unset_count++ % kUnsetKept] = {left, call.expectation.refused};
    }
    left = 0;
  }
  if (status != napi_ok && call.function == FunctionId::napi_get_cb_info) {
    for (Unset& unset : world_.unset) unset = {};
  }
}

}  // namespace napisan::cases
