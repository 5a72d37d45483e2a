#include "known_handles.h"

#include <fmt/format.h>

#include <algorithm>

namespace napisan::cases {
namespace {

bool IsHandleScope(HandleKind kind) {
  return kind == HandleKind::kScope || kind == HandleKind::kEscapableScope;
}

}  // namespace

std::string KnownHandles::NewName(const std::string& stem) {
  return fmt::format("{}_{}", stem, ++counts_[stem]);
}

void KnownHandles::Learn(uint64_t bits, const std::string& name, bool is_value, bool escaped) {
  if (bits == 0) return;
  size_t depth = scopes_.size();
  if (escaped && depth > 0) --depth;
  handles_[bits] = {name, is_value, false, bodies_.empty() ? 0 : bodies_.back(),
                    depth == 0 ? 0 : scopes_[depth - 1]};
}

void KnownHandles::Follow(FunctionId function, const Slot* slots) {
  const Signature& signature = SignatureOf(function);
  Event event = Info(function).event;
  bool ends = event == Event::Delete || event == Event::Settle || event == Event::Close;
  for (size_t i = 0; i < signature.count; ++i) {
    const ParameterInfo& parameter = signature.parameters[i];
    if (parameter.parameter == Parameter::kHandleOut && IsHandleScope(parameter.handle)) {
      scopes_.push_back(++scope_);
    }
    if (parameter.parameter != Parameter::kHandle || !ends) continue;
    auto handle = handles_.find(slots[i].bits);
    if (handle != handles_.end()) handle->second.ended = true;
    if (IsHandleScope(parameter.handle) && !scopes_.empty()) scopes_.pop_back();
  }
}

const std::string* KnownHandles::Find(uint64_t bits) const {
  auto handle = handles_.find(bits);
  return handle == handles_.end() ? nullptr : &handle->second.name;
}

bool KnownHandles::IsOver(uint64_t bits) const {
  const Handle& handle = handles_.at(bits);
  if (handle.ended || !handle.is_value) return handle.ended;
  auto lives = [](const std::vector<uint32_t>& in, uint32_t one) {
    return std::find(in.begin(), in.end(), one) != in.end();
  };
  return !lives(bodies_, handle.body) || (handle.scope != 0 && !lives(scopes_, handle.scope));
}

}  // namespace napisan::cases
