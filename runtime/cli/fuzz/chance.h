// Random numbers: the fuzz targets' own, and what choosing among things needs.
#pragma once

#include <cstddef>
#include <iterator>

#include "random.h"

namespace napisan::cli::fuzz {

class Random : public napisan::fuzz::Random {
 public:
  using napisan::fuzz::Random::Random;

  // True `percent` times of 100.
  bool Chance(unsigned percent) { return Below(100) < percent; }
  template <class List>
  auto& Of(List& list) {
    return list[Below(static_cast<uint32_t>(std::size(list)))];
  }
};

}  // namespace napisan::cli::fuzz
