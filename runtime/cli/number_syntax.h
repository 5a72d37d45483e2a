// Numbers and bigints as JavaScript writes them: 1024, -1.5e3, 0xff, Infinity, 12n.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cli/literal_syntax.h"

namespace napisan::cli {

// Reads the number that `text` begins with, a sign included. Returns its length in bytes, or 0 with
// the reason in `problem`.
size_t ParseNumber(std::string_view text, Literal& literal, std::string& problem);

}  // namespace napisan::cli
