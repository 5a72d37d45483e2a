// Twins are held to what they say: without this, a test could name a rule in vain.
#include "twins.h"

#include <gtest/gtest-spi.h>

namespace napisan {
namespace {

TEST(TwinsOfRules, ATestThatSaysNothingIsHeldToNothing) {
  Twins twins;
  twins.NoteReport("a/rule");
  twins.Judge();
}

TEST(TwinsOfRules, ANegativeTwinEndsInItsReport) {
  Twins twins;
  twins.Breaks("a/rule", "another/rule");
  twins.NoteReport("another/rule");
  twins.NoteReport("a/rule");
  twins.Judge();
}

TEST(TwinsOfRules, ANegativeTwinWithoutItsReportFails) {
  EXPECT_NONFATAL_FAILURE(
      {
        Twins twins;
        twins.Breaks("a/rule");
        twins.NoteReport("another/rule");
        twins.Judge();
      },
      "says that it breaks it");
}

TEST(TwinsOfRules, APositiveTwinRunsAndHasNoReport) {
  Twins twins;
  twins.Keeps("a/rule");
  twins.NoteRun();
  twins.Judge();
}

TEST(TwinsOfRules, APositiveTwinWithAnyReportFails) {
  EXPECT_NONFATAL_FAILURE(
      {
        Twins twins;
        twins.Keeps("a/rule");
        twins.NoteRun();
        twins.NoteReport("another/rule");
        twins.Judge();
      },
      "has no report at all");
}

TEST(TwinsOfRules, APositiveTwinThatRunsNothingFails) {
  EXPECT_NONFATAL_FAILURE(
      {
        Twins twins;
        twins.Keeps("a/rule");
        twins.Judge();
      },
      "a module that does nothing");
}

}  // namespace
}  // namespace napisan
