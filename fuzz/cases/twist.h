// Twists: how a call of a hostile case breaks the contract on purpose.
#pragma once

#include <cstddef>
#include <cstdint>

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

}  // namespace napisan::cases
