#include "checker/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

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

}  // namespace
}  // namespace napisan::checker
