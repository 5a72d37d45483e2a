#include "cli/source_text.h"

#include <algorithm>

namespace napisan::cli {
namespace {

// The bytes of a line before `at`, in characters.
size_t ColumnOf(std::string_view line, size_t at) {
  auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
  std::string_view before = line.substr(0, std::min(at, line.size()));
  return static_cast<size_t>(std::count_if(before.begin(), before.end(), begins));
}

// The line, and a caret below the column. Control characters would take no place on the screen, or
// many.
std::string Shown(std::string_view line, size_t column) {
  std::string shown(line);
  for (char& c : shown) {
    auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = ' ';
  }
  return "\n  " + shown + "\n  " + std::string(column, ' ') + "^";
}

}  // namespace

size_t LineOf(std::string_view text, size_t at) {
  std::string_view before = text.substr(0, at);
  return 1 + static_cast<size_t>(std::count(before.begin(), before.end(), '\n'));
}

std::string Explain(const SourceText& source, const SyntaxError& error) {
  if (source.file.empty()) return Explain(source.text, error);
  std::string_view text = source.text;
  size_t at = std::min(error.column, text.size());
  size_t begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
  std::string_view line = text.substr(begin, text.find('\n', begin) - begin);
  size_t column = ColumnOf(line, at - begin);
  return source.file + ":" + std::to_string(LineOf(text, at)) + ":" + std::to_string(column + 1) +
         ": " + error.message + Shown(line, column);
}

std::string Explain(std::string_view source, const SyntaxError& error) {
  size_t column = ColumnOf(source, error.column);
  return "column " + std::to_string(column + 1) + ": " + error.message + Shown(source, column);
}

}  // namespace napisan::cli
