// SourceReader: a place in a text, and the small things that every grammar here takes from it:
// space and comments, names, strings. It is total: it never reads beyond the text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "cli/source_text.h"

namespace napisan::cli {

class SourceReader {
 public:
  SourceReader(std::string_view text, SyntaxError& error) : text_(text), error_(error) {}

  bool Ended() const { return at_ >= text_.size(); }
  char Peek() const { return Ended() ? '\0' : text_[at_]; }
  size_t at() const { return at_; }
  void set_at(size_t at) { at_ = at; }
  void Advance(size_t bytes) { at_ += bytes; }
  std::string_view text() const { return text_; }
  std::string_view rest() const { return text_.substr(at_); }

  // Both return false, for what stops there.
  bool Fail(std::string message) { return FailAt(at_, std::move(message)); }
  bool FailAt(size_t at, std::string message) {
    error_ = {at, std::move(message)};
    return false;
  }

  // Space, line ends and // comments; SkipBlank stops at the end of a line.
  void SkipSpace() { Skip(true); }
  void SkipBlank() { Skip(false); }
  // Skips space, and takes `c` where it comes next.
  bool Take(char c);
  // Empty where none begins here.
  std::string_view Name();
  // The name that would come next, without taking it.
  std::string_view PeekName();
  bool AtQuote() const { return Peek() == '\'' || Peek() == '"'; }
  // A quoted string, which must begin here.
  bool Text(std::string& text);

 private:
  void Skip(bool lines);
  bool Escape(std::string& text);
  bool Unicode(size_t begin, std::string& text);
  bool Hex(size_t count, uint32_t& code);
  bool CodePoint(uint32_t& code);

  std::string_view text_;
  SyntaxError& error_;
  size_t at_ = 0;
};

// 0 … 35; 99 for what is no digit.
int DigitOf(char c);

}  // namespace napisan::cli
