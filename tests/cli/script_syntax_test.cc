// The parser of --script: statements, the names they make, and where it says that an error is.

#include "cli/call_syntax.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace napisan::cli {
namespace {

using Kind = Statement::Kind;
using Check = Statement::Check;
using Expect = Statement::Expect;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<Statement> Parse(std::string_view source) {
  Names names;
  std::vector<Statement> statements;
  SyntaxError error;
  EXPECT_TRUE(ParseScript(source, names, statements, error))
      << Explain({"script", std::string(source)}, error);
  return statements;
}

Statement One(std::string_view source) {
  std::vector<Statement> statements = Parse(source);
  EXPECT_EQ(statements.size(), 1U) << source;
  return statements.empty() ? Statement() : statements[0];
}

// The last statement of several.
Statement Last(std::string_view source) {
  std::vector<Statement> statements = Parse(source);
  return statements.empty() ? Statement() : statements.back();
}

// "script:LINE:COLUMN: message", or what tells that there was no error.
std::string ErrorOf(const std::string& source) {
  Names names;
  std::vector<Statement> statements;
  SyntaxError error;
  if (ParseScript(source, names, statements, error)) return "no error";
  EXPECT_LE(error.column, source.size());
  std::string text = Explain({"script", source}, error);
  return text.substr(0, text.find('\n'));
}

TEST(ScriptSyntax, LinesCommentsAndSemicolons) {
  std::vector<Statement> statements = Parse(
      "// what it does\n"
      "\n"
      "a(); b()  // the rest\n"
      ";;\n"
      "  c(1,\n"
      "    [2, // two\n"
      "     3])\n"
      "d('//')");
  ASSERT_EQ(statements.size(), 4U);
  EXPECT_EQ(statements[0].line, 3U);
  EXPECT_EQ(statements[1].line, 3U);
  EXPECT_EQ(statements[1].source, "b()");
  EXPECT_EQ(statements[2].line, 5U);
  EXPECT_EQ(statements[2].arguments[1].items.size(), 2U);
  EXPECT_EQ(statements[3].line, 8U);
  EXPECT_EQ(statements[3].arguments[0].text, "//");
  EXPECT_THAT(Parse(""), IsEmpty());
  EXPECT_THAT(Parse("// only this"), IsEmpty());
}

TEST(ScriptSyntax, ResultsHaveNames) {
  Statement made = One("db = new lib.Database('x', 1)");
  EXPECT_EQ(made.kind, Kind::kConstruct);
  EXPECT_EQ(made.name, "db");
  EXPECT_THAT(made.path.steps, ElementsAre("lib", "Database"));
  EXPECT_FALSE(made.path.of_result);
  EXPECT_EQ(made.arguments.size(), 2U);
  EXPECT_EQ(made.source, "db = new lib.Database('x', 1)");

  Statement called = Last("db = f()\nx = await db.get('key')");
  EXPECT_EQ(called.kind, Kind::kCall);
  EXPECT_TRUE(called.await);
  EXPECT_TRUE(called.path.of_result);
  EXPECT_THAT(called.path.steps, ElementsAre("db", "get"));
  EXPECT_EQ(Last("db = f()\ndb.close()").kind, Kind::kCall);
  EXPECT_EQ(One("const a = f()").name, "a");
  EXPECT_EQ(One("let a = f()").name, "a");
  EXPECT_EQ(One("await f()").name, "");
}

TEST(ScriptSyntax, PropertiesAreReadAndSet) {
  Statement read = Last("a = f()\nb = a.rows[12]['the key'].size");
  EXPECT_EQ(read.kind, Kind::kRead);
  EXPECT_THAT(read.path.steps, ElementsAre("a", "rows", "12", "the key", "size"));
  Statement set = Last("a = f()\na.b.c = [1]");
  EXPECT_EQ(set.kind, Kind::kSet);
  EXPECT_EQ(set.name, "");
  EXPECT_THAT(set.path.steps, ElementsAre("a", "b", "c"));
  EXPECT_EQ(set.arguments[0].kind, Literal::Kind::kArray);
  EXPECT_EQ(Last("a = f()\na.b").kind, Kind::kRead);
  EXPECT_EQ(One("x = version").kind, Kind::kRead);
}

TEST(ScriptSyntax, ValuesHaveNames) {
  Statement value = Last("a = 1\nb = [a, { c: a.d }]");
  EXPECT_EQ(value.kind, Kind::kValue);
  const Literal& array = value.arguments[0];
  EXPECT_EQ(array.items[0].kind, Literal::Kind::kPath);
  EXPECT_THAT(array.items[1].items[0].path.steps, ElementsAre("a", "d"));
  EXPECT_EQ(One("key = Buffer('00', 'hex')").kind, Kind::kValue);
  EXPECT_EQ(One("f(exports.a, globalThis.b)").arguments[0].kind, Literal::Kind::kPath);
}

TEST(ScriptSyntax, CallbacksAreRecorded) {
  std::vector<Statement> statements = Parse("f(callback, callback(done))\nx = await done\ng(done)");
  EXPECT_EQ(statements[0].arguments[0].text, "");
  EXPECT_EQ(statements[0].arguments[1].text, "done");
  EXPECT_EQ(statements[1].kind, Kind::kRead);
  EXPECT_TRUE(statements[1].await);
  EXPECT_EQ(ErrorOf("on(callback(x))\noff(callback(x))"), "no error");
  EXPECT_EQ(ErrorOf("x = f()\ng(callback(x))"),
            "script:2:12: 'x' is an earlier result; take another name");
}

TEST(ScriptSyntax, Expectations) {
  Statement is = One("expect await verify('a') is true");
  EXPECT_EQ(is.expect, Expect::kValue);
  EXPECT_EQ(is.check, Check::kIs);
  EXPECT_TRUE(is.await);
  EXPECT_TRUE(is.checked.truth);
  Statement has = Last("x = f()\nexpect x[0] has '$2b$'");
  EXPECT_EQ(has.check, Check::kHas);
  EXPECT_EQ(has.checked.text, "$2b$");
  Statement throws = One("expect throws new X(1) has 'TypeError'");
  EXPECT_EQ(throws.expect, Expect::kThrows);
  EXPECT_EQ(throws.kind, Kind::kConstruct);
  EXPECT_EQ(throws.check, Check::kHas);
  EXPECT_EQ(One("expect throws f()").check, Check::kNone);
  EXPECT_EQ(ErrorOf("expect f()"), "script:1:11: what is expected? is LITERAL, or has 'text'");
  EXPECT_EQ(ErrorOf("expect f() has 1"), "script:1:16: has takes a string");
}

// The words of expectations are names where they are called.
TEST(ScriptSyntax, WordsMayBeNamesOfExports) {
  EXPECT_THAT(One("expect(1)").path.steps, ElementsAre("expect"));
  EXPECT_THAT(One("has('key')").path.steps, ElementsAre("has"));
  EXPECT_THAT(One("expect has('key') is true").path.steps, ElementsAre("has"));
  EXPECT_THAT(One("expect throws('x') is 1").path.steps, ElementsAre("throws"));
  EXPECT_THAT(One("await db.new()").path.steps, ElementsAre("db", "new"));
}

TEST(ScriptSyntax, OtherModules) {
  Statement other = One("m = require('./other.node')");
  EXPECT_EQ(other.kind, Kind::kRequire);
  EXPECT_EQ(other.name, "m");
  EXPECT_EQ(other.arguments[0].text, "./other.node");
  EXPECT_EQ(ErrorOf("m = require(1)"), "script:1:13: require takes the path of a module, a string");
}

TEST(ScriptSyntax, Terminate) {
  EXPECT_EQ(Last("f()\nterminate").kind, Kind::kTerminate);
  EXPECT_EQ(One("terminate()").kind, Kind::kCall);
  EXPECT_EQ(ErrorOf("terminate now"), "script:1:11: the end of the line or ';' is expected");
}

TEST(ScriptSyntax, NamesDoNotShadow) {
  EXPECT_EQ(ErrorOf("a = f()\na = g()"), "script:2:1: 'a' is an earlier result; take another name");
  EXPECT_EQ(ErrorOf("a = f(a)"),
            "script:1:7: 'a' is no literal and no earlier result; for a recorded function write "
            "callback, for an export exports.a");
  EXPECT_EQ(ErrorOf("exports = f()"),
            "script:1:1: 'exports' means something of its own; take another name");
  EXPECT_EQ(ErrorOf("f(callback(is))"),
            "script:1:12: 'is' means something of its own; take another name");
}

TEST(ScriptSyntax, ErrorsHaveTheirPlace) {
  EXPECT_EQ(ErrorOf("a()\nb( c"),
            "script:2:4: 'c' is no literal and no earlier result; for a "
            "recorded function write callback, for an export exports.c");
  EXPECT_EQ(ErrorOf("a() b()"), "script:1:5: the end of the line or ';' is expected");
  EXPECT_EQ(ErrorOf("a"), "script:1:2: a call needs its parentheses: name(…)");
  EXPECT_EQ(ErrorOf("x = new A"), "script:1:10: new needs its parentheses: new X()");
  EXPECT_EQ(ErrorOf("x =\nf()"), "script:1:4: the name of an export is expected");
  EXPECT_EQ(ErrorOf("x = f[a]()"), "script:1:7: an index is expected: [0] or ['name']");
  EXPECT_EQ(ErrorOf("const f()"), "script:1:7: a name and its value are expected: name = …");
  EXPECT_EQ(ErrorOf("5"), "script:1:1: the name of an export is expected");
  EXPECT_EQ(ErrorOf("é(, 1)"),
            "script:1:3: a literal is expected: 1, 2n, 'text', true, null, "
            "[ ], { }, Buffer(''), callback");
}

TEST(ScriptSyntax, TheCaretStandsBelowTheColumn) {
  std::string source = "first()\n  second('é', oops)\nthird()";
  EXPECT_EQ(Explain({"x.script", source}, {source.find("oops"), "what is wrong"}),
            "x.script:2:15: what is wrong\n"
            "    second('é', oops)\n"
            "                ^");
  EXPECT_EQ(Explain({"x.script", source}, {source.size(), "what is missing"}),
            "x.script:3:8: what is missing\n"
            "  third()\n"
            "         ^");
}

// Whatever the bytes, there is an answer, and an error lies inside of the text.
TEST(ScriptSyntax, EveryMangledScriptIsAnswered) {
  const std::string kScript =
      "db = new A.B('x', { a: [1, 2n] }) // c\n"
      "x = await db.get(callback(done), Buffer('00', 'hex'));\n"
      "expect throws x[0]['k'] has 'é\\u00e9'\nm = require('./a')\n";
  size_t refused = 0;
  for (size_t at = 0; at <= kScript.size(); ++at) {
    refused += ErrorOf(kScript.substr(0, at)) == "no error" ? 0U : 1U;
    for (int byte = 0; byte < 256; ++byte) {
      std::string mangled = kScript;
      mangled.insert(at, 1, static_cast<char>(byte));
      refused += ErrorOf(mangled) == "no error" ? 0U : 1U;
    }
  }
  EXPECT_GT(refused, kScript.size() * 100);
}

}  // namespace
}  // namespace napisan::cli
