// The bytes of a CloneData: a tag, then what belongs to it, depth first.
//
// Objects are numbered in the order in which they are begun, views once their buffer is complete;
// kObjectAgain names one by its number, so that cycles and shared references come back.
#pragma once

#include <cstdint>

namespace napisan::host {

enum class CloneTag : uint8_t {
  kUndefined,
  kNull,
  kFalse,
  kTrue,
  kNumber,       // a double
  kBigInt,       // negative: a byte; words: uint32; the words
  kLatin1,       // length: uint32; the text
  kTwoByte,      // length in code units: uint32; the text
  kObjectAgain,  // number: uint32
  kBoxed,        // the primitive
  kDate,         // a double
  kError,        // the type's name, the message or kEnd, the stack or kEnd, the cause or kEnd
  kArray,        // length: uint32; keys and values, then kEnd
  kObject,       // keys and values, then kEnd
  kArrayBuffer,  // place among the buffers: uint32
  kTypedArray,   // the buffer; type: a byte; offset: uint64; elements: uint32
  kDataView,     // the buffer; offset: uint64; bytes: uint32
  kEnd,
};

}  // namespace napisan::host
