// The parser of --call: what it reads, where it says that an error is, and that it always ends.
// Scripts have a file of their own, script_syntax_test.cc.

#include "cli/call_syntax.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace napisan::cli {
namespace {

using Kind = Literal::Kind;
using testing::ElementsAre;
using testing::IsEmpty;

Statement Parse(std::string_view source) {
  Names names;
  Statement call;
  SyntaxError error;
  EXPECT_TRUE(ParseCall(source, names, call, error)) << Explain(source, error);
  return call;
}

// The one argument of f(…).
Literal Argument(std::string_view text) {
  Statement call = Parse("f(" + std::string(text) + ")");
  EXPECT_EQ(call.arguments.size(), 1U) << text;
  return call.arguments.empty() ? Literal() : call.arguments[0];
}

// "column: message", or what tells that there was no error.
std::string ErrorOf(std::string_view source) {
  Names names;
  Statement call;
  SyntaxError error;
  if (ParseCall(source, names, call, error)) return "no error";
  EXPECT_LE(error.column, source.size());
  return std::to_string(error.column) + ": " + error.message;
}

TEST(CallSyntax, APathAndItsArguments) {
  Statement call = Parse(" asyncWork ( 123,456 , callback ) ; ");
  EXPECT_THAT(call.path.steps, ElementsAre("asyncWork"));
  ASSERT_EQ(call.arguments.size(), 3U);
  EXPECT_EQ(call.arguments[0].number, 123);
  EXPECT_EQ(call.arguments[1].number, 456);
  EXPECT_EQ(call.arguments[2].kind, Kind::kCallback);
  EXPECT_EQ(call.source, "asyncWork ( 123,456 , callback )");

  EXPECT_THAT(Parse("a.b . $c_1()").path.steps, ElementsAre("a", "b", "$c_1"));
  EXPECT_THAT(Parse("größe()").path.steps, ElementsAre("größe"));
  EXPECT_THAT(Parse("f()").arguments, IsEmpty());
  EXPECT_EQ(Parse("f(1, 2,)").arguments.size(), 2U);
}

TEST(CallSyntax, Words) {
  EXPECT_EQ(Argument("undefined").kind, Kind::kUndefined);
  EXPECT_EQ(Argument("null").kind, Kind::kNull);
  EXPECT_EQ(Argument("true").kind, Kind::kBoolean);
  EXPECT_TRUE(Argument("true").truth);
  EXPECT_FALSE(Argument("false").truth);
  EXPECT_TRUE(std::isnan(Argument("NaN").number));
  EXPECT_EQ(Argument("NaN").kind, Kind::kNumber);
}

TEST(CallSyntax, Numbers) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const struct {
    const char* text;
    double number;
  } kCases[] = {
      {"0", 0},
      {"1024", 1024},
      {"-1", -1},
      {"+7", 7},
      {"1.5", 1.5},
      {".5", 0.5},
      {"5.", 5},
      {"1e3", 1000},
      {"1E+3", 1000},
      {"25e-1", 2.5},
      {"0xff", 255},
      {"0XFF", 255},
      {"-0x10", -16},
      {"0b101", 5},
      {"0o17", 15},
      {"0xe", 14},
      {"0.1", 0.1},
      {"1e400", kInfinity},
      {"-1e400", -kInfinity},
      {"1e-400", 0},
      {"Infinity", kInfinity},
      {"-Infinity", -kInfinity},
      {"0xffffffffffffffff", 18446744073709551615.0},
  };
  for (const auto& expected : kCases) {
    Literal literal = Argument(expected.text);
    EXPECT_EQ(literal.kind, Kind::kNumber) << expected.text;
    EXPECT_EQ(literal.number, expected.number) << expected.text;
  }
  EXPECT_TRUE(std::signbit(Argument("-0").number));
}

TEST(CallSyntax, BigInts) {
  EXPECT_EQ(Argument("12n").kind, Kind::kBigInt);
  EXPECT_THAT(Argument("12n").words, ElementsAre(12U));
  EXPECT_FALSE(Argument("12n").truth);
  EXPECT_TRUE(Argument("-12n").truth);
  EXPECT_THAT(Argument("0n").words, IsEmpty());
  // JavaScript has one zero of this kind.
  EXPECT_FALSE(Argument("-0n").truth);
  EXPECT_THAT(Argument("0xffn").words, ElementsAre(255U));
  EXPECT_THAT(Argument("18446744073709551616n").words, ElementsAre(0U, 1U));
}

TEST(CallSyntax, Strings) {
  EXPECT_EQ(Argument("'two'").kind, Kind::kString);
  EXPECT_EQ(Argument("'two'").text, "two");
  EXPECT_EQ(Argument("\"it's\"").text, "it's");
  EXPECT_EQ(Argument(R"('\n\t\\\'\q')").text, "\n\t\\'q");
  EXPECT_EQ(Argument(R"('\0')").text, std::string(1, '\0'));
  EXPECT_EQ(Argument(R"('\x41\u00e9\u{1F600}')").text, "Aé😀");
  EXPECT_EQ(Argument(R"('\ud83d\ude00')").text, "😀");
  EXPECT_EQ(Argument("'a\\\nb'").text, "ab");
  EXPECT_EQ(Argument("''").text, "");
}

TEST(CallSyntax, ArraysAndObjects) {
  Literal array = Argument("[1, [ ], 'x',]");
  EXPECT_EQ(array.kind, Kind::kArray);
  ASSERT_EQ(array.items.size(), 3U);
  EXPECT_EQ(array.items[1].kind, Kind::kArray);
  Literal object = Argument("{a: 1, 'b c': [2], \"d\": {}, 7: callback,}");
  EXPECT_EQ(object.kind, Kind::kObject);
  EXPECT_THAT(object.keys, ElementsAre("a", "b c", "d", "7"));
  ASSERT_EQ(object.items.size(), 4U);
  EXPECT_EQ(object.items[2].kind, Kind::kObject);
  EXPECT_EQ(object.items[3].kind, Kind::kCallback);
  EXPECT_THAT(Argument("{}").items, IsEmpty());
}

TEST(CallSyntax, Buffers) {
  EXPECT_EQ(Argument("Buffer('text')").kind, Kind::kBuffer);
  EXPECT_EQ(Argument("Buffer('text')").text, "text");
  EXPECT_EQ(Argument("Buffer('00ff', 'hex')").text, std::string("\0\xff", 2));
  EXPECT_EQ(Argument("Buffer('é', 'utf8')").text, "\xc3\xa9");
  EXPECT_EQ(Argument("Buffer('')").text, "");
}

TEST(CallSyntax, ErrorsHaveTheirColumn) {
  EXPECT_EQ(ErrorOf(""), "0: the name of an export is expected");
  EXPECT_EQ(ErrorOf("7()"), "0: the name of an export is expected");
  EXPECT_EQ(ErrorOf("a.()"), "2: a name is expected");
  EXPECT_EQ(ErrorOf("asyncWork"), "9: a call needs its parentheses: name(…)");
  EXPECT_EQ(ErrorOf("f(1"), "3: ',' or ')' is expected");
  EXPECT_EQ(ErrorOf("f(1 2)"), "4: ',' or ')' is expected");
  EXPECT_EQ(ErrorOf("f(1) g()"), "5: one call is expected; give --call again for another");
  EXPECT_EQ(ErrorOf("f(1, foo)"),
            "5: 'foo' is no literal and no earlier result; for a recorded function write callback, "
            "for an export exports.foo");
  EXPECT_EQ(ErrorOf("f(-NaN)"), "2: '-NaN' is no number");
  EXPECT_EQ(ErrorOf("f('abc)"), "2: this string has no end");
  EXPECT_EQ(ErrorOf("f('\\"), "3: this string has no end");
  EXPECT_EQ(ErrorOf("f('a\\xg')"), "4: \\x needs two hexadecimal digits");
  EXPECT_EQ(ErrorOf("f('\\u{}')"), "3: \\u needs four hexadecimal digits, or {…}");
  EXPECT_EQ(ErrorOf("f('\\u{110000}')"), "3: \\u needs four hexadecimal digits, or {…}");
  EXPECT_EQ(ErrorOf("f('\\ud800')"), "3: half a surrogate pair is no text");
  EXPECT_EQ(ErrorOf("f([1 2])"), "5: ',' or ']' is expected");
  EXPECT_EQ(ErrorOf("f({a 1})"), "5: ':' is expected");
  EXPECT_EQ(ErrorOf("f({: 1})"), "3: a property name is expected");
  EXPECT_EQ(ErrorOf("f({a: 1 b: 2})"), "8: ',' or '}' is expected");
  EXPECT_EQ(ErrorOf("f(Buffer)"),
            "8: Buffer needs its bytes: Buffer('text') or Buffer('00ff', 'hex')");
  EXPECT_EQ(ErrorOf("f(Buffer(1))"), "9: Buffer takes a string");
  EXPECT_EQ(ErrorOf("f(Buffer('0', 'hex'))"), "9: hex has two digits a byte");
  EXPECT_EQ(ErrorOf("f(Buffer('0g', 'hex'))"), "9: hex has digits and a to f only");
  EXPECT_EQ(ErrorOf("f(Buffer('0', 'latin1'))"), "14: the encodings are 'utf8' and 'hex'");
}

TEST(CallSyntax, WhatIsNoNumber) {
  for (std::string text : {"1_000", "01", "-01.5", "1e", "1e+", "0x", "0xg", "0b2", "1.2.3", "-",
                           "+", ".", "--1", "1abc", "0x1p3", "-Infinityx"}) {
    EXPECT_EQ(ErrorOf("f(" + text + ")").substr(0, 3), "2: ") << text;
  }
  for (std::string text : {"1.5n", "01n", "+1n", "0xn", "1en", "n1n"}) {
    EXPECT_NE(ErrorOf("f(" + text + ")"), "no error") << text;
  }
  EXPECT_EQ(ErrorOf("f(1.5n)"), "2: '1.5n' is no bigint");
  EXPECT_EQ(ErrorOf("f(" + std::string(4097, '7') + "n)"),
            "2: this bigint has more than 4096 digits");
  EXPECT_EQ(ErrorOf("f(" + std::string(4096, '7') + "n)"), "no error");
}

TEST(CallSyntax, DepthIsBounded) {
  auto nested = [](size_t depth, const std::string& open, const std::string& close) {
    std::string text = "f(";
    for (size_t i = 0; i < depth; ++i) text += open;
    text += "1";
    for (size_t i = 0; i < depth; ++i) text += close;
    return text + ")";
  };
  EXPECT_EQ(ErrorOf(nested(kLiteralDepthMax, "[", "]")), "no error");
  EXPECT_EQ(ErrorOf(nested(kLiteralDepthMax + 1, "[", "]")),
            "67: the literal is nested too deeply");
  EXPECT_EQ(ErrorOf(nested(kLiteralDepthMax, "{a:", "}")), "no error");
  EXPECT_EQ(ErrorOf(nested(kLiteralDepthMax + 1, "{a:", "}")),
            "197: the literal is nested too deeply");
  // Without its end, as a fuzzer has it.
  EXPECT_NE(ErrorOf("f(" + std::string(1'000'000, '[')), "no error");
}

// Whatever the bytes, there is an answer, and an error lies inside of the text.
TEST(CallSyntax, EveryShortTextIsAnswered) {
  size_t accepted = 0;
  size_t refused = 0;
  auto judge = [&](const std::string& source) {
    (ErrorOf(source) == "no error" ? accepted : refused) += 1;
  };
  judge("");
  for (int first = 0; first < 256; ++first) {
    judge(std::string(1, static_cast<char>(first)));
    for (int second = 0; second < 256; ++second) {
      std::string two{static_cast<char>(first), static_cast<char>(second)};
      judge(two);
      // The same where a literal and where a string goes on.
      judge("f(" + two + ")");
      judge("f('\\" + two + "')");
    }
  }
  EXPECT_EQ(accepted + refused, 1 + 256 + 3 * 65536U);
  // f(1), f(12), f([]), f(''), and strings of any two bytes.
  EXPECT_GT(accepted, 60000U);
  EXPECT_GT(refused, 100000U);
}

TEST(CallSyntax, TheCaretStandsBelowTheColumn) {
  SyntaxError error{.column = 13, .message = "what is wrong"};
  EXPECT_EQ(Explain("asyncWork(1, foo)", error),
            "column 14: what is wrong\n"
            "  asyncWork(1, foo)\n"
            "               ^");
  // é has two bytes and one column; a newline would break the line.
  error.column = 7;
  EXPECT_EQ(Explain("f('é',\nx)", error),
            "column 7: what is wrong\n"
            "  f('é', x)\n"
            "        ^");
}

}  // namespace
}  // namespace napisan::cli
