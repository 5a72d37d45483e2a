// The contract: what a function answers, by the values that it is given. contract.def as data.
#pragma once

#include <node_api.h>

#include "api/functions.h"
#include "kinds.h"

namespace napisan::cases {

enum class Gate : uint8_t { Open, Gated };
enum class Answers : uint8_t { Exact, Throws, Own, Anything };

struct Need {
  Kinds kinds;
  // Where the value is none of them.
  napi_status otherwise;
};

inline constexpr size_t kNeedsMax = 3;

struct Contract {
  Gate gate;
  Answers answers;
  Kind result;
  Need needs[kNeedsMax];
};

const Contract& ContractOf(FunctionId function);

}  // namespace napisan::cases
