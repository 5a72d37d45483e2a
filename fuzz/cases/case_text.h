// Cases as text: a line for each operation, as ToText writes and Parse reads it. Unlike the bytes
// it needs no palette to be read, and says the same in a build whose functions.def has other rows.
//
//   napisan case 1
//   legal version 10 schedule 17
//   fault terminate at 2
//   0 napi_create_object 3 7
//   0 step run
#pragma once

#include <string>
#include <string_view>

#include "case.h"

namespace napisan::cases {

// The function, or "step run".
std::string NameOf(const Operation& operation);

// `at` is marked; null where none is.
std::string ToText(const Case& from, const Operation* at = nullptr);

// Whether it is text and not bytes: it begins as text of any version does. No operation needs the
// bytes that would be taken for it.
bool IsText(std::string_view data);

// False where the text is no case: `error` is one line.
bool Parse(std::string_view text, Case& result, std::string& error);

}  // namespace napisan::cases
