// Faults: parts of a case, beside its operations and its schedule. faults.def as data.
#pragma once

#include <cstddef>
#include <cstdint>

namespace napisan::cases {

enum class FaultKind : uint8_t {
#define FAULT(name, text, tier, asked) k##name,
#include "faults.def"
  kCount
};
inline constexpr size_t kFaultKinds = static_cast<size_t>(FaultKind::kCount);

struct Fault {
  FaultKind kind;
  // The number of an operation, or how many there are.
  uint8_t step;
};

// As many as a case has at most.
inline constexpr size_t kFaultsMax = 3;

inline constexpr const char* kFaultWords[kFaultKinds] = {
#define FAULT(name, text, tier, asked) text,
#include "faults.def"
};

}  // namespace napisan::cases
