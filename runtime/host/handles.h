// HandleStack: where a napi_value points. A handle is the address of a slot; closing a scope drops
// every slot above its mark, and the slots are used again: as in V8, a stale handle reads whatever
// came next.
// Threads: the agent's only.
#pragma once

#include <cstddef>

#include "api/node_api.h"
#include "host/value.h"

// What a napi_value points at.
struct napi_value__ {
  napisan::host::Value value;
};

namespace napisan::host {

class HandleStack {
 public:
  HandleStack();
  ~HandleStack();
  HandleStack(const HandleStack&) = delete;
  HandleStack& operator=(const HandleStack&) = delete;

  napi_value Push(Value value) {
    if (top_ == end_) Exhausted();
    top_->value = value;
    return top_++;
  }

  napi_value top() const { return top_; }
  napi_value bottom() const { return bottom_; }
  void PopTo(napi_value mark) { top_ = mark; }
  size_t size() const { return static_cast<size_t>(top_ - bottom_); }

 private:
  // 64 MiB of address space an agent; memory only as it is touched.
  static constexpr size_t kSlots = size_t{8} << 20;

  [[noreturn]] static void Exhausted();

  napi_value bottom_;
  napi_value top_;
  napi_value end_;
};

// An automatic handle scope, for the host's own code.
class AutoScope {
 public:
  explicit AutoScope(HandleStack& handles) : handles_(handles), mark_(handles.top()) {}
  ~AutoScope() { handles_.PopTo(mark_); }
  AutoScope(const AutoScope&) = delete;
  AutoScope& operator=(const AutoScope&) = delete;

 private:
  HandleStack& handles_;
  napi_value mark_;
};

}  // namespace napisan::host
