// Text of the host, and its conversions to and from numbers. Expected values are what Node 24
// answers.
#include <gtest/gtest.h>

#include <climits>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "host/agent.h"
#include "host/entry.h"
#include "host/env.h"
#include "host/strings.h"

namespace napisan::host {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

class HostStrings : public testing::Test {
 protected:
  napi_value Utf8(std::string_view text) {
    napi_value value = nullptr;
    EXPECT_EQ(api.napi_create_string_utf8(env, text.data(), text.size(), &value), napi_ok);
    return value;
  }
  napi_value Utf16(std::u16string_view text) {
    napi_value value = nullptr;
    EXPECT_EQ(api.napi_create_string_utf16(env, text.data(), text.size(), &value), napi_ok);
    return value;
  }
  napi_value Number(double number) {
    napi_value value = nullptr;
    EXPECT_EQ(api.napi_create_double(env, number, &value), napi_ok);
    return value;
  }
  std::u16string Units(napi_value value) {
    char16_t buffer[256];
    size_t length = 0;
    EXPECT_EQ(api.napi_get_value_string_utf16(env, value, buffer, 256, &length), napi_ok);
    EXPECT_EQ(buffer[length], 0);
    return {buffer, length};
  }
  std::string Text(napi_value value) { return ToUtf8(*AsString(value->value)); }
  double ToNumber(std::string_view text) { return StringToNumber(*AsString(Utf8(text)->value)); }

  const HostTable& api = kHostTable;
  Agent agent{{}};
  napi_env env = agent.NewEnv("test", 8);
  AutoScope scope{agent.handles()};
};

TEST_F(HostStrings, MalformedUtf8DecodesAsTheWhatwgDecoderHasIt) {
  EXPECT_EQ(Units(Utf8("abc")), u"abc");
  EXPECT_EQ(Units(Utf8("\xff\xfe")), u"\ufffd\ufffd");
  EXPECT_EQ(Units(Utf8("\xe2\x82")), u"\ufffd");
  EXPECT_EQ(Units(Utf8("\xe2\x82\xac")), u"\u20ac");
  EXPECT_EQ(Units(Utf8("\xf0\x9f\x98\x80")), u"\U0001f600");
  EXPECT_EQ(Units(Utf8("\xed\xa0\x80")), u"\ufffd\ufffd\ufffd");
  EXPECT_EQ(Units(Utf8("\xf0\x80\x80\x80")), u"\ufffd\ufffd\ufffd\ufffd");
  EXPECT_EQ(Units(Utf8("\xc0\x80")), u"\ufffd\ufffd");
  EXPECT_EQ(Units(Utf8("\xf4\x90\x80\x80")), u"\ufffd\ufffd\ufffd\ufffd");
  EXPECT_EQ(Units(Utf8("a\xf0\x9f\x98")), u"a\ufffd");
  EXPECT_EQ(Units(Utf8("\xf0\x9f\x41")), u"\ufffdA");
  EXPECT_EQ(Units(Utf8("long ascii before \xc3\xa9 and after")),
            u"long ascii before \u00e9 and after");
}

TEST_F(HostStrings, TextThatFitsLatin1IsKeptAsLatin1) {
  EXPECT_FALSE(AsString(Utf8("\xc3\xa9")->value)->two_byte());
  EXPECT_FALSE(AsString(Utf16(u"\u00ff")->value)->two_byte());
  EXPECT_TRUE(AsString(Utf16(u"\u0100")->value)->two_byte());
}

TEST_F(HostStrings, LoneSurrogatesStayAndAreReplacedInUtf8) {
  const char16_t lone[] = {0xd800, u'a', 0xdc00, 0xd83d, 0xde00};
  napi_value value = Utf16({lone, 5});
  EXPECT_EQ(Units(value), std::u16string(lone, 5));
  EXPECT_EQ(Text(value),
            "\xef\xbf\xbd"
            "a"
            "\xef\xbf\xbd\xf0\x9f\x98\x80");
  std::vector<size_t> copied;
  for (size_t size = 1; size < 14; ++size) {
    char buffer[16];
    std::memset(buffer, 'x', sizeof(buffer));
    size_t length = 77;
    EXPECT_EQ(api.napi_get_value_string_utf8(env, value, buffer, size, &length), napi_ok);
    EXPECT_EQ(buffer[length], 0);
    EXPECT_EQ(buffer[size], 'x');
    copied.push_back(length);
  }
  EXPECT_EQ(copied, (std::vector<size_t>{0, 0, 0, 3, 4, 4, 4, 7, 7, 7, 7, 11, 11}));
}

TEST_F(HostStrings, Latin1IsTruncatedToWholeCharactersInUtf8) {
  napi_value value = Utf8("ab\xc3\xa9\xc3\xa9");
  size_t expected[] = {0, 1, 2, 2, 4, 4, 6, 6};
  for (size_t size = 1; size <= 8; ++size) {
    char buffer[16];
    size_t length = 77;
    EXPECT_EQ(api.napi_get_value_string_utf8(env, value, buffer, size, &length), napi_ok);
    EXPECT_EQ(length, expected[size - 1]) << size;
  }
}

TEST_F(HostStrings, ReadingWithoutRoomTellsLengths) {
  napi_value value = Utf16(u"\u20ac\u00e9x");
  size_t length = 77;
  EXPECT_EQ(api.napi_get_value_string_utf8(env, value, nullptr, 0, &length), napi_ok);
  EXPECT_EQ(length, 6u);
  EXPECT_EQ(api.napi_get_value_string_latin1(env, value, nullptr, 0, &length), napi_ok);
  EXPECT_EQ(length, 3u);
  char buffer[4] = "xyz";
  EXPECT_EQ(api.napi_get_value_string_latin1(env, value, buffer, 0, &length), napi_ok);
  EXPECT_EQ(length, 0u);
  EXPECT_STREQ(buffer, "xyz");
  EXPECT_EQ(api.napi_get_value_string_latin1(env, value, buffer, 3, nullptr), napi_ok);
  EXPECT_STREQ(buffer, "\xac\xe9");
  EXPECT_EQ(api.napi_get_value_string_utf8(env, value, nullptr, 0, nullptr), napi_invalid_arg);
  EXPECT_EQ(api.napi_get_value_string_utf8(env, Number(1), nullptr, 0, &length),
            napi_string_expected);
  EXPECT_EQ(env->last_error.error_code, napi_string_expected);
}

TEST_F(HostStrings, ArgumentsAreCheckedAsInNode) {
  napi_value value = nullptr;
  EXPECT_EQ(api.napi_create_string_utf8(nullptr, "a", 1, &value), napi_invalid_arg);
  EXPECT_EQ(api.napi_create_string_utf8(env, nullptr, 0, &value), napi_ok);
  EXPECT_EQ(AsString(value->value)->length, 0u);
  EXPECT_EQ(api.napi_create_string_utf8(env, nullptr, 1, &value), napi_invalid_arg);
  EXPECT_EQ(api.napi_create_string_utf8(env, nullptr, NAPI_AUTO_LENGTH, &value), napi_invalid_arg);
  EXPECT_EQ(api.napi_create_string_utf8(env, "a", 1, nullptr), napi_invalid_arg);
  EXPECT_EQ(api.napi_create_string_utf8(env, "a", size_t{INT_MAX} + 1, &value), napi_invalid_arg);
  // Refused by its length alone: nothing is read.
  EXPECT_EQ(api.napi_create_string_latin1(env, "a", kStringLengthMax + 1, &value),
            napi_generic_failure);
}

TEST_F(HostStrings, TheSameTextHashesAndComparesEqualInEveryRepresentation) {
  char16_t wide[] =
      u"caf\u00e9 and enough text to be out of line, and to be hashed at both of "
      u"its ends only";
  napi_value external = nullptr;
  bool copied = true;
  EXPECT_EQ(api.node_api_create_external_string_utf16(env, wide, NAPI_AUTO_LENGTH, nullptr, nullptr,
                                                      &external, &copied),
            napi_ok);
  EXPECT_FALSE(copied);
  napi_value narrow = Utf16(wide);
  ASSERT_TRUE(AsString(external->value)->two_byte());
  ASSERT_FALSE(AsString(narrow->value)->two_byte());
  EXPECT_EQ(external->value.AsCell()->hash, narrow->value.AsCell()->hash);
  EXPECT_TRUE(Equal(*AsString(external->value), *AsString(narrow->value)));
  EXPECT_FALSE(Equal(*AsString(Utf8("a")->value), *AsString(Utf8("b")->value)));
}

void CountFinalizer(napi_env, void*, void* hint) { ++*static_cast<int*>(hint); }

TEST_F(HostStrings, ExternalTextIsFinalizedOnceAndEmptyTextAtOnce) {
  int finalized = 0;
  char text[] = "external";
  napi_value value = nullptr;
  auto finalize = reinterpret_cast<node_api_basic_finalize>(CountFinalizer);
  EXPECT_EQ(api.node_api_create_external_string_latin1(env, text, 0, finalize, &finalized, &value,
                                                       nullptr),
            napi_ok);
  EXPECT_EQ(finalized, 1);
  EXPECT_EQ(api.node_api_create_external_string_latin1(env, text, NAPI_AUTO_LENGTH, finalize,
                                                       &finalized, &value, nullptr),
            napi_ok);
  EXPECT_EQ(Text(value), "external");
  EXPECT_EQ(AsString(value->value)->bytes(), text);
  EXPECT_EQ(finalized, 1);
  agent.Teardown();
  EXPECT_EQ(finalized, 2);
}

TEST_F(HostStrings, ArrayIndicesAreCanonical) {
  auto index = [&](std::string_view text) { return ArrayIndex(*AsString(Utf8(text)->value)); };
  EXPECT_EQ(index("0"), 0u);
  EXPECT_EQ(index("42"), 42u);
  EXPECT_EQ(index("4294967294"), 4294967294u);
  for (const char* text : {"", "00", "01", "-1", "+1", "1.0", "4294967295", "9999999999", "1e3",
                           "12345678901", " 1"}) {
    EXPECT_EQ(index(text), kNotAnIndex) << text;
  }
}

TEST_F(HostStrings, NumbersBecomeTextAsInEcmaScript) {
  EXPECT_EQ(NumberToString(kNan), "NaN");
  EXPECT_EQ(NumberToString(-kInfinity), "-Infinity");
  EXPECT_EQ(NumberToString(-0.0), "0");
  EXPECT_EQ(NumberToString(0.1), "0.1");
  EXPECT_EQ(NumberToString(100), "100");
  EXPECT_EQ(NumberToString(-1.5), "-1.5");
  EXPECT_EQ(NumberToString(12345.678), "12345.678");
  EXPECT_EQ(NumberToString(1e20), "100000000000000000000");
  EXPECT_EQ(NumberToString(123456789012345680000.0), "123456789012345680000");
  EXPECT_EQ(NumberToString(1e21), "1e+21");
  EXPECT_EQ(NumberToString(1.25e21), "1.25e+21");
  EXPECT_EQ(NumberToString(1e-6), "0.000001");
  EXPECT_EQ(NumberToString(1.5e-7), "1.5e-7");
  EXPECT_EQ(NumberToString(5e-324), "5e-324");
  EXPECT_EQ(NumberToString(1.7976931348623157e308), "1.7976931348623157e+308");
}

TEST_F(HostStrings, TextBecomesNumbersAsInEcmaScript) {
  EXPECT_EQ(ToNumber(""), 0);
  EXPECT_EQ(ToNumber(" \t\n"), 0);
  EXPECT_EQ(ToNumber("\xc2\xa0 7\xe2\x80\xa8"), 7);
  EXPECT_EQ(ToNumber("\xef\xbb\xbf"
                     "8"),
            8);
  EXPECT_EQ(ToNumber("0x1F"), 31);
  EXPECT_EQ(ToNumber("0B101"), 5);
  EXPECT_EQ(ToNumber("0o17"), 15);
  EXPECT_EQ(ToNumber(".5"), 0.5);
  EXPECT_EQ(ToNumber("5."), 5);
  EXPECT_EQ(ToNumber("+5e-1"), 0.5);
  EXPECT_EQ(ToNumber("00012"), 12);
  EXPECT_TRUE(std::signbit(ToNumber("-0")));
  EXPECT_EQ(ToNumber("-Infinity"), -kInfinity);
  EXPECT_EQ(ToNumber("1e400"), kInfinity);
  EXPECT_EQ(ToNumber("1e99999999999999999999"), kInfinity);
  EXPECT_EQ(ToNumber("-1e-400"), 0);
  EXPECT_EQ(ToNumber("0e999"), 0);
  EXPECT_EQ(ToNumber("4e-324"), 5e-324);
  EXPECT_EQ(ToNumber("2e-324"), 0);
  EXPECT_EQ(ToNumber("0x20000000000001"), 9007199254740992.0);
  EXPECT_EQ(ToNumber("0x20000000000003"), 9007199254740996.0);
  // A tie but for the last digit.
  EXPECT_EQ(ToNumber("0x200000000000010000000000001"), std::ldexp(9007199254740994.0, 52));
  for (const char* text : {"-0x1", ".", "1_0", "inf", "nan", "infinity", "--5", "1e", "1e+", "0x",
                           "0b2", "1 2", "-", "+.e1", "\xc3\xa9", "0x1g", "1,5"}) {
    EXPECT_TRUE(std::isnan(ToNumber(text))) << text;
  }
}

}  // namespace
}  // namespace napisan::host
