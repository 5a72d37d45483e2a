// The text of --call: an export and its arguments as JavaScript literals, `asyncWork(1, 'two')`.
//
//   call      path '(' [ literal { ',' literal } [ ',' ] ] ')' [ ';' ]
//   path      name { '.' name }
//   literal   number  12n  'text'  "text"  true  false  null  undefined  NaN  Infinity
//             [ … ]  { a: …, 'b': … }  Buffer('text')  Buffer('00ff', 'hex')  callback
//
// The parser is total: any bytes give a call or one error with its column. It knows no host.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace napisan::cli {

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
  };

  Kind kind = Kind::kUndefined;
  bool truth = false;  // a boolean; a bigint that is negative
  double number = 0;
  std::string text;             // UTF-8; a buffer's bytes
  std::vector<uint64_t> words;  // a bigint's magnitude, least significant first
  std::vector<Literal> items;   // an array's elements, an object's values
  std::vector<std::string> keys;
};

struct CallSyntax {
  std::string source;
  std::vector<std::string> path;
  std::vector<Literal> arguments;
};

struct SyntaxError {
  size_t column = 0;  // in bytes, from 0
  std::string message;
};

// Arrays and objects inside of one another.
inline constexpr int kLiteralDepthMax = 64;

bool ParseCall(std::string_view source, CallSyntax& call, SyntaxError& error);

// For people: the column and what is wrong there, the source, and a caret below that column.
std::string Explain(std::string_view source, const SyntaxError& error);

}  // namespace napisan::cli
