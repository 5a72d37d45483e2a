#include "parsers/print_statement.h"

#include <fmt/format.h>

#include <cmath>

namespace napisan::fuzz {
namespace {

using cli::Literal;
using cli::Path;
using cli::Statement;

std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    if (c == '\n') {
      quoted += "\\n";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string Print(const Path& path) {
  std::string text = path.steps[0];
  for (size_t i = 1; i < path.steps.size(); ++i) text += "[" + Quoted(path.steps[i]) + "]";
  return text;
}

std::string PrintNumber(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
  return fmt::format("{:.17g}", number);
}

std::string PrintBigInt(const Literal& literal) {
  std::string text = literal.truth ? "-0x" : "0x";
  if (literal.words.empty()) text += "0";
  for (size_t i = literal.words.size(); i-- > 0;) {
    bool first = i + 1 == literal.words.size();
    text +=
        first ? fmt::format("{:x}", literal.words[i]) : fmt::format("{:016x}", literal.words[i]);
  }
  return text + "n";
}

std::string PrintHex(const std::string& bytes) {
  std::string text;
  for (char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

std::string Print(const Literal& literal) {
  std::string text;
  switch (literal.kind) {
    case Literal::Kind::kUndefined:
      return "undefined";
    case Literal::Kind::kNull:
      return "null";
    case Literal::Kind::kBoolean:
      return literal.truth ? "true" : "false";
    case Literal::Kind::kNumber:
      return PrintNumber(literal.number);
    case Literal::Kind::kString:
      return Quoted(literal.text);
    case Literal::Kind::kBigInt:
      return PrintBigInt(literal);
    case Literal::Kind::kArray:
      for (const Literal& item : literal.items) text += Print(item) + ",";
      return "[" + text + "]";
    case Literal::Kind::kObject:
      for (size_t i = 0; i < literal.items.size(); ++i) {
        text += Quoted(literal.keys[i]) + ":" + Print(literal.items[i]) + ",";
      }
      return "{" + text + "}";
    case Literal::Kind::kBuffer:
      return "Buffer('" + PrintHex(literal.text) + "', 'hex')";
    case Literal::Kind::kCallback:
      return literal.text.empty() ? "callback" : "callback(" + literal.text + ")";
    case Literal::Kind::kPath:
      return Print(literal.path);
  }
  return "?";
}

std::string PrintExpression(const Statement& statement) {
  std::string arguments;
  for (const Literal& argument : statement.arguments) arguments += Print(argument) + ",";
  if (!arguments.empty()) arguments.pop_back();
  std::string await = statement.await ? "await " : "";
  switch (statement.kind) {
    case Statement::Kind::kCall:
      return await + Print(statement.path) + "(" + arguments + ")";
    case Statement::Kind::kConstruct:
      return await + "new " + Print(statement.path) + "(" + arguments + ")";
    case Statement::Kind::kRead:
      return await + Print(statement.path);
    case Statement::Kind::kSet:
      return Print(statement.path) + " = " + arguments;
    case Statement::Kind::kRequire:
      return await + "require(" + arguments + ")";
    case Statement::Kind::kValue:
      return await + arguments;
    case Statement::Kind::kTerminate:
      return "terminate";
  }
  return "?";
}

bool Same(const Path& a, const Path& b) { return a.steps == b.steps && a.of_result == b.of_result; }

bool SameNumber(double a, double b) {
  return std::isnan(a) ? std::isnan(b) : a == b && std::signbit(a) == std::signbit(b);
}

template <class T>
bool SameAll(const std::vector<T>& a, const std::vector<T>& b);

bool Same(const Literal& a, const Literal& b) {
  return a.kind == b.kind && a.truth == b.truth && SameNumber(a.number, b.number) &&
         a.text == b.text && a.words == b.words && SameAll(a.items, b.items) && a.keys == b.keys &&
         Same(a.path, b.path);
}

template <class T>
bool SameAll(const std::vector<T>& a, const std::vector<T>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!Same(a[i], b[i])) return false;
  }
  return true;
}

}  // namespace

std::string Print(const Statement& statement) {
  std::string text = statement.name.empty() ? "" : statement.name + " = ";
  if (statement.expect != Statement::Expect::kNothing) text += "expect ";
  if (statement.expect == Statement::Expect::kThrows) text += "throws ";
  text += PrintExpression(statement);
  if (statement.check == Statement::Check::kIs) text += " is " + Print(statement.checked);
  if (statement.check == Statement::Check::kHas) text += " has " + Print(statement.checked);
  return text;
}

bool Same(const Statement& a, const Statement& b) {
  return a.kind == b.kind && a.name == b.name && a.await == b.await && Same(a.path, b.path) &&
         SameAll(a.arguments, b.arguments) && a.expect == b.expect && a.check == b.check &&
         Same(a.checked, b.checked);
}

}  // namespace napisan::fuzz
