// Cases in files: bytes as a fuzz target reads them, or text.
#pragma once

#include <string>
#include <vector>

#include "case.h"

namespace napisan::cases {

// A target is told by its name, fuzz_all and its kin: what bytes mean depends on its palette.
bool IsTarget(const std::string& name);
// Who executes works in it.
Pool PoolOf(const std::string& target);
// All the names, with commas between.
std::string TargetNames();

// What cannot be done is false, and one line that names the file.
bool ReadCase(const std::string& path, const std::string& target, Case& result, std::string& error);
// As bytes. Refuses what the target would decode to another case.
bool WriteCase(const std::string& path, const std::string& target, const Case& from,
               std::string& error);
// Whole or not at all: who interrupts this leaves what was there.
bool WriteWhole(const std::string& path, const std::string& content, std::string& error);

}  // namespace napisan::cases
