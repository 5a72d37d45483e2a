// Every rule has its twins: a negative one, which says Breaks("slug") and ends in that report, and
// a positive one, which says Keeps("slug") and ends in none. tests/rules/twins.h holds each to it.
//
// What only the command can show is in the gallery, whose modules run under it and end in exactly
// the rules that gallery.json lists: an entry of a wrong module breaks them, and the right one that
// is run in all orders keeps the rule of orders.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

#include "checker/rules.h"

namespace napisan::checker {
namespace {

std::string Slurp(const std::filesystem::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The tests of rules in both folders, one after the other, without comments: what a comment names
// is not tested.
std::string Sources() {
  std::string text;
  int files = 0;
  for (const char* folder : {"rules", "contract"}) {
    auto path = std::filesystem::path(NAPISAN_SOURCE_DIR) / "tests" / folder;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      if (!entry.path().string().ends_with("_rules_test.cc")) continue;
      ++files;
      std::istringstream lines(Slurp(entry.path()));
      for (std::string line; std::getline(lines, line);) {
        text += line.substr(0, line.find("// ")) + "\n";
      }
    }
  }
  EXPECT_GT(files, 10);
  return text;
}

struct Twins {
  std::set<std::string> breaks;
  std::set<std::string> keeps;
};

// Every slug between the brackets of Breaks(...) or Keeps(...).
void FindDeclared(const std::string& sources, const char* word, std::set<std::string>& slugs) {
  const std::regex declaration(std::string("\\b") + word + R"(\(([^()]*)\);)");
  const std::regex quoted(R"re("([^"]*)")re");
  for (std::sregex_iterator at(sources.begin(), sources.end(), declaration), end; at != end; ++at) {
    const std::string arguments = (*at)[1];
    std::sregex_iterator slug(arguments.begin(), arguments.end(), quoted);
    EXPECT_NE(slug, end) << arguments << ": twins are declared by their slugs, as literals";
    for (; slug != end; ++slug) slugs.insert((*slug)[1]);
  }
}

void FindInGallery(Twins& twins) {
  auto json = nlohmann::json::parse(
      Slurp(std::filesystem::path(NAPISAN_SOURCE_DIR) / "examples/misuse/gallery.json"));
  int wrong = 0;
  for (const auto& entry : json.at("misuse")) {
    for (const auto& rule : entry.at("rules")) twins.breaks.insert(rule.get<std::string>());
    wrong += entry.at("rules").empty() ? 0 : 1;
  }
  for (const auto& entry : json.at("right")) {
    EXPECT_TRUE(entry.at("rules").empty()) << entry.at("name");
    if (entry.value("orders", false)) twins.keeps.insert("async-work/order-assumption");
  }
  EXPECT_GT(wrong, 3);
}

const Twins& Declared() {
  static const Twins twins = [] {
    Twins made;
    const std::string sources = Sources();
    FindDeclared(sources, "Breaks", made.breaks);
    FindDeclared(sources, "Keeps", made.keeps);
    FindInGallery(made);
    return made;
  }();
  return twins;
}

TEST(RuleCoverage, EveryRuleHasANegativeTwin) {
  for (int i = 0; i < kRuleCount; ++i) {
    const std::string slug = AllRules()[i].slug;
    EXPECT_EQ(Declared().breaks.count(slug), 1u) << "no test says Breaks(\"" << slug << "\")";
  }
}

TEST(RuleCoverage, EveryRuleHasAPositiveTwin) {
  for (int i = 0; i < kRuleCount; ++i) {
    const std::string slug = AllRules()[i].slug;
    EXPECT_EQ(Declared().keeps.count(slug), 1u) << "no test says Keeps(\"" << slug << "\")";
  }
}

TEST(RuleCoverage, TwinsNameOnlyRulesThatThereAre) {
  for (const std::string& slug : Declared().breaks) EXPECT_TRUE(FindRule(slug)) << slug;
  for (const std::string& slug : Declared().keeps) EXPECT_TRUE(FindRule(slug)) << slug;
}

// A test that does not run is nobody's twin.
TEST(RuleCoverage, NoTestIsSwitchedOff) {
  const std::string sources = Sources();
  for (const char* word : {"DISABLED_", "GTEST_SKIP", "#if 0"}) {
    EXPECT_EQ(sources.find(word), std::string::npos) << word;
  }
}

}  // namespace
}  // namespace napisan::checker
