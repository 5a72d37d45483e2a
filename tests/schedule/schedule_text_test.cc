#include "explore/schedule_text.h"

#include <gtest/gtest.h>

namespace napisan::explore {
namespace {

TEST(ScheduleText, ComesBackAsItWas) {
  for (const char* text : {"1", "1,0.13.2", "1,0.13.2,2.5.0.1,x.7.3"}) {
    std::optional<Deviations> deviations = ParseSchedule(text);
    ASSERT_TRUE(deviations) << text;
    EXPECT_EQ(ScheduleText(*deviations), text);
  }
}

TEST(ScheduleText, SaysWhichDecisionAndWhoGoesOn) {
  std::optional<Deviations> deviations = ParseSchedule("1,4.13.2.1,x.9.0");
  ASSERT_TRUE(deviations);
  ASSERT_EQ(deviations->size(), 2u);
  EXPECT_EQ((*deviations)[0].key.strand, 4);
  EXPECT_EQ((*deviations)[0].key.point, 13u);
  EXPECT_EQ((*deviations)[0].key.ordinal, 1);
  EXPECT_EQ((*deviations)[0].strand, 2);
  EXPECT_EQ((*deviations)[1].key.strand, schedule::kOutsideKey);
}

TEST(ScheduleText, RefusesWhatIsNone) {
  for (const char* text : {"", "2", "1,", "1,1", "1,1.2", "1,1.2.", "1,1.2.3.", "1,1.2.3.4.5",
                           "1;1.2.3", "1,256.2.3", "1,a.2.3", "1,1.2.3 ", "1,1.99999999999.3"}) {
    EXPECT_FALSE(ParseSchedule(text)) << text;
  }
}

}  // namespace
}  // namespace napisan::explore
