// What the handles are called that a run has given so far, and which of them are over: for exports,
// by what was called and what came of it. Of the model nothing is asked.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "recorder.h"

namespace napisan::cases {

class KnownHandles {
 public:
  // "object_3": numbers count each name.
  std::string NewName(const std::string& stem);

  // A body begins whose values end with it: a call of the module's, or a callback.
  void Begin() { bodies_.push_back(++body_); }
  void End() { bodies_.pop_back(); }
  bool in_body() const { return !bodies_.empty(); }

  void Learn(uint64_t bits, const std::string& name, bool is_value, bool escaped);
  // After a call that succeeded: what it opens, ends and closes.
  void Follow(FunctionId function, const Slot* slots);

  // Null where it was never given.
  const std::string* Find(uint64_t bits) const;
  // It was given, and is over: deleted, settled, closed, or of a scope that is closed.
  bool IsOver(uint64_t bits) const;

 private:
  struct Handle {
    std::string name;
    bool is_value;
    bool ended;
    // Of a value: the body and the scope that it ends with; 0 for no scope.
    uint32_t body;
    uint32_t scope;
  };

  std::map<uint64_t, Handle> handles_;
  std::map<std::string, int> counts_;
  std::vector<uint32_t> bodies_;
  std::vector<uint32_t> scopes_;
  uint32_t body_ = 0;
  uint32_t scope_ = 0;
};

}  // namespace napisan::cases
