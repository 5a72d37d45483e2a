// The C types of each function's parameters, as the compiler spells them: for code that is written
// by exports.
#pragma once

#include <string_view>

#include "api/functions.h"

namespace napisan::cases {

// "const napi_extended_error_info **", "napi_value__ *".
std::string_view TypeName(FunctionId function, size_t parameter);

}  // namespace napisan::cases
