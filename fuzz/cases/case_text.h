// Cases as text: a line for each operation, as ToText writes and Parse reads it.
//
//   napisan case 1
//   legal version 10 schedule 17
//   0 napi_create_object 3 7
//   0 step run
#pragma once

#include <string>
#include <string_view>

#include "case.h"

namespace napisan::cases {

// `at` is marked; null where none is.
std::string ToText(const Case& from, const Operation* at = nullptr);

// False where the text is no case: `error` is one line.
bool Parse(std::string_view text, Case& result, std::string& error);

}  // namespace napisan::cases
