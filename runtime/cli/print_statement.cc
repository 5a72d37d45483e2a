#include "cli/print_statement.h"

#include <fmt/format.h>

#include <cmath>

namespace napisan::cli {
namespace {

std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      quoted += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      quoted += fmt::format("\\x{:02x}", byte);
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

bool IsName(const std::string& step) {
  SyntaxError error;
  SourceReader reader(step, error);
  return !step.empty() && reader.Name().size() == step.size();
}

bool IsIndex(const std::string& step) {
  return !step.empty() && step.find_first_not_of("0123456789") == std::string::npos;
}

std::string Print(const Path& path) {
  std::string text = path.steps[0];
  for (size_t i = 1; i < path.steps.size(); ++i) {
    const std::string& step = path.steps[i];
    if (IsName(step)) {
      text += "." + step;
    } else {
      text += "[" + (IsIndex(step) ? step : Quoted(step)) + "]";
    }
  }
  return text;
}

std::string Print(const Literal& literal);

// With commas between them.
std::string PrintAll(const std::vector<Literal>& literals) {
  std::string text;
  for (const Literal& literal : literals) text += (text.empty() ? "" : ", ") + Print(literal);
  return text;
}

std::string PrintNumber(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
  return fmt::format("{}", number);
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
      return "[" + PrintAll(literal.items) + "]";
    case Literal::Kind::kObject:
      for (size_t i = 0; i < literal.items.size(); ++i) {
        const std::string& key = literal.keys[i];
        text += (i > 0 ? ", " : "") + (IsName(key) ? key : Quoted(key)) + ": " +
                Print(literal.items[i]);
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
  std::string arguments = PrintAll(statement.arguments);
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

}  // namespace napisan::cli
