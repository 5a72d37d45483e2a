// ProgramTarget: what targets have in common whose input is a Program with a text form. Its
// namespace has Decode, Encode, ToText and Parse, by which they are found.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "target.h"

namespace napisan::fuzz {

template <class Program>
Program DecodedFrom(const uint8_t* data, size_t size) {
  Program program;
  Decode(data, size, program);
  return program;
}

template <class Program>
std::string TextOf(const Program& program) {
  return ToText(program);
}

// Its bytes, as far as the engine has room for them; how many.
template <class Program>
size_t Give(const Program& program, uint8_t* data, size_t size_max) {
  Bytes bytes = Encode(program);
  size_t given = std::min(bytes.size(), size_max);
  std::copy_n(bytes.begin(), given, data);
  return given;
}

template <class Program>
class ProgramTarget : public Target {
 public:
  bool FromText(std::string_view text, Bytes& bytes, std::string& error) const override {
    Program program;
    if (!Parse(text, program, error)) return false;
    bytes = Encode(program);
    return true;
  }
  std::string ToText(const Bytes& bytes) const override {
    return TextOf(DecodedFrom<Program>(bytes.data(), bytes.size()));
  }
};

}  // namespace napisan::fuzz
