// Literals as JavaScript writes them, with names of earlier results among them.
//
//   literal   number  12n  'text'  "text"  true  false  null  undefined  NaN  Infinity
//             [ … ]  { a: …, 'b': … }  Buffer('text')  Buffer('00ff', 'hex')
//             callback  callback(name)  path
//   path      name { '.' name | '[' number ']' | '[' text ']' }
//
// A path begins with an earlier result, with exports or with globalThis.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/source_reader.h"

namespace napisan::cli {

// The names that a script has made by some place in it.
struct Names {
  std::set<std::string, std::less<>> results;
  // Those of callback(name), which are results, too.
  std::set<std::string, std::less<>> callbacks;
};

struct Path {
  std::vector<std::string> steps;
  // Where each is in the source.
  std::vector<size_t> at;
  // Whether the first is an earlier result.
  bool of_result = false;
};

struct Literal {
  enum class Kind : uint8_t {
    kUndefined,
    kNull,
    kBoolean,
    kNumber,
    kString,
    kBigInt,
    kArray,
    kObject,
    kBuffer,
    kCallback,
    kPath,
  };

  Kind kind = Kind::kUndefined;
  bool truth = false;  // a boolean; a bigint that is negative
  double number = 0;
  std::string text;             // UTF-8; a buffer's bytes; the name of a callback, or empty
  std::vector<uint64_t> words;  // a bigint's magnitude, least significant first
  std::vector<Literal> items;   // an array's elements, an object's values
  std::vector<std::string> keys;
  Path path;
};
using LiteralKind = Literal::Kind;

// Arrays and objects inside of one another.
inline constexpr int kLiteralDepthMax = 64;

// Reads the literal that begins at the next character that is no space. Adds to `names` what
// callback(name) makes.
bool ParseLiteral(SourceReader& reader, Names& names, Literal& literal, int depth = 0);

// The whole path that begins here.
bool ParsePath(SourceReader& reader, const Names& names, Path& path);

// Words that mean something of their own, and so are no names for results.
bool IsReserved(std::string_view name);
bool IsLiteralWord(std::string_view name);

// Makes a name for a result, or says why it cannot be one. `at` is where it stands.
bool Declare(SourceReader& reader, Names& names, size_t at, std::string_view name, bool callback);

}  // namespace napisan::cli
