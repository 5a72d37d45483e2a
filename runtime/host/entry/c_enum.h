// Enumerations that a module passes: C lets them be any number, and C++ does not even look at
// those.
#pragma once

#include <cstdint>
#include <cstring>

namespace napisan::host {

template <class Enum>
uint32_t NumberOf(const Enum& value) {
  static_assert(sizeof(Enum) == sizeof(uint32_t));
  uint32_t number;
  std::memcpy(&number, &value, sizeof(number));
  return number;
}

}  // namespace napisan::host
