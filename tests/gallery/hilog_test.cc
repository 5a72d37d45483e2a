// What "hilog/log.h" prints, held against the documentation of OpenHarmony's HiLog.
#define LOG_DOMAIN 0x3200
#define LOG_TAG "MY_TAG"
#include "hilog/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

extern "C" void LogInC(int number);

namespace {

std::string g_message;
void Remember(const LogType, const LogLevel, const unsigned int, const char*, const char* message) {
  g_message = message;
}

class HiLog : public testing::Test {
 protected:
  void SetUp() override {
    g_message.clear();
    OH_LOG_SetCallback(Remember);
    OH_LOG_SetMinLogLevel(LOG_INFO);
    testing::internal::CaptureStderr();
  }
  void TearDown() override {
    OH_LOG_SetCallback(nullptr);
    if (!taken_) testing::internal::GetCapturedStderr();
  }
  std::string Printed() {
    taken_ = true;
    return testing::internal::GetCapturedStderr();
  }

 private:
  bool taken_ = false;
};

TEST_F(HiLog, ShowsWhatIsPublicAndHidesTheRest) {
  OH_LOG_INFO(LOG_APP, "Failed to visit %{private}s, reason:%{public}d.", "url", 11);
  EXPECT_EQ(g_message, "Failed to visit <private>, reason:11.");
  OH_LOG_INFO(LOG_APP, "%d and %{public}s", 4, "five");
  EXPECT_EQ(g_message, "<private> and five");
}

TEST_F(HiLog, PrintsALineAsTheDeviceDoes) {
  OH_LOG_ERROR(LOG_APP, "it failed");
  EXPECT_THAT(Printed(),
              testing::MatchesRegex("[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3} "
                                    "+[0-9]+ +[0-9]+ E A03200/MY_TAG: it failed\n"));
}

TEST_F(HiLog, TakesTheArgumentsOfHiddenConversionsToo) {
  OH_LOG_INFO(LOG_APP, "%f %lld %s %{public}.2f|%{public}5d|%{public}-5d|", 1.5, 1LL, "s", 2.345, 7,
              8);
  EXPECT_EQ(g_message, "<private> <private> <private> 2.35|    7|8    |");
  OH_LOG_INFO(LOG_APP, "%*d %{public}*d %{public}.*f", 9, 1, 4, 2, 1, 3.14159);
  EXPECT_EQ(g_message, "<private>    2 3.1");
}

TEST_F(HiLog, KnowsTheLengthsOfPrintf) {
  OH_LOG_INFO(LOG_APP, "%{public}ld %{public}llu %{public}zu %{public}hhd", -1L,
              18446744073709551615ULL, sizeof(int), 3);
  EXPECT_EQ(g_message, "-1 18446744073709551615 4 3");
  OH_LOG_INFO(LOG_APP, "%{public}x %{public}c %{public}Lg", 255U, 'q', 2.5L);
  EXPECT_EQ(g_message, "ff q 2.5");
}

TEST_F(HiLog, LeavesPercentSignsAndUnknownConversionsAlone) {
  OH_LOG_INFO(LOG_APP, "100%% %{public}d", 1);
  EXPECT_EQ(g_message, "100% 1");
  char const* unknown = "%{public}n rest";
  OH_LOG_Print(LOG_APP, LOG_INFO, 0, "t", unknown);
  EXPECT_EQ(g_message, unknown);
  char const* cut = "cut %{public}";
  OH_LOG_Print(LOG_APP, LOG_INFO, 0, "t", cut);
  EXPECT_EQ(g_message, cut);
}

TEST_F(HiLog, CutsLongMessagesAndTags) {
  std::string const long_message(5000, 'm');
  std::string const long_tag(40, 't');
  OH_LOG_Print(LOG_APP, LOG_INFO, 0, long_tag.c_str(), "%{public}s!", long_message.c_str());
  EXPECT_EQ(g_message, std::string(4095, 'm'));
  EXPECT_NE(Printed().find("/" + std::string(31, 't') + ": "), std::string::npos);
}

TEST_F(HiLog, DropsWhatIsBelowTheMinimumLevel) {
  OH_LOG_DEBUG(LOG_APP, "not seen");
  EXPECT_EQ(g_message, "");
  EXPECT_FALSE(OH_LOG_IsLoggable(0, "t", LOG_DEBUG));
  OH_LOG_SetMinLogLevel(LOG_DEBUG);
  OH_LOG_DEBUG(LOG_APP, "seen");
  EXPECT_EQ(g_message, "seen");
}

TEST_F(HiLog, RefusesWhatIsNoMessage) {
  EXPECT_LT(OH_LOG_PrintMsg(LOG_APP, LOG_INFO, 0, "t", nullptr), 0);
  EXPECT_LT(OH_LOG_PrintMsg(LOG_APP, static_cast<LogLevel>(9), 0, "t", "m"), 0);
  EXPECT_GE(OH_LOG_PrintMsg(LOG_APP, LOG_INFO, 0, nullptr, "no tag"), 0);
  EXPECT_GE(OH_LOG_PrintMsgByLen(LOG_APP, LOG_INFO, 0, "tag", 1, "message", 4), 0);
  EXPECT_EQ(g_message, "mess");
}

TEST_F(HiLog, SharesOneSetOfFunctionsBetweenCAndCpp) {
  LogInC(2);
  EXPECT_EQ(g_message, "number 2 of <private>");
  EXPECT_NE(Printed().find("W A03201/in C: "), std::string::npos);
}

}  // namespace
