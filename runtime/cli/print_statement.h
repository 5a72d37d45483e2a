// Statements of --call and --script as text that parses to the same.
#pragma once

#include <string>

#include "cli/call_syntax.h"

namespace napisan::cli {

std::string Print(const Statement& statement);

}  // namespace napisan::cli
