// What stands at a path that should be a module, before the loader is asked: its words for a folder
// or another machine's file help nobody.
#pragma once

#include <string>

namespace napisan::cli {

// Why the file cannot be a module of this machine, and what to do: one line; empty where it can.
std::string ProblemOfFile(const std::string& path);

// The loader's own line, with what to do about it where that is known.
std::string WithAdvice(const std::string& load_error);

}  // namespace napisan::cli
