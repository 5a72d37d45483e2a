// Text of --call or of a script, and errors in it that show their place.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace napisan::cli {

struct SourceText {
  // As it was given on the command line; empty for --call.
  std::string file;
  std::string text;
};

struct SyntaxError {
  size_t column = 0;  // in bytes of the whole text, from 0
  std::string message;
};

// For people: the place and what is wrong there, the line, and a caret below the column. The place
// is FILE:LINE:COLUMN, or "column COLUMN" where there is no file.
std::string Explain(const SourceText& source, const SyntaxError& error);
std::string Explain(std::string_view source, const SyntaxError& error);

// 1 for the first.
size_t LineOf(std::string_view text, size_t at);

}  // namespace napisan::cli
