// Value: a JavaScript value in 64 bits.
//
// A double stands as itself; everything else hides in the space of negative quiet NaNs:
//   bits 63..48   0xfff9 undefined  0xfffa null  0xfffb boolean  0xfffc cell  0xfffd hole
//   bits 47..0    the boolean, or the cell's address
// A hole is an absent element or property; no module ever sees one.
#pragma once

#include <bit>
#include <cstdint>

namespace napisan::host {

struct Cell;

class Value {
 public:
  constexpr Value() : bits_(kUndefinedTag) {}

  static constexpr Value Undefined() { return Value(kUndefinedTag); }
  static constexpr Value Null() { return Value(kNullTag); }
  static constexpr Value Hole() { return Value(kHoleTag); }
  static constexpr Value Boolean(bool value) { return Value(kBooleanTag | (value ? 1 : 0)); }
  static constexpr Value Number(double value) {
    // Every NaN becomes the one that cannot be taken for a tag.
    return value == value ? Value(std::bit_cast<uint64_t>(value)) : Value(0x7ff8000000000000);
  }
  static Value Of(const Cell* cell) { return Value(kCellTag | reinterpret_cast<uintptr_t>(cell)); }

  constexpr bool IsNumber() const { return bits_ < kUndefinedTag; }
  constexpr bool IsUndefined() const { return bits_ == kUndefinedTag; }
  constexpr bool IsNull() const { return bits_ == kNullTag; }
  constexpr bool IsBoolean() const { return (bits_ & kTagMask) == kBooleanTag; }
  constexpr bool IsCell() const { return (bits_ & kTagMask) == kCellTag; }
  constexpr bool IsHole() const { return bits_ == kHoleTag; }

  constexpr double AsNumber() const { return std::bit_cast<double>(bits_); }
  constexpr bool AsBoolean() const { return (bits_ & 1) != 0; }
  Cell* AsCell() const { return reinterpret_cast<Cell*>(bits_ & ~kTagMask); }

  constexpr uint64_t bits() const { return bits_; }
  friend constexpr bool operator==(Value, Value) = default;

 private:
  explicit constexpr Value(uint64_t bits) : bits_(bits) {}

  static constexpr uint64_t kTagMask = 0xffff000000000000;
  static constexpr uint64_t kUndefinedTag = 0xfff9000000000000;
  static constexpr uint64_t kNullTag = 0xfffa000000000000;
  static constexpr uint64_t kBooleanTag = 0xfffb000000000000;
  static constexpr uint64_t kCellTag = 0xfffc000000000000;
  static constexpr uint64_t kHoleTag = 0xfffd000000000000;

  uint64_t bits_;
};

}  // namespace napisan::host
