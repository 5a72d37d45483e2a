// The parameters of each function, by kind, for the generator.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "api/functions.h"

namespace napisan::conformance {

enum class Parameter : uint8_t {
  kValue,   // napi_value
  kResult,  // a pointer that the function writes through
  kText,    // characters, or what they are copied to
  kSize,    // size_t
  kUint32,
  kInt32,
  kInt64,
  kDouble,
  kBool,
  kEnum,
  kPointer,  // void*
  kCallback,
  kHandle,  // napi_ref and its kin
  kList,    // an array
  kInfo,    // napi_callback_info
};

// Without the env.
const std::vector<Parameter>& ParametersOf(FunctionId function);
bool TakesEnv(FunctionId function);

}  // namespace napisan::conformance
