// Lines into words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "program.h"

namespace napisan::conformance {

// False with what is wrong.
bool ParseWords(std::string_view line, std::vector<Word>& words, std::string& error);

// Text as a program would write it, quotes included.
std::string Quote(std::string_view text);
std::string Quote(std::u16string_view text);

}  // namespace napisan::conformance
