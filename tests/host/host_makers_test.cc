// The short functions that make, ask or change one value, each once, where no other test needs it.
#include "host_test.h"

namespace napisan {
namespace {

class HostMakers : public HostTest {};

TEST_F(HostMakers, NumbersAndBooleans) {
  Run([](napi_env env) {
    napi_value value = nullptr;
    bool truth = false;
    ASSERT_NAPI(napi_get_boolean(env, true, &value));
    EXPECT_NAPI(napi_get_value_bool(env, value, &truth));
    EXPECT_TRUE(truth);
    ASSERT_NAPI(napi_create_int32(env, -5, &value));
    EXPECT_EQ(AsNumber(env, value), -5);
    ASSERT_NAPI(napi_create_uint32(env, 4000000000u, &value));
    EXPECT_EQ(AsNumber(env, value), 4e9);
    ASSERT_NAPI(napi_create_int64(env, int64_t{1} << 40, &value));
    EXPECT_EQ(AsNumber(env, value), 1099511627776.0);
    uint64_t word = 0;
    bool lossless = false;
    ASSERT_NAPI(napi_create_bigint_uint64(env, UINT64_MAX, &value));
    EXPECT_NAPI(napi_get_value_bigint_uint64(env, value, &word, &lossless));
    EXPECT_EQ(word, UINT64_MAX);
    EXPECT_TRUE(lossless);
    ASSERT_NAPI(napi_coerce_to_bool(env, Text(env, ""), &value));
    EXPECT_NAPI(napi_get_value_bool(env, value, &truth));
    EXPECT_FALSE(truth);
  });
}

TEST_F(HostMakers, PropertyKeysAreStrings) {
  Run([](napi_env env) {
    napi_value keys[3] = {};
    ASSERT_NAPI(node_api_create_property_key_latin1(env, "key", 3, &keys[0]));
    ASSERT_NAPI(node_api_create_property_key_utf8(env, "key", NAPI_AUTO_LENGTH, &keys[1]));
    ASSERT_NAPI(node_api_create_property_key_utf16(env, u"key", 3, &keys[2]));
    napi_value object = Object(env);
    for (int i = 0; i < 3; ++i) {
      ASSERT_NAPI(napi_set_property(env, object, keys[i], Number(env, i)));
      EXPECT_EQ(AsNumber(env, Get(env, object, "key")), i);
    }
  });
}

TEST_F(HostMakers, Errors) {
  Run([](napi_env env) {
    napi_value error = nullptr;
    ASSERT_NAPI(napi_create_range_error(env, nullptr, Text(env, "too far"), &error));
    EXPECT_EQ(AsText(env, Get(env, error, "name")), "RangeError");
    ASSERT_NAPI(node_api_create_syntax_error(env, Text(env, "CODE"), Text(env, "what"), &error));
    EXPECT_EQ(AsText(env, Get(env, error, "name")), "SyntaxError");
    EXPECT_EQ(AsText(env, Get(env, error, "code")), "CODE");
    EXPECT_NAPI(napi_throw_type_error(env, nullptr, "wrong type"));
    EXPECT_EQ(TakeException(env), "wrong type");
    EXPECT_NAPI(node_api_throw_syntax_error(env, "CODE", "wrong syntax"));
    EXPECT_EQ(TakeException(env), "wrong syntax");
  });
}

TEST_F(HostMakers, ArraysAndDates) {
  Run([](napi_env env) {
    napi_value array = nullptr, names = nullptr, date = nullptr;
    bool is = false;
    bool deleted = false;
    ASSERT_NAPI(napi_create_array(env, &array));
    EXPECT_NAPI(napi_is_array(env, array, &is));
    EXPECT_TRUE(is);
    ASSERT_NAPI(napi_set_element(env, array, 0, Number(env, 1)));
    EXPECT_NAPI(napi_delete_element(env, array, 0, &deleted));
    EXPECT_TRUE(deleted);
    EXPECT_NAPI(napi_has_element(env, array, 0, &is));
    EXPECT_FALSE(is);
    napi_value object = Object(env);
    ASSERT_NAPI(napi_set_named_property(env, object, "only", Number(env, 1)));
    ASSERT_NAPI(napi_get_property_names(env, object, &names));
    napi_value name = nullptr;
    ASSERT_NAPI(napi_get_element(env, names, 0, &name));
    EXPECT_EQ(AsText(env, name), "only");
    ASSERT_NAPI(napi_create_date(env, 86400000, &date));
    EXPECT_NAPI(napi_is_date(env, date, &is));
    EXPECT_TRUE(is);
    EXPECT_NAPI(napi_is_date(env, object, &is));
    EXPECT_FALSE(is);
  });
}

}  // namespace
}  // namespace napisan
