// The parameters of each function, from its C type, and a way to call it with arguments that are
// known at run time only. A row that is added to functions.def is here without another line.
#pragma once

#include <cstddef>
#include <cstdint>

#include <node_api.h>

#include "api/functions.h"

namespace napisan::cases {

enum class Parameter : uint8_t {
  kEnv,
  kValue,
  kValueOut,
  kValues,  // const napi_value*: as many as the size before it says
  kText,
  kText16,
  kCopy,  // room for characters; the size after it says how much
  kCopy16,
  kSize,
  kInteger,
  kDouble,
  kBool,
  kEnum,
  kScalarOut,
  kSizeInOut,
  kData,       // void*: what a callback gets, or memory
  kConstData,  // memory
  kCallback,   // callbacks, to kAsyncHook
  kExecute,
  kComplete,
  kFinalize,
  kNoenvFinalize,
  kCallJs,
  kHook,
  kAsyncHook,
  kHandle,  // napi_ref and its kin
  kHandleOut,
  kInfo,
  kTag,
  kDescriptors,
  kWords,
};

// Kinds of handles that are no values.
enum class HandleKind : uint8_t {
  kNone,
  kReference,
  kDeferred,
  kWork,
  kThreadsafeFunction,
  kScope,
  kEscapableScope,
  kCallbackScope,
  kAsyncContext,
  kAsyncHook,
  kCount
};

struct ParameterInfo {
  Parameter parameter;
  HandleKind handle;
  // Of an enum: how many enumerators there are.
  uint8_t enumerators;
};

union Slot {
  uint64_t bits;
  double number;
  void* pointer;
};

inline constexpr size_t kParametersMax = 12;

struct Signature {
  uint8_t count;
  ParameterInfo parameters[kParametersMax];
  // Null for a function that no case may call.
  napi_status (*invoke)(const Slot* slots);
};

const Signature& SignatureOf(FunctionId function);

constexpr bool IsCallback(Parameter parameter) {
  return parameter >= Parameter::kCallback && parameter <= Parameter::kAsyncHook;
}

// The host keeps the character array that this function is given.
bool TakesCharacters(FunctionId function);
// It is refused where external buffers are.
bool MakesExternalBuffer(FunctionId function);

}  // namespace napisan::cases
