// Suppressions: what a line matches, what is wrong with a line, and what a file may do to a
// process.
#include "checker/suppressions.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "checker/sink.h"

namespace napisan::checker {
namespace {

Report ReportAt(RuleId rule, const char* function, const char* file, const char* image) {
  Report report;
  report.rule = rule;
  report.at.emplace_back();
  report.at[0].function = function;
  report.at[0].file = file;
  report.at[0].image = image;
  return report;
}

std::vector<Suppression> Parse(const std::string& text) {
  std::vector<Suppression> list;
  EXPECT_EQ(ParseSuppressions(text, list), std::nullopt) << text;
  return list;
}

bool Suppressed(const std::string& text, const Report& report) {
  std::vector<Suppression> list = Parse(text);
  return FindSuppression(list, report) != nullptr;
}

TEST(Suppressions, RuleAndPlaceBothHaveToMatch) {
  Report report = ReportAt(RuleId::WorkLeaked, "Addon::Make", "src/make.cc", "/opt/foo.node");
  for (const char* text :
       {"async-work/leaked", "async-work/*", "*", "async-work/leaked:Addon::Make",
        "async-work/leaked:make.cc", "*:foo.node", " */leaked : ^Addon::*Make$ ",
        "async-work/leaked:^/opt/", "# first\n\nasync-work/leaked:node$\n"}) {
    EXPECT_TRUE(Suppressed(text, report)) << text;
  }
  for (const char* text :
       {"", "# async-work/leaked", "reference/*", "async-work/leaked:Other",
        "async-work/leaked:^Make", "async-work/leaked:foo$", "async-work/double-delete"}) {
    EXPECT_FALSE(Suppressed(text, report)) << text;
  }
}

TEST(Suppressions, StarsStandForAnyTextAlsoForNone) {
  Report report = ReportAt(RuleId::WorkLeaked, "aXbYYbc", "", "");
  for (const char* place : {"^a*c$", "^a*b*c$", "^*aXbYYbc*$", "^a*Y*Y*c$", "X*b", "*", "^**c$",
                            "^aXbYYbc$", "^aX*", "*bc$"}) {
    EXPECT_TRUE(Suppressed(std::string("*:") + place, report)) << place;
  }
  for (const char* place : {"^a*d$", "^a*Y*Y*Y*c$", "^b*c$", "^a*b$", "X*X", "^aXbYYb$"}) {
    EXPECT_FALSE(Suppressed(std::string("*:") + place, report)) << place;
  }
}

TEST(Suppressions, EveryRuleIsItsOwnAndOneStarIsAll) {
  for (int i = 0; i < kRuleCount; ++i) {
    const Rule& rule = AllRules()[i];
    Report report = ReportAt(rule.id, "f", "", "");
    EXPECT_TRUE(Suppressed(rule.slug, report)) << rule.slug;
    EXPECT_TRUE(Suppressed("*", report)) << rule.slug;
    EXPECT_FALSE(Suppressed(AllRules()[(i + 1) % kRuleCount].slug, report)) << rule.slug;
  }
}

TEST(Suppressions, AModuleIsAPlaceToo) {
  Report report;
  report.rule = RuleId::ReferenceLeaked;
  report.module = "addon.node";
  EXPECT_TRUE(Suppressed("reference/leaked:addon.node", report));
  EXPECT_TRUE(Suppressed("reference/leaked:^addon", report));
  EXPECT_FALSE(Suppressed("reference/leaked:other", report));
}

TEST(Suppressions, APlaceNeverMatchesWhatIsNotKnown) {
  Report report;
  report.rule = RuleId::WorkLeaked;
  report.at.emplace_back();
  EXPECT_FALSE(Suppressed("async-work/leaked:*", report));
  EXPECT_TRUE(Suppressed("async-work/leaked", report));
}

TEST(Suppressions, AnyFrameMayMatchAndHitsAreCounted) {
  Report report = ReportAt(RuleId::WorkLeaked, "Inner", "", "");
  report.at.emplace_back();
  report.at[1].function = "Outer";
  std::vector<Suppression> list = Parse("*:Nobody\n*:Outer\n");
  EXPECT_EQ(FindSuppression(list, report), &list[1]);
  EXPECT_EQ(FindSuppression(list, report), &list[1]);
  EXPECT_EQ(DescribeSuppressions(list),
            "napisan: suppression *:Nobody: not used\n"
            "napisan: suppression *:Outer: 2 hits\n");
}

TEST(Suppressions, TheFirstThatMatchesHasTheHit) {
  Report report = ReportAt(RuleId::WorkLeaked, "f", "", "");
  std::vector<Suppression> list = Parse("async-work/*:f\nasync-work/leaked\n");
  EXPECT_EQ(FindSuppression(list, report), &list[0]);
  EXPECT_EQ(list[0].hits, 1u);
  EXPECT_EQ(list[1].hits, 0u);
}

TEST(Suppressions, LinesMayEndAsOnWindowsAndTheLastOneNeedsNoEnd) {
  std::vector<Suppression> list = Parse("async-work/leaked\r\n\r\nreference/leaked:a b \r\n*:x");
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[0].rule, "async-work/leaked");
  EXPECT_EQ(list[0].place, "");
  EXPECT_EQ(list[1].place, "a b");
  EXPECT_EQ(list[2].place, "x");
}

TEST(SuppressionsMisuse, EachMistakeNamesItsLine) {
  std::vector<Suppression> list;
  EXPECT_EQ(ParseSuppressions("# ok\n\nasync-work/leakd\n", list),
            "line 3: no rule is called \"async-work/leakd\"; did you mean \"async-work/leaked\"?");
  EXPECT_EQ(ParseSuppressions("async-work/leaked:\n", list),
            "line 1: nothing stands after \"async-work/leaked:\"");
  EXPECT_NE(ParseSuppressions("nothing/*\n", list), std::nullopt) << "no rule is like that";
  EXPECT_NE(ParseSuppressions(":somewhere\n", list), std::nullopt);
}

TEST(Suppressions, AFileIsReadWhole) {
  std::string path = testing::TempDir() + "/napisan_suppressions_long." + std::to_string(getpid());
  constexpr int kLines = 2000;  // many blocks of reading
  {
    std::ofstream file(path);
    for (int i = 0; i < kLines; ++i) file << "async-work/leaked:Function" << i << "\n";
  }
  std::vector<Suppression> list = LoadSuppressions(path);
  unlink(path.c_str());
  ASSERT_EQ(list.size(), static_cast<size_t>(kLines));
  EXPECT_EQ(list.back().place, "Function1999");
  EXPECT_TRUE(LoadSuppressions("").empty());
}

TEST(SuppressionsDeathTest, AFileThatCannotBeReadEndsTheProcessWithStatus2) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(
      {
        setenv("NAPISAN_OPTIONS", "suppressions=/no/such/file", 1);
        PrepareSink();
      },
      testing::ExitedWithCode(2), "^napisan: cannot read suppressions /no/such/file: No such file");
  EXPECT_EXIT(LoadSuppressions("/"), testing::ExitedWithCode(2), "Is a directory");
}

TEST(SuppressionsDeathTest, AFileWithAMistakeEndsTheProcessWithStatus2) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  std::string path = testing::TempDir() + "/napisan_suppressions." + std::to_string(getpid());
  std::ofstream(path) << "nonsense\n";
  EXPECT_EXIT(LoadSuppressions(path), testing::ExitedWithCode(2),
              "^napisan: suppressions .*, line 1: no rule is called \"nonsense\".*\n$");
  unlink(path.c_str());
}

}  // namespace
}  // namespace napisan::checker
