// Programs as text: a header and a line for each operation, which are words. A semicolon ends a
// line, too.
#pragma once

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace napisan::fuzz {

// Reads the words of one line from left to right.
class LineParser {
 public:
  explicit LineParser(std::string_view line) : words_(Words(line)) {}

  bool empty() const { return next_ == words_.size(); }
  const std::string& error() const { return error_; }

  // What is next; empty at the end.
  std::string_view word() const { return empty() ? std::string_view() : words_[next_]; }
  bool Take(std::string_view word) {
    if (empty() || words_[next_] != word) return false;
    ++next_;
    return true;
  }
  template <class Number>
  bool TakeNumber(const char* what, uint32_t limit, Number& number) {
    uint32_t value = 0;
    const char* end = word().data() + word().size();
    auto [read, failure] = std::from_chars(word().data(), end, value);
    if (word().empty() || failure != std::errc() || read != end || value >= limit) {
      return Refuse(fmt::format("{} is a number below {}, not \"{}\"", what, limit, word()));
    }
    number = static_cast<Number>(value);
    ++next_;
    return true;
  }
  // One of the names; `value` becomes its index.
  template <class Names, class Value>
  bool TakeName(const char* what, const Names& names, Value& value) {
    size_t at = 0;
    for (const auto& name : names) {
      if (Take(name)) {
        value = static_cast<Value>(at);
        return true;
      }
      ++at;
    }
    return Refuse(fmt::format("\"{}\" is no {}", word(), what));
  }
  bool End() { return empty() || Refuse(fmt::format("\"{}\" is one word too many", word())); }
  // False, and why.
  bool Refuse(std::string why) {
    error_ = std::move(why);
    return false;
  }

 private:
  static std::vector<std::string_view> Words(std::string_view line) {
    constexpr const char* kSpace = " \t\r";
    std::vector<std::string_view> words;
    for (size_t begin = line.find_first_not_of(kSpace); begin != line.npos;
         begin = line.find_first_not_of(kSpace)) {
      line.remove_prefix(begin);
      words.push_back(line.substr(0, line.find_first_of(kSpace)));
      line.remove_prefix(words.back().size());
    }
    return words;
  }

  std::vector<std::string_view> words_;
  size_t next_ = 0;
  std::string error_;
};

// A program from its lines, those without words aside: `header(line, program)` reads the first of
// them, which has what `header_has` says, and `operation(line, operation)` the others. False with
// one line that says where and why.
template <class Program, class Header, class One>
bool ParseLines(std::string_view text, size_t operations_max, const char* header_has,
                Header&& header, One&& operation, Program& program, std::string& error) {
  program = {};
  bool has_header = false;
  for (size_t number = 1; !text.empty(); ++number) {
    size_t end = text.find_first_of(";\n");
    LineParser line(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (line.empty()) continue;
    bool good = true;
    if (!has_header) {
      has_header = true;
      good = header(line, program);
    } else if (program.count == operations_max) {
      good = line.Refuse(fmt::format("more than {} operations", operations_max));
    } else {
      good = operation(line, program.operations[program.count++]);
    }
    if (good && line.End()) continue;
    error = fmt::format("line {}: {}", number, line.error());
    return false;
  }
  if (!has_header) error = fmt::format("the first line, with the {}, is missing", header_has);
  return has_header;
}

}  // namespace napisan::fuzz
