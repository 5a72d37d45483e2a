#include "cli/call_syntax.h"

namespace napisan::cli {
namespace {

class Parser {
 public:
  Parser(std::string_view source, bool lines, Names& names, SyntaxError& error)
      : reader_(source, error), lines_(lines), names_(names) {}

  bool One(Statement& statement);
  bool All(std::vector<Statement>& statements);

 private:
  // Between the words of a statement, which in a script ends with its line.
  void Skip() { lines_ ? reader_.SkipBlank() : reader_.SkipSpace(); }
  bool AtEnd() {
    Skip();
    return reader_.Ended() || reader_.Peek() == ';' || reader_.Peek() == '\n';
  }
  // Takes the word; a statement may begin with a call of that name, which is another thing.
  bool TakeWord(std::string_view word);
  bool TakeFirstWord(std::string_view word);
  bool TakeAssignment();

  bool Body(Statement& statement);
  bool Expectation(Statement& statement);
  bool Expression(Statement& statement);
  bool Require(Statement& statement);
  bool Arguments(Statement& statement);
  bool Argument(Statement& statement);

  SourceReader reader_;
  bool lines_;
  Names& names_;
};

bool Parser::TakeWord(std::string_view word) {
  Skip();
  if (reader_.PeekName() != word) return false;
  reader_.Name();
  return true;
}

bool Parser::TakeFirstWord(std::string_view word) {
  Skip();
  size_t begin = reader_.at();
  if (!TakeWord(word)) return false;
  Skip();
  char next = reader_.Peek();
  if (next != '(' && next != '.' && next != '[' && next != '=') return true;
  reader_.set_at(begin);
  return false;
}

bool Parser::TakeAssignment() {
  Skip();
  if (reader_.Peek() != '=') return false;
  reader_.Advance(1);
  return true;
}

bool Parser::Argument(Statement& statement) {
  reader_.SkipSpace();
  statement.argument_at.push_back(reader_.at());
  return ParseLiteral(reader_, names_, statement.arguments.emplace_back());
}

bool Parser::Arguments(Statement& statement) {
  reader_.Advance(1);
  while (!reader_.Take(')')) {
    if (!statement.arguments.empty() && !reader_.Take(',')) {
      return reader_.Fail("',' or ')' is expected");
    }
    if (!statement.arguments.empty() && reader_.Take(')')) break;
    if (!Argument(statement)) return false;
  }
  return true;
}

bool Parser::Require(Statement& statement) {
  statement.kind = StatementKind::kRequire;
  if (!reader_.Take('(')) return reader_.Fail("require needs a path: require('./other.node')");
  if (!Argument(statement)) return false;
  if (statement.arguments[0].kind != Literal::Kind::kString) {
    return reader_.FailAt(statement.argument_at[0], "require takes the path of a module, a string");
  }
  return reader_.Take(')') || reader_.Fail("')' is expected");
}

bool Parser::Expression(Statement& statement) {
  statement.await = TakeFirstWord("await");
  Skip();
  std::string_view name = reader_.PeekName();
  if (name == "require") {
    reader_.Name();
    return Require(statement);
  }
  bool construct = TakeFirstWord("new");
  Skip();
  name = reader_.PeekName();
  if (!construct && !AtEnd() && (name.empty() || IsLiteralWord(name))) {
    statement.kind = StatementKind::kValue;
    return Argument(statement);
  }
  if (name.empty()) return reader_.Fail("the name of an export is expected");
  if (!ParsePath(reader_, names_, statement.path)) return false;
  statement.kind = construct ? StatementKind::kConstruct : StatementKind::kRead;
  Skip();
  if (reader_.Peek() != '(')
    return !construct || reader_.Fail("new needs its parentheses: new X()");
  if (!construct) statement.kind = StatementKind::kCall;
  return Arguments(statement);
}

bool Parser::Expectation(Statement& statement) {
  statement.expect =
      TakeFirstWord("throws") ? Statement::Expect::kThrows : Statement::Expect::kValue;
  if (!Expression(statement)) return false;
  if (TakeWord("is")) {
    statement.check = Statement::Check::kIs;
    return ParseLiteral(reader_, names_, statement.checked);
  }
  if (TakeWord("has")) {
    statement.check = Statement::Check::kHas;
    Skip();
    if (!reader_.AtQuote()) return reader_.Fail("has takes a string");
    return ParseLiteral(reader_, names_, statement.checked);
  }
  bool judged = statement.expect == Statement::Expect::kThrows;
  return judged || reader_.Fail("what is expected? is LITERAL, or has 'text'");
}

bool Parser::Body(Statement& statement) {
  if (TakeFirstWord("expect")) return Expectation(statement);
  if (TakeFirstWord("terminate")) {
    statement.kind = StatementKind::kTerminate;
    return true;
  }
  bool declares = TakeFirstWord("const") || TakeFirstWord("let") || TakeFirstWord("var");
  Skip();
  size_t begin = reader_.at();
  std::string_view name = reader_.PeekName();
  if (declares && name.empty()) return reader_.Fail("a name for the result is expected");
  if (!name.empty() && name != "await" && name != "new" && !IsLiteralWord(name)) {
    Path target;
    if (!ParsePath(reader_, names_, target)) return false;
    if (TakeAssignment()) {
      if (target.steps.size() > 1) {
        statement.kind = StatementKind::kSet;
        statement.path = std::move(target);
        return Argument(statement);
      }
      statement.name = name;
      // The name is no result yet where its own value is made.
      return Expression(statement) && Declare(reader_, names_, begin, name, false);
    }
    reader_.set_at(begin);
  }
  if (declares) return reader_.Fail("a name and its value are expected: name = …");
  if (!Expression(statement)) return false;
  bool silent = statement.kind == StatementKind::kRead && !statement.await;
  if (silent && !statement.path.of_result) {
    return reader_.Fail("a call needs its parentheses: name(…)");
  }
  return statement.kind != StatementKind::kValue ||
         reader_.FailAt(begin, "the name of an export is expected");
}

// On one line: what people read, and what tells calls apart.
std::string OneLine(std::string_view text) {
  std::string line;
  for (char c : text) {
    bool space = c == '\n' || c == '\r' || (c == ' ' && !line.empty() && line.back() == '\n');
    if (!space) {
      if (!line.empty() && line.back() == '\n') line.back() = ' ';
      line += c;
    } else if (line.empty() || line.back() != '\n') {
      line += '\n';
    }
  }
  while (!line.empty() && (line.back() == ' ' || line.back() == '\n')) line.pop_back();
  return line;
}

bool Parser::One(Statement& statement) {
  statement = {};
  reader_.SkipSpace();
  statement.at = reader_.at();
  if (!Body(statement)) return false;
  statement.source = OneLine(reader_.text().substr(statement.at, reader_.at() - statement.at));
  reader_.Take(';');
  reader_.SkipSpace();
  return reader_.Ended() || reader_.Fail("one call is expected; give --call again for another");
}

bool Parser::All(std::vector<Statement>& statements) {
  for (;;) {
    reader_.SkipSpace();
    while (reader_.Take(';')) reader_.SkipSpace();
    if (reader_.Ended()) return true;
    Statement& statement = statements.emplace_back();
    statement.at = reader_.at();
    statement.line = LineOf(reader_.text(), statement.at);
    if (!Body(statement)) return false;
    statement.source = OneLine(reader_.text().substr(statement.at, reader_.at() - statement.at));
    if (!AtEnd()) return reader_.Fail("the end of the line or ';' is expected");
  }
}

}  // namespace

bool ParseCall(std::string_view source, Names& names, Statement& statement, SyntaxError& error) {
  return Parser(source, false, names, error).One(statement);
}

bool ParseScript(std::string_view source, Names& names, std::vector<Statement>& statements,
                 SyntaxError& error) {
  return Parser(source, true, names, error).All(statements);
}

}  // namespace napisan::cli
