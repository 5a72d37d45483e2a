#include "checker/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "checker/sink.h"
#include "checker/suppressions.h"

namespace napisan::checker {
namespace {

using testing::HasSubstr;

TEST(Options, DefaultsAreThoseOfTheTable) {
  Options options;
  EXPECT_FALSE(options.halt_on_error);
  EXPECT_EQ(options.exitcode, 66);
  EXPECT_EQ(options.log_path, "stderr");
  EXPECT_EQ(options.color, Color::kAuto);
  EXPECT_EQ(options.stack, Stack::kCallsite);
}

TEST(Options, ParseTakesEverySeparatorAndType) {
  Options options;
  EXPECT_EQ(ParseOptions("halt_on_error=1:exitcode=3,color=always stack=full\thistory=no\n"
                         "profile=openharmony::",
                         options),
            std::nullopt);
  EXPECT_TRUE(options.halt_on_error);
  EXPECT_EQ(options.exitcode, 3);
  EXPECT_EQ(options.color, Color::kAlways);
  EXPECT_EQ(options.stack, Stack::kFull);
  EXPECT_FALSE(options.history);
  EXPECT_EQ(options.profile, "openharmony");
}

TEST(Options, QuotesKeepSeparatorsInAValue) {
  Options options;
  EXPECT_EQ(ParseOptions("log_path='/a b:c':json_path=\"x,y\":exitcode=1", options), std::nullopt);
  EXPECT_EQ(options.log_path, "/a b:c");
  EXPECT_EQ(options.json_path, "x,y");
  EXPECT_EQ(ParseOptions("profile='openharmony:cancel_status=guide'", options), std::nullopt);
  EXPECT_EQ(options.profile, "openharmony:cancel_status=guide");
  EXPECT_EQ(options.exitcode, 1);
}

TEST(Options, LaterValuesReplaceEarlierOnes) {
  Options options;
  EXPECT_EQ(ParseOptions("exitcode=1:exitcode=2", options), std::nullopt);
  EXPECT_EQ(options.exitcode, 2);
}

TEST(Options, EmptyTextIsNoMistake) {
  Options options;
  EXPECT_EQ(ParseOptions("", options), std::nullopt);
  EXPECT_EQ(ParseOptions(" : ,", options), std::nullopt);
}

std::string ErrorOf(const char* text) {
  Options options;
  return ParseOptions(text, options).value_or("no error");
}

TEST(OptionsMisuse, EachMistakeIsOneLineThatSaysWhatWouldBeRight) {
  EXPECT_EQ(ErrorOf("halt_on_eror=1"),
            "unknown option \"halt_on_eror\"; did you mean \"halt_on_error\"?");
  EXPECT_EQ(ErrorOf("exitcode"), "expected \"=\" after \"exitcode\"");
  EXPECT_EQ(ErrorOf("exitcode=12x"),
            "bad value \"12x\" for option \"exitcode\": expected a whole number from 0");
  EXPECT_EQ(ErrorOf("exitcode=-1"),
            "bad value \"-1\" for option \"exitcode\": expected a whole number from 0");
  EXPECT_EQ(ErrorOf("exitcode=99999999999"),
            "bad value \"99999999999\" for option \"exitcode\": expected a whole number from 0");
  EXPECT_EQ(ErrorOf("exitcode=256"),
            "bad value 256 for option \"exitcode\": an exit status is at most 255");
  EXPECT_EQ(ErrorOf("halt_on_error=2"),
            "bad value \"2\" for option \"halt_on_error\": expected 0 or 1");
  EXPECT_EQ(ErrorOf("color=blue"),
            "bad value \"blue\" for option \"color\": expected auto, always or never");
  EXPECT_EQ(ErrorOf("log_path='x"), "the quote of option \"log_path\" is not closed");
  EXPECT_THAT(ErrorOf("profile=node18"), HasSubstr("expected node20"));
}

TEST(OptionsDeathTest, AControlCharacterDoesNotReachTheTerminal) {
  EXPECT_EXIT(FailUsage("unknown option \"\x1b[2J\""), testing::ExitedWithCode(2),
              "^napisan: unknown option \"\\\\x1b\\[2J\"\n$");
}

TEST(Options, HelpListsEveryOption) {
  std::string help = OptionsHelp();
#define OPTION(type, name, default_value, text) EXPECT_THAT(help, HasSubstr("  " #name " "));
#include "checker/options.def"
#undef OPTION
  EXPECT_THAT(help, HasSubstr("(default: 66)"));
}

// GetOptions parses once a process, so these ask a child.
TEST(OptionsDeathTest, AMistakeInTheEnvironmentEndsTheProcessWithStatus2) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(
      {
        setenv("NAPISAN_OPTIONS", "exitcod=1", 1);
        GetOptions();
      },
      testing::ExitedWithCode(2),
      "^napisan: NAPISAN_OPTIONS: unknown option \"exitcod\"; did you mean \"exitcode\"\\?\n$");
}

TEST(OptionsDeathTest, HelpIsPrintedAndTheProcessGoesOn) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(
      {
        setenv("NAPISAN_OPTIONS", "help=1:exitcode=7", 1);
        _exit(GetOptions().exitcode);
      },
      testing::ExitedWithCode(7), "halt_on_error");
}

Report ReportAt(RuleId rule, const char* function, const char* file, const char* image) {
  Report report;
  report.rule = rule;
  report.at.emplace_back();
  report.at[0].function = function;
  report.at[0].file = file;
  report.at[0].image = image;
  return report;
}

bool Suppressed(const char* text, const Report& report) {
  std::vector<Suppression> list;
  EXPECT_EQ(ParseSuppressions(text, list), std::nullopt) << text;
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

TEST(Suppressions, AnyFrameMayMatchAndHitsAreCounted) {
  Report report = ReportAt(RuleId::WorkLeaked, "Inner", "", "");
  report.at.emplace_back();
  report.at[1].function = "Outer";
  std::vector<Suppression> list;
  ASSERT_EQ(ParseSuppressions("*:Nobody\n*:Outer\n", list), std::nullopt);
  EXPECT_EQ(FindSuppression(list, report), &list[1]);
  EXPECT_EQ(FindSuppression(list, report), &list[1]);
  EXPECT_EQ(DescribeSuppressions(list),
            "napisan: suppression *:Nobody: not used\n"
            "napisan: suppression *:Outer: 2 hits\n");
}

TEST(SuppressionsMisuse, EachMistakeNamesItsLine) {
  std::vector<Suppression> list;
  EXPECT_EQ(ParseSuppressions("# ok\n\nasync-work/leakd\n", list),
            "line 3: no rule is called \"async-work/leakd\"; did you mean \"async-work/leaked\"?");
  EXPECT_EQ(ParseSuppressions("async-work/leaked:\n", list),
            "line 1: nothing stands after \"async-work/leaked:\"");
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
