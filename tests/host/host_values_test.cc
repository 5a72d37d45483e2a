// Numbers, bigints, symbols, dates and coercions of the host, and what a module asks about its
// runtime. Expected values are what Node 24 answers.
#include <gtest/gtest.h>

#include <climits>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "host/agent.h"
#include "host/bigint.h"
#include "host/entry.h"
#include "host/env.h"
#include "host/strings.h"

namespace napisan::host {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

class HostValues : public testing::Test {
 protected:
  napi_value Utf8(std::string_view text) {
    napi_value value = nullptr;
    EXPECT_EQ(api.napi_create_string_utf8(env, text.data(), text.size(), &value), napi_ok);
    return value;
  }
  napi_value Number(double number) {
    napi_value value = nullptr;
    EXPECT_EQ(api.napi_create_double(env, number, &value), napi_ok);
    return value;
  }
  std::string Text(napi_value value) { return ToUtf8(*AsString(value->value)); }
  bool TakePending() {
    bool pending = !env->last_exception.IsHole();
    env->last_exception = Value::Hole();
    return pending;
  }

  const HostTable& api = kHostTable;
  Agent agent{{}};
  napi_env env = agent.NewEnv("test", 8);
  AutoScope scope{agent.handles()};
};

TEST_F(HostValues, IntegersAreReadModuloOrSaturated) {
  struct Row {
    double number;
    int32_t i32;
    uint32_t u32;
    int64_t i64;
  };
  const Row rows[] = {
      {kNan, 0, 0, 0},
      {-kInfinity, 0, 0, 0},
      {1e300, 0, 0, INT64_MAX},
      {-1e300, 0, 0, INT64_MIN},
      {4294967295.0, -1, 4294967295u, 4294967295},
      {-2147483649.0, 2147483647, 2147483647u, -2147483649},
      {-1.9, -1, 4294967295u, -1},
      {9223372036854775808.0, 0, 0, INT64_MAX},
      {9.3e18, -81657856, 4213309440u, INT64_MAX},
      {1e21, -559939584, 3735027712u, INT64_MAX},
      {1.5e10, 2115098112, 2115098112u, 15000000000},
  };
  for (const Row& row : rows) {
    int32_t i32;
    uint32_t u32;
    int64_t i64;
    napi_value value = Number(row.number);
    EXPECT_EQ(api.napi_get_value_int32(env, value, &i32), napi_ok);
    EXPECT_EQ(api.napi_get_value_uint32(env, value, &u32), napi_ok);
    EXPECT_EQ(api.napi_get_value_int64(env, value, &i64), napi_ok);
    EXPECT_EQ(i32, row.i32) << row.number;
    EXPECT_EQ(u32, row.u32) << row.number;
    EXPECT_EQ(i64, row.i64) << row.number;
  }
  bool boolean;
  EXPECT_EQ(api.napi_get_value_bool(env, Number(1), &boolean), napi_boolean_expected);
}

TEST_F(HostValues, BigIntsAreSignAndMagnitude) {
  napi_value value;
  uint64_t words[] = {0, 5, 0, 0};
  EXPECT_EQ(api.napi_create_bigint_words(env, 1, 4, words, &value), napi_ok);
  EXPECT_EQ(ToDecimal(*AsBigInt(value->value)), "-92233720368547758080");
  int sign = 9;
  size_t count = 1;
  uint64_t out[] = {9, 9};
  EXPECT_EQ(api.napi_get_value_bigint_words(env, value, &sign, &count, out), napi_ok);
  EXPECT_EQ(count, 2u);
  EXPECT_EQ(sign, 1);
  EXPECT_EQ(out[0], 0u);
  EXPECT_EQ(out[1], 9u);
  EXPECT_EQ(api.napi_get_value_bigint_words(env, value, &sign, &count, nullptr), napi_invalid_arg);
  int64_t i64;
  uint64_t u64;
  bool lossless = true;
  EXPECT_EQ(api.napi_get_value_bigint_int64(env, value, &i64, &lossless), napi_ok);
  EXPECT_FALSE(lossless);
  EXPECT_EQ(api.napi_create_bigint_int64(env, INT64_MIN, &value), napi_ok);
  EXPECT_EQ(api.napi_get_value_bigint_int64(env, value, &i64, &lossless), napi_ok);
  EXPECT_TRUE(lossless);
  EXPECT_EQ(i64, INT64_MIN);
  EXPECT_EQ(api.napi_get_value_bigint_uint64(env, value, &u64, &lossless), napi_ok);
  EXPECT_FALSE(lossless);
  EXPECT_EQ(u64, uint64_t{1} << 63);
  // Minus zero is zero, and has no words.
  EXPECT_EQ(api.napi_create_bigint_words(env, 1, 1, words, &value), napi_ok);
  EXPECT_EQ(api.napi_get_value_bigint_words(env, value, nullptr, &count, nullptr), napi_ok);
  EXPECT_EQ(count, 0u);
  EXPECT_EQ(ToDecimal(*AsBigInt(value->value)), "0");
}

TEST_F(HostValues, LongBigIntsLiveOutOfLine) {
  std::vector<uint64_t> words(20, UINT64_MAX);
  napi_value value;
  EXPECT_EQ(api.napi_create_bigint_words(env, 0, words.size(), words.data(), &value), napi_ok);
  BigInt& bigint = *AsBigInt(value->value);
  EXPECT_TRUE(Equal(bigint, *NewBigInt(agent, false, words.data(), words.size())));
  EXPECT_FALSE(Equal(bigint, *NewBigInt(agent, true, words.data(), words.size())));
  // 2^1280 - 1
  EXPECT_EQ(ToDecimal(bigint).size(), 386u);
  EXPECT_EQ(ToDecimal(bigint).substr(0, 12), "208158643893");
  ReleaseBigInt(agent, bigint);
}

TEST_F(HostValues, OverlongBigIntsThrow) {
  uint64_t word = 1;
  napi_value value;
  EXPECT_EQ(api.napi_create_bigint_words(env, 0, size_t{INT_MAX} + 1, &word, &value),
            napi_invalid_arg);
  EXPECT_FALSE(TakePending());
  EXPECT_EQ(api.napi_create_bigint_words(env, 0, kBigIntWordsMax + 1, &word, &value),
            napi_pending_exception);
  EXPECT_TRUE(TakePending());
}

TEST_F(HostValues, RegisteredSymbolsAreTheSameByDescription) {
  napi_value a, b, other, local;
  EXPECT_EQ(api.node_api_symbol_for(env, "name", NAPI_AUTO_LENGTH, &a), napi_ok);
  EXPECT_EQ(api.node_api_symbol_for(env, "name", 4, &b), napi_ok);
  EXPECT_EQ(api.node_api_symbol_for(env, "7", 1, &other), napi_ok);
  EXPECT_EQ(api.napi_create_symbol(env, Utf8("name"), &local), napi_ok);
  EXPECT_EQ(a->value, b->value);
  EXPECT_FALSE(a->value == other->value);
  EXPECT_FALSE(a->value == local->value);
  EXPECT_EQ(api.node_api_symbol_for(env, nullptr, 1, &a), napi_invalid_arg);
  EXPECT_EQ(api.napi_create_symbol(env, Number(1), &local), napi_string_expected);
}

TEST_F(HostValues, DatesAreClippedToWholeMilliseconds) {
  auto made = [&](double time) {
    napi_value value;
    double result = 0;
    EXPECT_EQ(api.napi_create_date(env, time, &value), napi_ok);
    EXPECT_EQ(api.napi_get_date_value(env, value, &result), napi_ok);
    return result;
  };
  EXPECT_EQ(made(1.9), 1);
  EXPECT_EQ(made(-1.9), -1);
  EXPECT_FALSE(std::signbit(made(-0.0)));
  EXPECT_EQ(made(8.64e15), 8.64e15);
  EXPECT_TRUE(std::isnan(made(8.64e15 + 1)));
  EXPECT_TRUE(std::isnan(made(kInfinity)));
  double result;
  EXPECT_EQ(api.napi_get_date_value(env, Number(1), &result), napi_date_expected);
}

TEST_F(HostValues, PendingExceptionsRefuseWhatMayRunJavaScript) {
  env->last_exception = Number(1)->value;
  napi_value value;
  EXPECT_EQ(api.napi_create_date(env, 0, nullptr), napi_pending_exception);
  EXPECT_EQ(api.napi_coerce_to_string(env, nullptr, nullptr), napi_pending_exception);
  EXPECT_EQ(api.napi_create_double(env, 0, &value), napi_ok);
  EXPECT_EQ(api.napi_create_string_utf8(env, "", 0, &value), napi_ok);
  EXPECT_TRUE(TakePending());
}

TEST_F(HostValues, CoercionsThatThrowAnswerWhatTheyExpected) {
  napi_value symbol, result;
  EXPECT_EQ(api.napi_create_symbol(env, nullptr, &symbol), napi_ok);
  EXPECT_EQ(api.napi_coerce_to_number(env, symbol, &result), napi_number_expected);
  EXPECT_TRUE(TakePending());
  EXPECT_EQ(api.napi_coerce_to_string(env, symbol, &result), napi_string_expected);
  EXPECT_TRUE(TakePending());
  EXPECT_EQ(api.napi_get_undefined(env, &result), napi_ok);
  EXPECT_EQ(api.napi_coerce_to_object(env, result, &result), napi_object_expected);
  EXPECT_TRUE(TakePending());
  EXPECT_EQ(api.napi_coerce_to_string(env, Number(1.5), &result), napi_ok);
  EXPECT_EQ(Text(result), "1.5");
}

TEST_F(HostValues, ScriptsAreRefused) {
  napi_value result;
  EXPECT_EQ(api.napi_run_script(env, Number(1), &result), napi_string_expected);
  EXPECT_EQ(api.napi_run_script(env, Utf8("1"), nullptr), napi_invalid_arg);
  EXPECT_EQ(api.napi_run_script(env, Utf8("1"), &result), napi_cannot_run_js);
  EXPECT_FALSE(TakePending());
}

TEST_F(HostValues, TheRuntimeSaysWhatItsProfileIs) {
  uint32_t version = 0;
  EXPECT_EQ(api.napi_get_version(env, &version), napi_ok);
  EXPECT_EQ(version, 10u);
  const napi_node_version* node = nullptr;
  EXPECT_EQ(api.napi_get_node_version(env, &node), napi_ok);
  EXPECT_EQ(node->major, 24u);
  EXPECT_STREQ(node->release, "node");
  int64_t adjusted = 0;
  EXPECT_EQ(api.napi_adjust_external_memory(env, 100, &adjusted), napi_ok);
  EXPECT_EQ(api.napi_adjust_external_memory(agent.NewEnv("other", 8), -30, &adjusted), napi_ok);
  EXPECT_EQ(adjusted, 70);
}

TEST_F(HostValues, ModuleFileNamesAreUrls) {
  const char* name = nullptr;
  const char* again = nullptr;
  napi_env other = agent.NewEnv("/a b/\xc3\xa9#?%.node", 8);
  EXPECT_EQ(api.node_api_get_module_file_name(other, &name), napi_ok);
  EXPECT_STREQ(name, "file:///a%20b/%C3%A9%23%3F%25.node");
  EXPECT_EQ(api.node_api_get_module_file_name(other, &again), napi_ok);
  EXPECT_EQ(name, again);
}

TEST(HostFatalErrorDeathTest, SaysWhereAndWhatAndAborts) {
  EXPECT_DEATH(kHostTable.napi_fatal_error("here", 2, "it broke", NAPI_AUTO_LENGTH),
               "FATAL ERROR: he it broke");
}

}  // namespace
}  // namespace napisan::host
