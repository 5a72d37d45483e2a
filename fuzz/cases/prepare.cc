// What a call is given: values, handles and whatever else its parameters are, by its operands.
#include <fmt/format.h>

#include <cstring>

#include "runner.h"

namespace napisan::cases {
namespace {

constexpr const char* kTexts[] = {"then", "length", "a", "constructor", "some longer text"};
constexpr const char16_t* kTexts16[] = {u"then", u"length", u"a", u"constructor",
                                        u"some longer text"};
constexpr size_t kTextLengths[] = {4, 6, 1, 11, 16};
constexpr size_t kTextCount = 5;
constexpr size_t kSizeMost = 32;
// As many as a size may say.
constexpr uint64_t kWords[kSizeMost + 1] = {1, 2, 3, 4, 5, 6, 7, 8};
constexpr double kNumbers[] = {0, -0.0, 1, -1, 0.5, 4294967296.0, 1e300, 7};
constexpr napi_type_tag kTags[] = {{1, 2}, {3, 4}};

template <class T>
void Put(Slot& slot, T* pointer) {
  slot.bits = reinterpret_cast<uint64_t>(pointer);
}

bool TakesCell(Parameter parameter) {
  return parameter == Parameter::kData || IsCallback(parameter);
}

}  // namespace

// Defined in callbacks.cc.
void PutCallback(Slot& slot, Parameter parameter);

uint8_t Runner::NewIdentity() {
  if (world_.identity_count == kValuesMax) return kNobody;
  world_.identities[world_.identity_count] = {kNobody};
  return world_.identity_count++;
}

uint8_t Runner::AddValue(napi_value handle, Kind kind, uint8_t identity, int outward) {
  if (handle == nullptr || world_.value_count == kValuesMax) return kNobody;
  world_.values[world_.value_count] = {handle, kind, static_cast<uint8_t>(world_.depth - outward),
                                       identity};
  return world_.value_count++;
}

// The operand counts from the newest; where none fits, one is made.
uint8_t Runner::PickValue(Call& call, Kinds kinds, uint8_t operand) {
  uint8_t fitting[kValuesMax];
  uint8_t count = 0;
  for (uint8_t i = world_.value_count; i-- > 0;) {
    if ((Only(world_.values[i].kind) & kinds) != 0) fitting[count++] = i;
  }
  constexpr uint8_t kIndexBits = 0x3f;
  if (count > 0) return fitting[(operand & kIndexBits) % count];
  if (world_.value_count == kValuesMax) return kNobody;
  // The first, or by the operand one of those that it may be.
  Kind possible[static_cast<int>(Kind::kCount)];
  uint8_t possible_count = 0;
  for (int kind = 0; kind < static_cast<int>(Kind::kUnknown); ++kind) {
    if ((kinds >> kind & 1) != 0) possible[possible_count++] = static_cast<Kind>(kind);
  }
  if (possible_count == 0) return kNobody;
  return MakeValue(*call.frame, possible[(operand & kIndexBits) % possible_count]);
}

bool Runner::PrepareValue(Call& call, uint8_t operand) {
  if (call.blind) {
    if (call.value_arg_count < kNeedsMax) call.value_args[call.value_arg_count] = 0;
    ++call.value_arg_count;
    return true;
  }
  const Contract& contract = ContractOf(call.function);
  size_t which = call.value_arg_count;
  Kinds kinds = kAnything;
  if (which < kNeedsMax && contract.needs[which].kinds != 0) kinds = contract.needs[which].kinds;
  // The two upper bits: as the function wants it, or anything that there is.
  bool fitting = operand >> 6 < 2 || case_->tier == Tier::kLegal;
  uint8_t picked = PickValue(call, fitting ? kinds : kAnything, operand);
  if (picked == kNobody) return false;
  if (which < kNeedsMax) call.value_args[which] = picked;
  ++call.value_arg_count;
  return true;
}

// Of those that are alive, counted from the newest. A scope is the innermost.
bool Runner::PrepareHandle(Call& call, HandleKind kind, size_t at, uint8_t operand) {
  uint8_t found[kResourcesMax];
  uint8_t count = 0;
  for (uint8_t i = world_.resource_count; i-- > 0;) {
    const Resource& resource = world_.resources[i];
    if (resource.kind == kind && resource.life != Life::kEnded) found[count++] = i;
  }
  if (count == 0) return call.blind;
  bool is_scope = kind == HandleKind::kScope || kind == HandleKind::kEscapableScope ||
                  kind == HandleKind::kCallbackScope;
  uint8_t picked = found[is_scope ? 0 : operand % count];
  call.resource = picked;
  Put(call.slots[at], world_.resources[picked].handle());
  return true;
}

void Runner::FillDescriptors(Call& call, size_t at, uint8_t operand) {
  // The size before it is how many there are.
  call.slots[at - 1].bits %= 3;
  for (size_t i = 0; i < 2; ++i) {
    napi_property_descriptor& descriptor = call.descriptors[i];
    descriptor = {};
    descriptor.utf8name = kTexts[(operand + i) % kTextCount];
    descriptor.data = &world_.cells[call.cell == kNobody ? 0 : call.cell];
    descriptor.attributes = static_cast<napi_property_attributes>(operand >> 3 & 7);
    if ((operand & 2) != 0) {
      descriptor.method = OnFunction;
    } else {
      descriptor.getter = OnFunction;
      descriptor.setter = OnFunction;
    }
  }
  Put(call.slots[at], call.descriptors);
}

bool Runner::Prepare(Call& call) {
  const Signature& signature = SignatureOf(call.function);
  const uint8_t* operands = call.operation->operands;
  size_t next = 0;
  bool hostile = case_->tier == Tier::kHostile;
  auto Operand = [&] { return operands[next++ % kOperands]; };
  // A hook is removed with the argument that it was added with.
  bool adds_hook = call.function == FunctionId::napi_add_env_cleanup_hook;
  if (adds_hook && world_.hook_count == kResourcesMax) return false;
  bool removes_hook = call.function == FunctionId::napi_remove_env_cleanup_hook;
  call.hook = kNobody;
  bool removes_other = removes_hook && call.twist == Twist::kStale;
  bool adds_again = call.twist == Twist::kDuplicate;
  if (adds_again) {
    if (world_.hook_count == 0) return false;
    call.hook = static_cast<uint8_t>(operands[0] % world_.hook_count);
  }
  if (removes_hook && !removes_other && !call.blind) {
    if (world_.hook_count == 0) return false;
    call.hook = static_cast<uint8_t>(operands[0] % world_.hook_count);
  }
  bool pushes = call.function == FunctionId::napi_call_threadsafe_function;
  bool needs_cell = TakesCharacters(call.function);
  for (size_t i = 0; i < signature.count; ++i) {
    needs_cell = needs_cell || (TakesCell(signature.parameters[i].parameter) && !pushes &&
                                (!removes_hook || removes_other || call.blind));
  }
  if (needs_cell) {
    if (world_.cell_count == kCellsMax) return false;
    call.cell = world_.cell_count;
    Cell& cell = world_.cells[call.cell];
    std::memset(cell.memory, 'x', kCellBytes);
    cell.runner = this;
    cell.index = call.cell;
    cell.block = static_cast<uint8_t>(1 + operands[kOperands - 1] % (kBlocks - 1));
    cell.resource = kNobody;
    cell.finalizer = Finalizer::kNone;
    cell.finalizer_in_gc = TakesCharacters(call.function);
  }
  size_t text_length = NAPI_AUTO_LENGTH;
  bool after_text = false;
  bool after_copy = false;
  bool after_list = false;
  for (size_t i = 0; i < signature.count; ++i) {
    const ParameterInfo& info = signature.parameters[i];
    Slot& slot = call.slots[i];
    slot.bits = 0;
    bool was_text = after_text;
    bool was_copy = after_copy;
    after_text = after_copy = false;
    if (call.twisted_at == static_cast<int>(i)) {
      if (!Forge(call, i, Operand())) return false;
      continue;
    }
    switch (info.parameter) {
      case Parameter::kEnv:
        Put(slot, call.frame->env);
        break;
      case Parameter::kValue:
        if (!PrepareValue(call, Operand())) return false;
        if (!call.blind) Put(slot, world_.values[call.value_args[call.value_arg_count - 1]].handle);
        break;
      case Parameter::kValueOut:
        call.out_value_at[call.out_values++ % 2] = static_cast<int>(i);
        call.outs[i][0] = 0;
        if (hostile) MarkResult(call, i);
        Put(slot, call.outs[i]);
        break;
      case Parameter::kValues: {
        uint8_t operand = Operand();
        if (call.blind) break;
        // The size stands before it, or after the last list.
        after_list = signature.parameters[i - 1].parameter != Parameter::kSize;
        if (!after_list) call.slots[i - 1].bits %= 4;
        for (size_t item = 0; item < 4; ++item) {
          uint8_t picked = PickValue(call, kAnything, static_cast<uint8_t>(operand + item));
          if (picked == kNobody) return false;
          const Value& value = world_.values[picked];
          call.list[item] = value.handle;
          if (value.identity != kNobody) world_.identities[value.identity].held = true;
        }
        Put(slot, call.list);
        break;
      }
      case Parameter::kText: {
        size_t which = Operand() % kTextCount;
        text_length = kTextLengths[which];
        after_text = true;
        Put(slot, kTexts[which]);
        break;
      }
      case Parameter::kText16: {
        size_t which = Operand() % kTextCount;
        text_length = kTextLengths[which];
        after_text = true;
        Put(slot, kTexts16[which]);
        break;
      }
      case Parameter::kCopy:
      case Parameter::kCopy16:
        after_copy = true;
        if (TakesCharacters(call.function)) {
          Put(slot, world_.cells[call.cell].memory);
        } else {
          Put(slot, call.outs[i]);
        }
        break;
      case Parameter::kSize: {
        uint8_t operand = Operand();
        if (was_text) {
          slot.bits = operand % 2 == 0 ? NAPI_AUTO_LENGTH : operand % (text_length + 1);
        } else {
          // 64 bytes, in either width of characters; four values.
          size_t most = after_list ? 3 : was_copy ? kSizeMost - 1 : kSizeMost;
          // Queues are full, and functions released, where these are small.
          bool small = call.function == FunctionId::napi_create_threadsafe_function;
          if (small) most = hostile ? 2 : 4;
          slot.bits = operand % (most + 1);
        }
        break;
      }
      case Parameter::kInteger:
        // References are weak where their counts are small.
        slot.bits = Operand() & (call.function == FunctionId::napi_create_reference ? 3 : 0x1f);
        break;
      case Parameter::kDouble:
        slot.number = kNumbers[Operand() % 8];
        break;
      case Parameter::kBool:
        slot.bits = Operand() & 1;
        break;
      case Parameter::kEnum:
        slot.bits = Operand() % info.enumerators;
        break;
      case Parameter::kSizeInOut:
        call.outs[i][0] = Operand() % 5;
        Put(slot, call.outs[i]);
        break;
      case Parameter::kScalarOut:
        call.outs[i][0] = 0;
        Put(slot, call.outs[i]);
        break;
      case Parameter::kData:
        if (pushes) {
          if (call.resource == kNobody) break;
          const Resource& function = world_.resources[call.resource];
          Put(slot, &world_.cells[function.cell].memory[function.pushed % kCellBytes]);
          break;
        }
        Put(slot, &world_.cells[call.hook != kNobody ? world_.hooks[call.hook] : call.cell]);
        break;
      case Parameter::kConstData:
      case Parameter::kWords:
        Put(slot, kWords);
        break;
      case Parameter::kHandle:
        if (!PrepareHandle(call, info.handle, i, Operand())) return false;
        break;
      case Parameter::kHandleOut:
        // A reference to what is wrapped is a resource of its own: left out.
        if (info.handle == HandleKind::kReference &&
            call.function != FunctionId::napi_create_reference) {
          break;
        }
        if (world_.resource_count == kResourcesMax) return false;
        call.out_handle_at = static_cast<int>(i);
        call.out_handle_kind = info.handle;
        call.outs[i][0] = 0;
        if (hostile) MarkResult(call, i);
        Put(slot, call.outs[i]);
        break;
      case Parameter::kInfo:
        if (call.frame->info == nullptr && !call.blind) return false;
        Put(slot, call.frame->info);
        break;
      case Parameter::kTag:
        Put(slot, &kTags[Operand() & 1]);
        break;
      case Parameter::kDescriptors:
        FillDescriptors(call, i, Operand());
        break;
      case Parameter::kCallback:
      case Parameter::kExecute:
      case Parameter::kComplete:
      case Parameter::kFinalize:
      case Parameter::kNoenvFinalize:
      case Parameter::kCallJs:
      case Parameter::kHook:
      case Parameter::kAsyncHook:
        PutCallback(slot, info.parameter);
        break;
    }
  }
  return !hostile || FinishTwist(call);
}

}  // namespace napisan::cases
