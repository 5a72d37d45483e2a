#include "cli/call_syntax.h"

#include <cmath>

#include "cli/number_syntax.h"

namespace napisan::cli {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsNamePart(char c) { return IsNameStart(c) || IsDigit(c); }
int DigitOf(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 99;
}

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

class Parser {
 public:
  Parser(std::string_view source, SyntaxError& error) : source_(source), error_(error) {}

  bool Call(CallSyntax& call);

 private:
  bool Fail(std::string message) {
    error_ = {at_, std::move(message)};
    return false;
  }
  bool FailAt(size_t at, std::string message) {
    at_ = at;
    return Fail(std::move(message));
  }
  char Peek() const { return at_ < source_.size() ? source_[at_] : '\0'; }
  bool Ended() const { return at_ >= source_.size(); }
  void SkipSpace() {
    while (!Ended() && (Peek() == ' ' || Peek() == '\t' || Peek() == '\n' || Peek() == '\r')) ++at_;
  }
  bool Take(char c) {
    SkipSpace();
    if (Ended() || Peek() != c) return false;
    ++at_;
    return true;
  }
  std::string_view Name() {
    size_t begin = at_;
    if (!Ended() && IsNameStart(Peek())) {
      while (!Ended() && IsNamePart(Peek())) ++at_;
    }
    return source_.substr(begin, at_ - begin);
  }

  bool One(Literal& literal, int depth);
  bool Word(Literal& literal);
  bool Number(Literal& literal);
  bool Text(std::string& text);
  bool Escape(std::string& text);
  bool Hex(size_t count, uint32_t& code);
  bool Unicode(uint32_t& code);
  bool Array(Literal& literal, int depth);
  bool ObjectOf(Literal& literal, int depth);
  bool Buffer(Literal& literal);

  std::string_view source_;
  SyntaxError& error_;
  size_t at_ = 0;
};

bool Parser::Call(CallSyntax& call) {
  do {
    SkipSpace();
    std::string_view name = Name();
    if (name.empty()) return Fail("the name of an export is expected");
    call.path.emplace_back(name);
  } while (Take('.'));
  if (!Take('(')) return Fail("a call needs its parentheses: name(…)");
  while (!Take(')')) {
    if (!call.arguments.empty() && !Take(',')) return Fail("',' or ')' is expected");
    if (!call.arguments.empty() && Take(')')) break;
    if (!One(call.arguments.emplace_back(), 0)) return false;
  }
  Take(';');
  SkipSpace();
  return Ended() || Fail("one call is expected; give --call again for another");
}

bool Parser::One(Literal& literal, int depth) {
  SkipSpace();
  if (depth > kLiteralDepthMax) return Fail("the literal is nested too deeply");
  char c = Peek();
  if (c == '\'' || c == '"') {
    literal.kind = Literal::Kind::kString;
    return Text(literal.text);
  }
  if (c == '[') return Array(literal, depth);
  if (c == '{') return ObjectOf(literal, depth);
  if (IsDigit(c) || c == '-' || c == '+' || c == '.') return Number(literal);
  return Word(literal);
}

bool Parser::Word(Literal& literal) {
  size_t begin = at_;
  std::string_view name = Name();
  using Kind = Literal::Kind;
  if (name == "undefined") {
    literal.kind = Kind::kUndefined;
  } else if (name == "null") {
    literal.kind = Kind::kNull;
  } else if (name == "true" || name == "false") {
    literal.kind = Kind::kBoolean;
    literal.truth = name == "true";
  } else if (name == "NaN" || name == "Infinity") {
    literal.kind = Kind::kNumber;
    literal.number = name == "NaN" ? NAN : INFINITY;
  } else if (name == "callback") {
    literal.kind = Kind::kCallback;
  } else if (name == "Buffer") {
    return Buffer(literal);
  } else if (name.empty()) {
    return Fail("a literal is expected: 1, 2n, 'text', true, null, [ ], { }, Buffer(''), callback");
  } else {
    return FailAt(
        begin, "'" + std::string(name) + "' is no literal; for a recorded function write callback");
  }
  return true;
}

bool Parser::Number(Literal& literal) {
  std::string problem;
  size_t length = ParseNumber(source_.substr(at_), literal, problem);
  if (length == 0) return Fail(problem);
  at_ += length;
  return true;
}

bool Parser::Text(std::string& text) {
  size_t begin = at_;
  char quote = source_[at_++];
  while (!Ended() && Peek() != quote) {
    if (Peek() == '\\') {
      ++at_;
      if (!Escape(text)) return false;
    } else {
      text += source_[at_++];
    }
  }
  if (Ended()) return FailAt(begin, "this string has no end");
  ++at_;
  return true;
}

bool Parser::Escape(std::string& text) {
  size_t begin = at_ - 1;
  if (Ended()) return FailAt(begin, "this string has no end");
  char c = source_[at_++];
  constexpr std::string_view kFrom = "ntrbfv0";
  constexpr std::string_view kTo("\n\t\r\b\f\v\0", 7);
  uint32_t code = 0;
  if (size_t known = kFrom.find(c); known != std::string_view::npos) {
    text += kTo[known];
    return true;
  }
  if (c == 'x') {
    if (!Hex(2, code)) return FailAt(begin, "\\x needs two hexadecimal digits");
  } else if (c == 'u') {
    if (!Unicode(code)) return FailAt(begin, "\\u needs four hexadecimal digits, or {…}");
    bool high = code >= 0xd800 && code < 0xdc00;
    if (high && source_.substr(at_, 2) == "\\u") {
      at_ += 2;
      uint32_t low = 0;
      if (!Unicode(low)) return FailAt(begin, "\\u needs four hexadecimal digits, or {…}");
      if (low >= 0xdc00 && low < 0xe000) code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    if (code >= 0xd800 && code < 0xe000) return FailAt(begin, "half a surrogate pair is no text");
  } else {
    // A line that goes on in the next one; anything else stands for itself.
    if (c != '\n') text += c;
    return true;
  }
  AppendUtf8(text, code);
  return true;
}

bool Parser::Hex(size_t count, uint32_t& code) {
  code = 0;
  for (size_t i = 0; i < count; ++i) {
    if (Ended() || DigitOf(Peek()) >= 16) return false;
    code = code * 16 + static_cast<uint32_t>(DigitOf(source_[at_++]));
  }
  return true;
}

bool Parser::Unicode(uint32_t& code) {
  if (Ended() || Peek() != '{') return Hex(4, code);
  ++at_;
  code = 0;
  size_t digits = 0;
  for (; !Ended() && DigitOf(Peek()) < 16; ++digits) {
    code = code * 16 + static_cast<uint32_t>(DigitOf(source_[at_++]));
    if (code > 0x10ffff) return false;
  }
  if (digits == 0 || Ended() || Peek() != '}') return false;
  ++at_;
  return true;
}

bool Parser::Array(Literal& literal, int depth) {
  literal.kind = Literal::Kind::kArray;
  ++at_;
  while (!Take(']')) {
    if (!literal.items.empty() && !Take(',')) return Fail("',' or ']' is expected");
    if (!literal.items.empty() && Take(']')) return true;
    if (!One(literal.items.emplace_back(), depth + 1)) return false;
  }
  return true;
}

bool Parser::ObjectOf(Literal& literal, int depth) {
  literal.kind = Literal::Kind::kObject;
  ++at_;
  while (!Take('}')) {
    if (!literal.items.empty() && !Take(',')) return Fail("',' or '}' is expected");
    if (!literal.items.empty() && Take('}')) return true;
    SkipSpace();
    std::string& key = literal.keys.emplace_back();
    if (Peek() == '\'' || Peek() == '"') {
      if (!Text(key)) return false;
    } else {
      key = Name();
      while (key.empty() || IsDigit(Peek())) {
        if (!IsDigit(Peek())) return Fail("a property name is expected");
        key += source_[at_++];
      }
    }
    if (!Take(':')) return Fail("':' is expected");
    if (!One(literal.items.emplace_back(), depth + 1)) return false;
  }
  return true;
}

bool Parser::Buffer(Literal& literal) {
  literal.kind = Literal::Kind::kBuffer;
  if (!Take('(')) return Fail("Buffer needs its bytes: Buffer('text') or Buffer('00ff', 'hex')");
  SkipSpace();
  size_t begin = at_;
  if (Peek() != '\'' && Peek() != '"') return Fail("Buffer takes a string");
  if (!Text(literal.text)) return false;
  std::string encoding = "utf8";
  if (Take(',')) {
    SkipSpace();
    size_t where = at_;
    encoding.clear();
    if (Peek() != '\'' && Peek() != '"') return Fail("an encoding is expected: 'utf8' or 'hex'");
    if (!Text(encoding)) return false;
    if (encoding != "utf8" && encoding != "hex") {
      return FailAt(where, "the encodings are 'utf8' and 'hex'");
    }
  }
  if (!Take(')')) return Fail("')' is expected");
  if (encoding == "utf8") return true;
  std::string bytes;
  if (literal.text.size() % 2 != 0) return FailAt(begin, "hex has two digits a byte");
  for (size_t i = 0; i < literal.text.size(); i += 2) {
    int high = DigitOf(literal.text[i]);
    int low = DigitOf(literal.text[i + 1]);
    if (high >= 16 || low >= 16) return FailAt(begin, "hex has digits and a to f only");
    bytes += static_cast<char>(high * 16 + low);
  }
  literal.text = std::move(bytes);
  return true;
}

}  // namespace

bool ParseCall(std::string_view source, CallSyntax& call, SyntaxError& error) {
  call = {};
  call.source = source;
  return Parser(source, error).Call(call);
}

std::string Explain(std::string_view source, const SyntaxError& error) {
  std::string shown;
  size_t column = 0;
  for (size_t i = 0; i < source.size(); ++i) {
    char c = source[i];
    auto byte = static_cast<unsigned char>(c);
    // One place on the screen for each character: control characters would have none, or many.
    shown += byte < 0x20 || byte == 0x7f ? ' ' : c;
    bool begins = (byte & 0xc0) != 0x80;
    if (i < error.column && begins) ++column;
  }
  return "column " + std::to_string(column + 1) + ": " + error.message + "\n  " + shown + "\n  " +
         std::string(column, ' ') + "^";
}

}  // namespace napisan::cli
