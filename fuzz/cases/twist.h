// Twists: how a call of a hostile case breaks the contract on purpose.
#pragma once

#include <cstddef>
#include <cstdint>

#include "api/functions.h"

namespace napisan::cases {

enum class Twist : uint8_t {
#define TWIST(name, word) name,
#include "twists.def"
  kCount
};
inline constexpr size_t kTwists = static_cast<size_t>(Twist::kCount);

inline constexpr const char* kTwistWords[kTwists] = {
#define TWIST(name, word) word,
#include "twists.def"
};

// Whether the function is given something that the twist is about; those of the callback that makes
// the call fit everywhere.
bool Fits(Twist twist, FunctionId function);

}  // namespace napisan::cases
