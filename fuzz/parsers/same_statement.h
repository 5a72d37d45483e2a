// Whether two statements of --call and --script are the same: what a round trip through their text
// is judged by.
#pragma once

#include "cli/call_syntax.h"

namespace napisan::fuzz {

// All that the statements mean; not where they stand in their texts.
bool Same(const cli::Statement& a, const cli::Statement& b);

}  // namespace napisan::fuzz
