// fuzz_options: what NAPISAN_OPTIONS and a suppressions file may say. Printed and parsed again it
// is the same; a refusal is one line; a suppression suppresses what a matcher of our own says.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "checker/options.h"
#include "checker/render_escape.h"
#include "checker/suppressions.h"
#include "parsers/text_target.h"

namespace napisan::fuzz {
namespace {

using checker::Color;
using checker::Options;
using checker::Report;
using checker::Stack;
using checker::Suppression;

std::string Quoted(const std::string& value) {
  bool plain = value.find_first_of(":, \t\n\r") == value.npos &&
               (value.empty() || (value[0] != '\'' && value[0] != '"'));
  if (plain) return value;
  char quote = value.find('"') == value.npos ? '"' : '\'';
  return quote + value + quote;
}
std::string Print(const std::string& value) { return Quoted(value); }
std::string Print(bool value) { return value ? "yes" : "no"; }
std::string Print(int value) { return std::to_string(value); }
std::string Print(Color value) {
  return value == Color::kAuto ? "auto" : value == Color::kAlways ? "always" : "never";
}
std::string Print(Stack value) { return value == Stack::kFull ? "full" : "callsite"; }

std::string Print(const Options& options) {
  std::string text;
#define OPTION(type, name, default_value, help) text += #name "=" + Print(options.name) + ":";
#include "checker/options.def"
#undef OPTION
  return text;
}

std::string Print(const std::vector<Suppression>& suppressions) {
  std::string text;
  for (const Suppression& one : suppressions) {
    text += one.rule + (one.place.empty() ? "" : ":" + one.place) + "\n";
  }
  return text;
}

// Which ends of `glob` can be reached, letter by letter: slow and plain.
bool Matches(std::string_view glob, std::string_view text) {
  std::vector<bool> reached(glob.size() + 1);
  auto pass_stars = [&] {
    for (size_t i = 0; i < glob.size(); ++i) {
      if (reached[i] && glob[i] == '*') reached[i + 1] = true;
    }
  };
  reached[0] = true;
  pass_stars();
  for (char c : text) {
    std::vector<bool> next(glob.size() + 1);
    for (size_t i = 0; i < glob.size(); ++i) {
      if (!reached[i]) continue;
      if (glob[i] == '*') next[i] = true;
      if (glob[i] == c && c != '*') next[i + 1] = true;
    }
    reached = std::move(next);
    pass_stars();
  }
  return reached[glob.size()];
}

bool PlaceMatches(std::string place, std::string_view text) {
  if (place[0] == '^') {
    place.erase(0, 1);
  } else {
    place.insert(0, 1, '*');
  }
  if (place.ends_with('$')) {
    place.pop_back();
  } else {
    place += '*';
  }
  return Matches(place, text);
}

// Whether something in quotes in `error` stands in `text`, too.
bool QuotesSomeOf(std::string_view text, std::string_view error) {
  std::vector<size_t> quotes;
  for (size_t at = 0; at < error.size(); ++at) {
    if (error[at] == '"') quotes.push_back(at);
  }
  for (size_t i = 0; i < quotes.size(); ++i) {
    for (size_t j = i + 1; j < quotes.size(); ++j) {
      std::string_view quoted = error.substr(quotes[i] + 1, quotes[j] - quotes[i] - 1);
      if (text.find(quoted) != text.npos) return true;
    }
  }
  return false;
}

class OptionsTarget final : public TextTarget {
 public:
  OptionsTarget() : TextTarget("fuzz_options") {}

 private:
  void Check(std::string_view text) override {
    CheckOptions(text);
    // Looking for the rule that was meant takes nearly all of the time, and none is meant here.
    if (text.find_first_of("/*#") != text.npos) CheckSuppressions(text);
  }

  void CheckOptions(std::string_view text) {
    Options options;
    if (auto error = checker::ParseOptions(text, options)) {
      // As FailUsage prints it: names and values may be any bytes.
      ExpectOneLine(checker::EscapeForTerminal(*error));
      Expect(QuotesSomeOf(text, *error), "a refusal does not say which option it is about");
      Refused(*error);
    }
    // What came before a mistake is applied and the mistake is not, so it can be printed as well.
    std::string printed = Print(options);
    Options again;
    if (auto error = checker::ParseOptions(printed, again))
      Fail(printed + " is refused: " + *error);
    Expect(Print(again) == printed, "options that are printed and parsed again are others");
    Taken(printed);
  }

  void CheckSuppressions(std::string_view text) {
    std::vector<Suppression> suppressions;
    if (auto error = checker::ParseSuppressions(text, suppressions)) {
      ExpectOneLine(checker::EscapeForTerminal(*error));
      CheckLine(text, *error);
      Refused(*error);
    }
    std::string printed = Print(suppressions);
    std::vector<Suppression> again;
    if (auto error = checker::ParseSuppressions(printed, again)) {
      Fail(printed + " is refused: " + *error);
    }
    Expect(Print(again) == printed, "suppressions that are printed and parsed again are others");
    // All of them take longer than all that is parsed here.
    constexpr int kEach = 16;
    for (int i = static_cast<int>(text.size() % kEach); i < checker::kRuleCount; i += kEach) {
      CheckFound(checker::AllRules()[i], suppressions);
    }
    Taken(printed);
  }

  // "line N: …", before which all is taken.
  void CheckLine(std::string_view text, const std::string& error) {
    Expect(error.substr(0, 5) == "line ", "a refusal names no line");
    size_t line = 0;
    auto [rest, bad] = std::from_chars(error.data() + 5, error.data() + error.size(), line);
    Expect(bad == std::errc() && *rest == ':' && line > 0, "a refusal names no line");
    size_t begin = 0;
    for (size_t i = 1; i < line; ++i) {
      size_t end = text.find('\n', begin);
      Expect(end != text.npos, "a refusal names a line that is not there");
      begin = end + 1;
    }
    std::vector<Suppression> before;
    auto error_before = checker::ParseSuppressions(text.substr(0, begin), before);
    Expect(!error_before, "a refusal names a line behind the first that is wrong");
  }

  void CheckFound(const checker::Rule& rule, std::vector<Suppression>& suppressions) {
    Report report;
    report.rule = rule.id;
    report.module = "libfoo.node";
    report.at.push_back({"napi::Worker::Run()", "src/worker.cc", 12, "/opt/lib/libfoo.node"});
    Suppression* found = checker::FindSuppression(suppressions, report);
    auto first = std::find_if(suppressions.begin(), suppressions.end(), [&](const auto& one) {
      if (!Matches(one.rule, rule.slug)) return false;
      if (one.place.empty()) return true;
      return PlaceMatches(one.place, report.module) ||
             PlaceMatches(one.place, report.at[0].function) ||
             PlaceMatches(one.place, report.at[0].file) ||
             PlaceMatches(one.place, report.at[0].image);
    });
    Suppression* expected = first == suppressions.end() ? nullptr : &*first;
    if (found != expected) Fail(fmt::format("another suppression is found for {}", rule.slug));
  }
};

}  // namespace

Target& TheTarget() {
  static auto* target = new OptionsTarget;
  return *target;
}

}  // namespace napisan::fuzz
