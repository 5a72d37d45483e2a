// fuzz_call_syntax: the same text as one --call and as a --script. Whatever is taken is the same
// when it is printed and parsed again; whatever is refused has a place in the text, and a reason.

#include <string>
#include <string_view>
#include <vector>

#include "cli/call_syntax.h"
#include "cli/print_statement.h"
#include "parsers/same_statement.h"
#include "parsers/text_target.h"

namespace napisan::fuzz {
namespace {

using cli::Names;
using cli::Statement;
using cli::SyntaxError;

class CallSyntaxTarget final : public TextTarget {
 public:
  CallSyntaxTarget() : TextTarget("fuzz_call_syntax") {}

 private:
  void Check(std::string_view text) override {
    CheckCall(text);
    CheckScript(text);
  }

  void CheckCall(std::string_view text) {
    Names names;
    Statement statement;
    SyntaxError error;
    if (!cli::ParseCall(text, names, statement, error)) {
      CheckError(text, "", error);
      return;
    }
    CheckPlace(text, statement);
    std::string printed = Print(statement);
    Names names_again;
    Statement again;
    if (!cli::ParseCall(printed, names_again, again, error)) {
      Fail("what is printed is refused: " + cli::Explain(printed, error));
    }
    if (!Same(statement, again)) Fail("what is printed means another thing: " + printed);
    CheckNames(names, names_again);
    Taken(printed);
  }

  void CheckScript(std::string_view text) {
    Names names;
    std::vector<Statement> statements;
    SyntaxError error;
    if (!cli::ParseScript(text, names, statements, error)) {
      CheckError(text, "script", error);
      return;
    }
    std::string printed;
    size_t end = 0;
    for (const Statement& statement : statements) {
      CheckPlace(text, statement);
      Expect(statement.line == cli::LineOf(text, statement.at), "a statement is in another line");
      Expect(statement.at >= end, "a statement begins before the one in front of it");
      end = statement.at;
      printed += Print(statement) + "\n";
    }
    Names names_again;
    std::vector<Statement> again;
    if (!cli::ParseScript(printed, names_again, again, error)) {
      Fail("what is printed is refused: " + cli::Explain({"script", printed}, error));
    }
    Expect(again.size() == statements.size(), "what is printed has other statements");
    for (size_t i = 0; i < again.size(); ++i) {
      if (!Same(statements[i], again[i])) {
        Fail("what is printed means another thing: " + Print(statements[i]));
      }
    }
    CheckNames(names, names_again);
    Taken(printed);
  }

  void CheckError(std::string_view text, const char* file, const SyntaxError& error) {
    Expect(error.column <= text.size(), "an error is beyond the text");
    ExpectOneLine(error.message);
    // Place and reason, the line, the caret.
    std::string told = cli::Explain({file, std::string(text)}, error);
    size_t lines = 0;
    for (char c : told) lines += c == '\n';
    Expect(lines == 2, "an error is not told in three lines");
    Expect(told.back() == '^', "an error is told without its place");
    Refused(told);
  }

  void CheckPlace(std::string_view text, const Statement& statement) {
    Expect(statement.at < text.size(), "a statement is beyond the text");
    Expect(!statement.source.empty(), "a statement has no source");
    Expect(statement.source.find('\n') == std::string::npos, "a source is not one line");
    bool each = statement.arguments.size() == statement.argument_at.size();
    // What is set, and what is no call, may have an argument, and has its place then.
    Expect(each, "an argument has no place");
    for (size_t at : statement.argument_at) {
      Expect(at < text.size(), "an argument is beyond the text");
    }
  }

  void CheckNames(const Names& a, const Names& b) {
    Expect(a.results == b.results && a.callbacks == b.callbacks,
           "what is printed makes other names");
  }
};

}  // namespace

Target& TheTarget() {
  static auto* target = new CallSyntaxTarget;
  return *target;
}

}  // namespace napisan::fuzz
