// Cells: what a Value can point at. Every cell is 64 bytes in its agent's heap.
//
// Ownership: the heap's; a cell's storage (properties, elements, long strings) belongs to it and
// goes with it. Threads: the agent's only.
#pragma once

#include <cstddef>
#include <cstdint>

#include "api/node_api.h"
#include "host/value.h"

namespace napisan::host {

class Agent;
struct PropertyTable;
struct Elements;
struct Extras;
struct BackingStore;
struct Reaction;
struct CallFrame;

enum class CellKind : uint8_t {
  kFree,
  kString,
  kSymbol,
  kBigInt,
  // From here on: objects.
  kObject,
  kArray,
  kFunction,
  kError,
  kPromise,
  kExternal,
  kArrayBuffer,
  kTypedArray,
  kDataView,
  kDate,
  kBoxed,
};

// What the collector knows of a cell. Atoms are in no heap, and marked for ever: nobody writes to
// what all agents share.
inline constexpr uint8_t kUnmarked = 0;
inline constexpr uint8_t kMarked = 1;

struct Cell {
  CellKind kind;
  // The collector's: kUnmarked outside of a collection.
  uint8_t mark;
  // CellFlags.
  uint16_t flags;
  // Strings and symbols: the hash of the text, or 0 until HashOf is asked for it. Objects: the
  // class they are an instance of, and functions the class whose instances they want as receiver; 0
  // for none.
  uint32_t hash;
};

enum CellFlags : uint16_t {
  kTwoByte = 1 << 0,          // string: UTF-16 code units, not Latin-1
  kOutOfLine = 1 << 1,        // string, bigint: the payload is in storage of its own
  kExternalText = 1 << 2,     // string: the text belongs to the module until it is finalized
  kRegistered = 1 << 3,       // symbol: from node_api_symbol_for
  kNotExtensible = 1 << 4,    // object: no property may be added
  kBuiltin = 1 << 5,          // function: the host's own, not a module's
  kConstructor = 1 << 6,      // function: made by napi_define_class
  kNoPrototype = 1 << 7,      // object: the prototype is null, not its kind's default
  kNegative = 1 << 8,         // bigint
  kIsBuffer = 1 << 9,         // typed array: made as a node::Buffer
  kLengthTracking = 1 << 10,  // reserved for resizable buffers
  kOwnPending = 1 << 11,      // object: own properties that are made when first asked for
  kLengthReadOnly = 1 << 12,  // array: frozen
  kShared = 1 << 13,          // array buffer: a SharedArrayBuffer
};

// Latin-1 or UTF-16 text, immutable.
struct String : Cell {
  static constexpr uint32_t kInlineBytes = 48;
  uint32_t length;    // code units
  uint32_t capacity;  // bytes of out-of-line storage
  struct OutOfLine {
    void* data;
    // External text only: who is told when the string dies.
    napi_finalize finalize;
    void* finalize_hint;
    napi_env env;
  };
  union {
    uint8_t inline_bytes[kInlineBytes];
    OutOfLine out;
  };

  bool two_byte() const { return (flags & kTwoByte) != 0; }
  const void* bytes() const { return (flags & kOutOfLine) != 0 ? out.data : inline_bytes; }
  char16_t at(uint32_t index) const {
    return two_byte() ? static_cast<const char16_t*>(bytes())[index]
                      : static_cast<const uint8_t*>(bytes())[index];
  }
};

struct Symbol : Cell {
  Value description;  // a string or undefined
};

// Sign and magnitude, least significant word first, no leading zero words; zero has none.
struct BigInt : Cell {
  static constexpr uint32_t kInlineWords = 6;
  uint32_t count;
  uint32_t capacity;  // words of out-of-line storage
  union {
    uint64_t inline_words[kInlineWords];
    uint64_t* out_words;
  };

  const uint64_t* words() const { return (flags & kOutOfLine) != 0 ? out_words : inline_words; }
};

struct Object;
// A function of the host's own. Returns a value, or Hole with an exception thrown in the agent.
using Builtin = Value (*)(Agent& agent, CallFrame& frame);

enum class PromiseState : uint8_t { kPending, kFulfilled, kRejected };

struct Object : Cell {
  // Null: the default of its kind, or none with kNoPrototype.
  Object* prototype;
  PropertyTable* properties;
  Elements* elements;
  Extras* extras;
  struct FunctionData {
    napi_callback callback;
    void* data;
    napi_env env;
  };
  struct BuiltinData {
    Builtin call;
    Value slots[2];
  };
  struct PromiseData {
    Value result;
    Reaction* reactions;  // newest first
    PromiseState state;
    bool handled;
  };
  struct ExternalData {
    void* data;
  };
  struct BufferData {
    BackingStore* store;
    uint8_t* data;
    size_t length;
  };
  struct ViewData {
    Object* buffer;
    size_t offset;
    uint64_t length : 56;  // elements
    napi_typedarray_type type : 8;
  };
  struct ArrayData {
    uint32_t length;
  };
  union {
    FunctionData function;
    BuiltinData builtin;
    PromiseData promise;
    ExternalData external;
    BufferData buffer;
    ViewData view;
    ArrayData array;
    double date;
    Value boxed;
  };
};

inline constexpr size_t kCellBytes = 64;
static_assert(sizeof(String) <= kCellBytes && sizeof(Symbol) <= kCellBytes &&
              sizeof(BigInt) <= kCellBytes && sizeof(Object) <= kCellBytes);

inline bool Is(Value value, CellKind kind) {
  return value.IsCell() && value.AsCell()->kind == kind;
}
inline bool IsObject(Value value) {
  return value.IsCell() && value.AsCell()->kind >= CellKind::kObject;
}
inline bool IsFunction(Value value) { return Is(value, CellKind::kFunction); }
inline bool IsString(Value value) { return Is(value, CellKind::kString); }
inline bool IsSymbol(Value value) { return Is(value, CellKind::kSymbol); }

inline Object* AsObject(Value value) { return static_cast<Object*>(value.AsCell()); }
inline String* AsString(Value value) { return static_cast<String*>(value.AsCell()); }
inline Symbol* AsSymbol(Value value) { return static_cast<Symbol*>(value.AsCell()); }
inline BigInt* AsBigInt(Value value) { return static_cast<BigInt*>(value.AsCell()); }

}  // namespace napisan::host
