// The seed corpus, from the rows of seeds.def.
#pragma once

#include <string>

namespace napisan::fuzz {

// One file for each row. False with one line that says what is wrong.
bool WriteSeeds(const std::string& folder, size_t& written, std::string& error);

}  // namespace napisan::fuzz
