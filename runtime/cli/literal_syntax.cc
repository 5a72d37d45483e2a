#include "cli/literal_syntax.h"

#include <algorithm>
#include <cmath>

#include "cli/number_syntax.h"

namespace napisan::cli {
namespace {

constexpr std::string_view kLiteralWords[] = {"undefined", "null",     "true",   "false",
                                              "NaN",       "Infinity", "Buffer", "callback"};
constexpr std::string_view kOtherWords[] = {"exports", "globalThis", "require",  "await", "new",
                                            "expect",  "throws",     "is",       "has",   "const",
                                            "let",     "var",        "terminate"};

bool IsOneOf(const std::string_view* begin, const std::string_view* end, std::string_view name) {
  return std::find(begin, end, name) != end;
}

bool ParseArray(SourceReader& reader, Names& names, Literal& literal, int depth) {
  literal.kind = LiteralKind::kArray;
  reader.Advance(1);
  while (!reader.Take(']')) {
    if (!literal.items.empty() && !reader.Take(',')) return reader.Fail("',' or ']' is expected");
    if (!literal.items.empty() && reader.Take(']')) return true;
    if (!ParseLiteral(reader, names, literal.items.emplace_back(), depth + 1)) return false;
  }
  return true;
}

bool ParseKey(SourceReader& reader, std::string& key) {
  reader.SkipSpace();
  if (reader.AtQuote()) return reader.Text(key);
  key = reader.Name();
  while (key.empty() || DigitOf(reader.Peek()) < 10) {
    if (DigitOf(reader.Peek()) >= 10) return reader.Fail("a property name is expected");
    key += reader.Peek();
    reader.Advance(1);
  }
  return true;
}

bool ParseObject(SourceReader& reader, Names& names, Literal& literal, int depth) {
  literal.kind = LiteralKind::kObject;
  reader.Advance(1);
  while (!reader.Take('}')) {
    if (!literal.items.empty() && !reader.Take(',')) return reader.Fail("',' or '}' is expected");
    if (!literal.items.empty() && reader.Take('}')) return true;
    if (!ParseKey(reader, literal.keys.emplace_back())) return false;
    if (!reader.Take(':')) return reader.Fail("':' is expected");
    if (!ParseLiteral(reader, names, literal.items.emplace_back(), depth + 1)) return false;
  }
  return true;
}

bool FromHex(SourceReader& reader, size_t begin, std::string& text) {
  std::string bytes;
  if (text.size() % 2 != 0) return reader.FailAt(begin, "hex has two digits a byte");
  for (size_t i = 0; i < text.size(); i += 2) {
    int high = DigitOf(text[i]);
    int low = DigitOf(text[i + 1]);
    if (high >= 16 || low >= 16) return reader.FailAt(begin, "hex has digits and a to f only");
    bytes += static_cast<char>(high * 16 + low);
  }
  text = std::move(bytes);
  return true;
}

bool ParseBuffer(SourceReader& reader, Literal& literal) {
  literal.kind = LiteralKind::kBuffer;
  if (!reader.Take('(')) {
    return reader.Fail("Buffer needs its bytes: Buffer('text') or Buffer('00ff', 'hex')");
  }
  reader.SkipSpace();
  size_t begin = reader.at();
  if (!reader.AtQuote()) return reader.Fail("Buffer takes a string");
  if (!reader.Text(literal.text)) return false;
  std::string encoding = "utf8";
  if (reader.Take(',')) {
    reader.SkipSpace();
    size_t where = reader.at();
    encoding.clear();
    if (!reader.AtQuote()) return reader.Fail("an encoding is expected: 'utf8' or 'hex'");
    if (!reader.Text(encoding)) return false;
    if (encoding != "utf8" && encoding != "hex") {
      return reader.FailAt(where, "the encodings are 'utf8' and 'hex'");
    }
  }
  if (!reader.Take(')')) return reader.Fail("')' is expected");
  return encoding == "utf8" || FromHex(reader, begin, literal.text);
}

bool ParseCallback(SourceReader& reader, Names& names, Literal& literal) {
  literal.kind = LiteralKind::kCallback;
  reader.SkipBlank();
  if (reader.Peek() != '(') return true;
  reader.Advance(1);
  reader.SkipSpace();
  size_t at = reader.at();
  literal.text = reader.Name();
  if (literal.text.empty()) return reader.Fail("a name for its calls is expected: callback(done)");
  if (!reader.Take(')')) return reader.Fail("')' is expected");
  // Again by the same name it is the same function.
  if (names.callbacks.count(literal.text) > 0) return true;
  return Declare(reader, names, at, literal.text, true);
}

bool ParseWord(SourceReader& reader, Names& names, Literal& literal) {
  size_t begin = reader.at();
  std::string_view name = reader.PeekName();
  if (!IsLiteralWord(name)) {
    if (name.empty()) {
      return reader.Fail(
          "a literal is expected: 1, 2n, 'text', true, null, [ ], { }, Buffer(''), callback");
    }
    literal.kind = LiteralKind::kPath;
    if (names.results.count(name) > 0 || name == "exports" || name == "globalThis") {
      return ParsePath(reader, names, literal.path);
    }
    return reader.FailAt(begin, "'" + std::string(name) +
                                    "' is no literal and no earlier result; for a recorded "
                                    "function write callback, for an export exports." +
                                    std::string(name));
  }
  reader.Name();
  if (name == "callback") return ParseCallback(reader, names, literal);
  if (name == "Buffer") return ParseBuffer(reader, literal);
  if (name == "undefined") {
    literal.kind = LiteralKind::kUndefined;
  } else if (name == "null") {
    literal.kind = LiteralKind::kNull;
  } else if (name == "true" || name == "false") {
    literal.kind = LiteralKind::kBoolean;
    literal.truth = name == "true";
  } else {
    literal.kind = LiteralKind::kNumber;
    literal.number = name == "NaN" ? NAN : INFINITY;
  }
  return true;
}

bool ParseNumberHere(SourceReader& reader, Literal& literal) {
  std::string problem;
  size_t length = ParseNumber(reader.rest(), literal, problem);
  if (length == 0) return reader.Fail(problem);
  reader.Advance(length);
  return true;
}

// What stands in the brackets of a path: its step is a property name.
bool ParseIndex(SourceReader& reader, std::string& step) {
  reader.SkipSpace();
  if (reader.AtQuote()) {
    if (!reader.Text(step)) return false;
  } else {
    while (DigitOf(reader.Peek()) < 10) {
      step += reader.Peek();
      reader.Advance(1);
    }
    if (step.empty()) return reader.Fail("an index is expected: [0] or ['name']");
  }
  return reader.Take(']') || reader.Fail("']' is expected");
}

}  // namespace

bool IsLiteralWord(std::string_view name) {
  return IsOneOf(std::begin(kLiteralWords), std::end(kLiteralWords), name);
}

bool IsReserved(std::string_view name) {
  return IsLiteralWord(name) || IsOneOf(std::begin(kOtherWords), std::end(kOtherWords), name);
}

bool Declare(SourceReader& reader, Names& names, size_t at, std::string_view name, bool callback) {
  std::string quoted = "'" + std::string(name) + "'";
  if (IsReserved(name)) {
    return reader.FailAt(at, quoted + " means something of its own; take another name");
  }
  if (!names.results.emplace(name).second) {
    return reader.FailAt(at, quoted + " is an earlier result; take another name");
  }
  if (callback) names.callbacks.emplace(name);
  return true;
}

bool ParsePath(SourceReader& reader, const Names& names, Path& path) {
  path.of_result = names.results.count(reader.PeekName()) > 0;
  for (;;) {
    path.at.push_back(reader.at());
    std::string_view name = reader.Name();
    if (name.empty()) return reader.Fail("a name is expected");
    path.steps.emplace_back(name);
    reader.SkipBlank();
    while (reader.Peek() == '[') {
      path.at.push_back(reader.at());
      reader.Advance(1);
      if (!ParseIndex(reader, path.steps.emplace_back())) return false;
      reader.SkipBlank();
    }
    if (reader.Peek() != '.') return true;
    reader.Advance(1);
    reader.SkipSpace();
  }
}

bool ParseLiteral(SourceReader& reader, Names& names, Literal& literal, int depth) {
  reader.SkipSpace();
  if (depth > kLiteralDepthMax) return reader.Fail("the literal is nested too deeply");
  char c = reader.Peek();
  if (reader.AtQuote()) {
    literal.kind = LiteralKind::kString;
    return reader.Text(literal.text);
  }
  if (c == '[') return ParseArray(reader, names, literal, depth);
  if (c == '{') return ParseObject(reader, names, literal, depth);
  if (DigitOf(c) < 10 || c == '-' || c == '+' || c == '.') return ParseNumberHere(reader, literal);
  return ParseWord(reader, names, literal);
}

}  // namespace napisan::cli
