#include "words.h"

#include <cstdio>

namespace napisan::conformance {
namespace {

class Reader {
 public:
  Reader(std::string_view text, std::string& error) : text_(text), error_(error) {}

  // Words up to `end`, or the end of the line where it is 0.
  bool Words(char end, std::vector<Word>& words) {
    for (;;) {
      while (at_ < text_.size() && text_[at_] == ' ') ++at_;
      if (at_ == text_.size()) return end == 0 || Fail(std::string("no ") + end);
      if (text_[at_] == end) {
        ++at_;
        return true;
      }
      words.emplace_back();
      if (!One(words.back())) return false;
    }
  }

 private:
  bool One(Word& word) {
    char first = text_[at_];
    if (first == '"') return Text(word);
    if (first == 'u' && at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
      ++at_;
      return Wide(word);
    }
    if (first == '[' || first == '{') {
      ++at_;
      word.kind = first == '[' ? Word::Kind::kList : Word::Kind::kRecord;
      return Words(first == '[' ? ']' : '}', word.items);
    }
    if (first == '>') {
      ++at_;
      word.kind = Word::Kind::kOut;
    }
    size_t begin = at_;
    while (at_ < text_.size() &&
           std::string_view(" []{}=\">").find(text_[at_]) == std::string::npos)
      ++at_;
    word.text = text_.substr(begin, at_ - begin);
    if (word.text.empty()) return Fail("a word was expected");
    if (at_ < text_.size() && text_[at_] == '=' && word.kind == Word::Kind::kBare) {
      ++at_;
      word.kind = Word::Kind::kField;
      word.items.emplace_back();
      return at_ < text_.size() ? One(word.items[0]) : Fail("a field without a value");
    }
    return true;
  }

  // The unit behind a backslash.
  bool Escape(unsigned& unit) {
    if (at_ == text_.size()) return Fail("text without an end");
    char letter = text_[at_++];
    size_t digits = letter == 'x' ? 2 : letter == 'u' ? 4 : 0;
    if (digits == 0) {
      unit = letter == 'n' ? '\n' : static_cast<unsigned char>(letter);
      return true;
    }
    if (at_ + digits > text_.size()) return Fail("text without an end");
    std::string hex(text_.substr(at_, digits));
    at_ += digits;
    return std::sscanf(hex.c_str(), "%x", &unit) == 1 || Fail("no hexadecimal digits");
  }

  template <class Add>
  bool Units(Add add) {
    for (++at_; at_ < text_.size();) {
      unsigned unit = static_cast<unsigned char>(text_[at_++]);
      if (unit == '"') return true;
      if (unit == '\\' && !Escape(unit)) return false;
      add(unit);
    }
    return Fail("text without an end");
  }
  bool Text(Word& word) {
    word.kind = Word::Kind::kText;
    return Units([&](unsigned unit) { word.text += static_cast<char>(unit); });
  }
  bool Wide(Word& word) {
    word.kind = Word::Kind::kWide;
    return Units([&](unsigned unit) { word.wide += static_cast<char16_t>(unit); });
  }

  bool Fail(const std::string& why) {
    error_ = why;
    return false;
  }

  std::string_view text_;
  std::string& error_;
  size_t at_ = 0;
};

template <class Text>
std::string QuoteUnits(Text text, const char* prefix, const char* escape) {
  std::string out = prefix;
  for (auto each : text) {
    auto unit = static_cast<unsigned>(static_cast<std::make_unsigned_t<decltype(each)>>(each));
    char buffer[8];
    if (unit == '"' || unit == '\\') {
      out += '\\';
      out += static_cast<char>(unit);
    } else if (unit >= 0x20 && unit < 0x7f) {
      out += static_cast<char>(unit);
    } else {
      std::snprintf(buffer, sizeof(buffer), escape, unit);
      out += buffer;
    }
  }
  return out + '"';
}

}  // namespace

bool ParseWords(std::string_view line, std::vector<Word>& words, std::string& error) {
  return Reader(line, error).Words(0, words);
}

std::string Quote(std::string_view text) { return QuoteUnits(text, "\"", "\\x%02x"); }
std::string Quote(std::u16string_view text) {
  // Without a unit beyond Latin-1 it is shown as plain text: both hosts are free to store it so.
  bool wide = false;
  for (char16_t unit : text) wide = wide || unit > 0xff;
  return QuoteUnits(text, wide ? "u\"" : "\"", wide ? "\\u%04x" : "\\x%02x");
}

}  // namespace napisan::conformance
