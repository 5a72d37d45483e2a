// Place: what a finding is known by. Two runs have found the same where rule, or way of ending, and
// place are the same.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checker/report.h"
#include "cli/supervise.h"

namespace napisan::cli::fuzz {

// Of a report: its rule, its function and the place in the module.
std::string KeyOf(const checker::Report& report);

// What sanitizers have printed, one key a report: its kind and the innermost place in code that is
// not its own.
std::vector<std::string> SanitizerKeys(std::string_view output);

// In a child, before anything runs: a crash leaves its place, "module.node+0x12", in `place`, which
// has room for `size` characters and outlives the process. Does nothing where a sanitizer tells it.
void RecordCrashes(char* place, size_t size);

}  // namespace napisan::cli::fuzz
