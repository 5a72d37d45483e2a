#include "cli/source_reader.h"

namespace napisan::cli {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsNamePart(char c) { return IsNameStart(c) || IsDigit(c); }

void AppendUtf8(std::string& text, uint32_t code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xc0 | code >> 6);
    text += static_cast<char>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    text += static_cast<char>(0xe0 | code >> 12);
    text += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    text += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    text += static_cast<char>(0xf0 | code >> 18);
    text += static_cast<char>(0x80 | (code >> 12 & 0x3f));
    text += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    text += static_cast<char>(0x80 | (code & 0x3f));
  }
}

}  // namespace

int DigitOf(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 99;
}

void SourceReader::Skip(bool lines) {
  while (!Ended()) {
    char c = Peek();
    if (c == ' ' || c == '\t' || c == '\r' || (c == '\n' && lines)) {
      ++at_;
    } else if (rest().substr(0, 2) == "//") {
      while (!Ended() && Peek() != '\n') ++at_;
    } else {
      return;
    }
  }
}

bool SourceReader::Take(char c) {
  SkipSpace();
  if (Ended() || Peek() != c) return false;
  ++at_;
  return true;
}

std::string_view SourceReader::Name() {
  size_t begin = at_;
  if (!Ended() && IsNameStart(Peek())) {
    while (!Ended() && IsNamePart(Peek())) ++at_;
  }
  return text_.substr(begin, at_ - begin);
}

std::string_view SourceReader::PeekName() {
  size_t begin = at_;
  std::string_view name = Name();
  at_ = begin;
  return name;
}

bool SourceReader::Text(std::string& text) {
  size_t begin = at_;
  char quote = text_[at_++];
  while (!Ended() && Peek() != quote) {
    if (Peek() == '\\') {
      ++at_;
      if (!Escape(text)) return false;
    } else {
      text += text_[at_++];
    }
  }
  if (Ended()) return FailAt(begin, "this string has no end");
  ++at_;
  return true;
}

bool SourceReader::Escape(std::string& text) {
  size_t begin = at_ - 1;
  if (Ended()) return FailAt(begin, "this string has no end");
  char c = text_[at_++];
  constexpr std::string_view kFrom = "ntrbfv0";
  constexpr std::string_view kTo("\n\t\r\b\f\v\0", 7);
  if (size_t known = kFrom.find(c); known != std::string_view::npos) {
    text += kTo[known];
  } else if (c == 'x') {
    uint32_t code = 0;
    if (!Hex(2, code)) return FailAt(begin, "\\x needs two hexadecimal digits");
    AppendUtf8(text, code);
  } else if (c == 'u') {
    return Unicode(begin, text);
  } else if (c != '\n') {
    // A line that goes on in the next one; anything else stands for itself.
    text += c;
  }
  return true;
}

bool SourceReader::Unicode(size_t begin, std::string& text) {
  uint32_t code = 0;
  if (!CodePoint(code)) return FailAt(begin, "\\u needs four hexadecimal digits, or {…}");
  bool high = code >= 0xd800 && code < 0xdc00;
  if (high && rest().substr(0, 2) == "\\u") {
    at_ += 2;
    uint32_t low = 0;
    if (!CodePoint(low)) return FailAt(begin, "\\u needs four hexadecimal digits, or {…}");
    if (low >= 0xdc00 && low < 0xe000) code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
  }
  if (code >= 0xd800 && code < 0xe000) return FailAt(begin, "half a surrogate pair is no text");
  AppendUtf8(text, code);
  return true;
}

bool SourceReader::Hex(size_t count, uint32_t& code) {
  code = 0;
  for (size_t i = 0; i < count; ++i) {
    if (Ended() || DigitOf(Peek()) >= 16) return false;
    code = code * 16 + static_cast<uint32_t>(DigitOf(text_[at_++]));
  }
  return true;
}

bool SourceReader::CodePoint(uint32_t& code) {
  if (Ended() || Peek() != '{') return Hex(4, code);
  ++at_;
  code = 0;
  size_t digits = 0;
  for (; !Ended() && DigitOf(Peek()) < 16; ++digits) {
    code = code * 16 + static_cast<uint32_t>(DigitOf(text_[at_++]));
    if (code > 0x10ffff) return false;
  }
  if (digits == 0 || Ended() || Peek() != '}') return false;
  ++at_;
  return true;
}

}  // namespace napisan::cli
