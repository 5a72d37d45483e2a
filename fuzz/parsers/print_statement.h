// Statements of --call and --script as text that parses to the same: the half of a round trip that
// the command does not need.
#pragma once

#include <string>

#include "cli/call_syntax.h"

namespace napisan::fuzz {

std::string Print(const cli::Statement& statement);

// All that the statements mean; not where they stand in their texts.
bool Same(const cli::Statement& a, const cli::Statement& b);

}  // namespace napisan::fuzz
