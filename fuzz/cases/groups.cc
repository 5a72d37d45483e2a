#include "groups.h"

#include <algorithm>

#include "world.h"

namespace napisan::cases {
namespace {

// A call that the runner makes for itself.
constexpr uint8_t kNoOperation = 255;

constexpr uint64_t Bit(size_t operation) { return uint64_t{1} << operation; }

}  // namespace

void LinkRecorder::Link(uint8_t one, uint8_t other) {
  if (one == kNoOperation || other == kNoOperation) return;
  links_.with[one] |= Bit(other);
  links_.with[other] |= Bit(one);
}

uint8_t LinkRecorder::MakerOf(const std::vector<Handle>& handles, uint64_t bits) {
  for (size_t i = handles.size(); i-- > 0;) {
    if (handles[i].bits == bits) return handles[i].maker;
  }
  return kNoOperation;
}

void LinkRecorder::OnCall(FunctionId function, const Slot* slots, const Operation* operation) {
  if (operation == nullptr) return calls_.push_back(kNoOperation);
  auto at = static_cast<uint8_t>(operation - program_.operations);
  calls_.push_back(at);
  links_.performed |= Bit(at);
  links_.last = at;
  if (!callbacks_.empty()) Link(at, callbacks_.back());
  const Signature& signature = SignatureOf(function);
  for (size_t i = 0; i < signature.count; ++i) {
    switch (signature.parameters[i].parameter) {
      case Parameter::kHandle:
        Link(at, MakerOf(handles_, slots[i].bits));
        break;
      case Parameter::kData:
      case Parameter::kCopy:
      case Parameter::kCopy16:
        // Given for the first time, or again, as to remove a hook.
        if (MakerOf(cells_, slots[i].bits) == kNoOperation) {
          cells_.push_back({slots[i].bits, at});
        } else {
          Link(at, MakerOf(cells_, slots[i].bits));
        }
        break;
      default:
        break;
    }
  }
}

void LinkRecorder::OnReturn(FunctionId function, const Slot* slots, napi_status status) {
  uint8_t at = calls_.back();
  calls_.pop_back();
  if (at == kNoOperation || status != napi_ok) return;
  const Signature& signature = SignatureOf(function);
  for (size_t i = 0; i < signature.count; ++i) {
    if (signature.parameters[i].parameter != Parameter::kHandleOut || slots[i].bits == 0) continue;
    handles_.push_back({*static_cast<const uint64_t*>(slots[i].pointer), at});
  }
}

void LinkRecorder::OnEnter(Parameter, const Cell& cell) {
  callbacks_.push_back(MakerOf(cells_, reinterpret_cast<uint64_t>(&cell)));
}

Groups GroupsOf(const Case& program, const Links& links) {
  Groups groups{0, {}};
  uint64_t left = 0;
  for (size_t i = 0; i < program.count; ++i) {
    if (program.operations[i].is_step()) continue;
    if ((links.performed >> i & 1) != 0) {
      left |= Bit(i);
    } else {
      groups.unperformed |= Bit(i);
    }
  }
  auto take = [&](size_t first) {
    uint64_t group = Bit(first);
    for (uint64_t before = 0; before != group;) {
      before = group;
      for (size_t i = 0; i < program.count; ++i) {
        if ((group >> i & 1) != 0) group |= links.with[i];
      }
    }
    groups.linked.push_back(group);
    left &= ~group;
  };
  if ((left >> links.last & 1) != 0) take(links.last);
  for (size_t i = program.count; i-- > 0;) {
    if ((left >> i & 1) != 0) take(i);
  }
  return groups;
}

}  // namespace napisan::cases
