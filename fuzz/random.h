// Random numbers: the same seed gives the same numbers, everywhere, which <random> does not
// promise.
#pragma once

#include <cstdint>

namespace napisan::fuzz {

// SplitMix64.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }
  // 0 … count - 1.
  uint32_t Below(uint32_t count) { return static_cast<uint32_t>(Next() >> 32) % count; }
  uint8_t Byte() { return static_cast<uint8_t>(Next() >> 56); }

 private:
  uint64_t state_;
};

}  // namespace napisan::fuzz
