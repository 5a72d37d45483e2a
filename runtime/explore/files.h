// Files that others may read at any time, and words of commands that people copy.
#pragma once

#include <string>

namespace napisan::explore {

// Whole or not at all: a reader, or a crash, may come at any time. Where it is false, errno says
// why.
bool WriteFile(const std::string& path, const std::string& text);

// As a word of a shell's.
std::string ShellWord(const std::string& text);

}  // namespace napisan::explore
