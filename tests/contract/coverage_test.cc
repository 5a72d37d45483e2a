// Every rule has a test that names it: among the rule tests, the tests of this folder, or the
// gallery, whose modules run under the command and must end in the rules that gallery.json lists.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
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

// The sources of both folders, one after the other, without comments: what a comment names is not
// tested.
std::string Sources() {
  std::string text;
  int files = 0;
  for (const char* folder : {"rules", "contract"}) {
    auto path = std::filesystem::path(NAPISAN_SOURCE_DIR) / "tests" / folder;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      if (entry.path().extension() != ".cc") continue;
      ++files;
      std::istringstream lines(Slurp(entry.path()));
      for (std::string line; std::getline(lines, line);) {
        text += line.substr(0, line.find("// ")) + "\n";
      }
    }
  }
  EXPECT_GT(files, 3);
  return text;
}

std::set<std::string> Gallery() {
  auto json = nlohmann::json::parse(
      Slurp(std::filesystem::path(NAPISAN_SOURCE_DIR) / "examples/misuse/gallery.json"));
  std::set<std::string> rules;
  for (const auto& [section, entries] : json.items()) {
    for (const auto& entry : entries) {
      if (!entry.contains("rules")) continue;
      for (const auto& rule : entry["rules"]) rules.insert(rule.get<std::string>());
    }
  }
  EXPECT_FALSE(rules.empty());
  return rules;
}

TEST(RuleCoverage, EveryRuleIsNamedByATest) {
  const std::string sources = Sources();
  const std::set<std::string> gallery = Gallery();
  for (int i = 0; i < kRuleCount; ++i) {
    const std::string slug = AllRules()[i].slug;
    bool tested = sources.find('"' + slug + '"') != std::string::npos || gallery.count(slug) != 0;
    EXPECT_TRUE(tested) << slug << " has no test";
  }
}

TEST(RuleCoverage, TheGalleryNamesOnlyRulesThatThereAre) {
  for (const std::string& slug : Gallery()) EXPECT_TRUE(FindRule(slug)) << slug;
}

}  // namespace
}  // namespace napisan::checker
