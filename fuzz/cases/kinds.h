// Kinds of values, as the model knows them.
#pragma once

#include <cstdint>

namespace napisan::cases {

enum class Kind : uint8_t {
  kUndefined,
  kNull,
  kBoolean,
  kNumber,
  kString,
  kSymbol,
  kBigint,
  kObject,
  kFunction,
  kArray,
  kExternal,
  kError,
  kArraybuffer,
  kTypedarray,
  kDataview,
  kBuffer,
  kPromise,
  kDate,
  kUnknown,  // what a property held, what a function returned
  kCount
};

using Kinds = uint32_t;

constexpr Kinds Only(Kind kind) { return Kinds{1} << static_cast<int>(kind); }

inline constexpr Kinds kAnything = (Kinds{1} << static_cast<int>(Kind::kCount)) - 1;
inline constexpr Kinds kUndefined = Only(Kind::kUndefined);
inline constexpr Kinds kNull = Only(Kind::kNull);
inline constexpr Kinds kBoolean = Only(Kind::kBoolean);
inline constexpr Kinds kNumber = Only(Kind::kNumber);
inline constexpr Kinds kString = Only(Kind::kString);
inline constexpr Kinds kSymbol = Only(Kind::kSymbol);
inline constexpr Kinds kBigint = Only(Kind::kBigint);
inline constexpr Kinds kFunction = Only(Kind::kFunction);
inline constexpr Kinds kArray = Only(Kind::kArray);
inline constexpr Kinds kExternal = Only(Kind::kExternal);
inline constexpr Kinds kError = Only(Kind::kError);
inline constexpr Kinds kArraybuffer = Only(Kind::kArraybuffer);
inline constexpr Kinds kDataview = Only(Kind::kDataview);
inline constexpr Kinds kBuffer = Only(Kind::kBuffer);
inline constexpr Kinds kTypedarray = Only(Kind::kTypedarray) | kBuffer;
inline constexpr Kinds kPromise = Only(Kind::kPromise);
inline constexpr Kinds kDate = Only(Kind::kDate);
inline constexpr Kinds kUnknownKind = Only(Kind::kUnknown);
inline constexpr Kinds kPrimitive =
    kUndefined | kNull | kBoolean | kNumber | kString | kSymbol | kBigint;
// What typeof calls object or function.
inline constexpr Kinds kObject = kAnything & ~kPrimitive & ~kUnknownKind;
// What ToObject converts.
inline constexpr Kinds kConvertible = kAnything & ~kUndefined & ~kNull & ~kUnknownKind;
inline constexpr Kinds kName = kString | kSymbol;

}  // namespace napisan::cases
