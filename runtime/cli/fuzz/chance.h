// Random numbers: the same seed gives the same inputs, everywhere.
#pragma once

#include <cstddef>
#include <cstdint>

namespace napisan::cli::fuzz {

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
  // 0 … count - 1; count is at least 1.
  size_t Below(size_t count) { return static_cast<size_t>(Next() >> 32) % count; }
  // True `percent` times of 100.
  bool Chance(unsigned percent) { return Below(100) < percent; }
  template <class List>
  auto& Of(List& list) {
    return list[Below(std::size(list))];
  }

 private:
  uint64_t state_;
};

}  // namespace napisan::cli::fuzz
