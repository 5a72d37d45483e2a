// Objects, properties, arrays, type tags and wraps. Expected answers follow Node's
// js_native_api_v8.cc.
#include "host_test.h"

namespace napisan {
namespace {

using testing::ElementsAre;
class HostObjects : public HostTest {};

std::vector<std::string> Names(napi_env env, napi_value object, napi_key_collection_mode mode,
                               int filter) {
  napi_value names = nullptr;
  EXPECT_NAPI(napi_get_all_property_names(env, object, mode, static_cast<napi_key_filter>(filter),
                                          napi_key_numbers_to_strings, &names));
  uint32_t length = 0;
  EXPECT_NAPI(napi_get_array_length(env, names, &length));
  std::vector<std::string> result;
  for (uint32_t i = 0; i < length; ++i) {
    napi_value name = nullptr;
    EXPECT_NAPI(napi_get_element(env, names, i, &name));
    result.push_back(TypeOf(env, name) == napi_symbol ? "(symbol)" : AsText(env, name));
  }
  return result;
}

TEST_F(HostObjects, PropertiesAreWrittenReadAndDeleted) {
  Run([](napi_env env) {
    napi_value object = Object(env);
    EXPECT_NAPI(napi_set_named_property(env, object, "a", Number(env, 1)));
    EXPECT_NAPI(napi_set_property(env, object, Text(env, "b"), Number(env, 2)));
    EXPECT_NAPI(napi_set_element(env, object, 7, Number(env, 3)));
    EXPECT_EQ(AsNumber(env, Get(env, object, "a")), 1);
    EXPECT_EQ(AsNumber(env, Get(env, object, "7")), 3);
    bool is = false;
    EXPECT_NAPI(napi_has_property(env, object, Number(env, 7), &is));
    EXPECT_TRUE(is);
    EXPECT_NAPI(napi_has_own_property(env, object, Text(env, "toString"), &is));
    EXPECT_FALSE(is);
    EXPECT_NAPI(napi_has_named_property(env, object, "toString", &is));
    EXPECT_TRUE(is);
    EXPECT_NAPI(napi_delete_property(env, object, Text(env, "a"), &is));
    EXPECT_TRUE(is);
    EXPECT_EQ(TypeOf(env, Get(env, object, "a")), napi_undefined);
    EXPECT_THAT(Names(env, object, napi_key_own_only, napi_key_all_properties),
                ElementsAre("7", "b"));
  });
}

TEST_F(HostObjects, ManyPropertiesAreFoundInTheOrderTheyWereMade) {
  Run([](napi_env env) {
    constexpr int kCount = 3000;
    napi_value object = Object(env);
    for (int i = 0; i < kCount; ++i) {
      EXPECT_NAPI(
          napi_set_named_property(env, object, ("k" + std::to_string(i)).c_str(), Number(env, i)));
    }
    for (int i = 0; i < kCount; i += 2) {
      bool gone = false;
      EXPECT_NAPI(napi_delete_property(env, object, Text(env, "k" + std::to_string(i)), &gone));
      EXPECT_TRUE(gone);
    }
    EXPECT_NAPI(napi_set_named_property(env, object, "k0", Number(env, -1)));
    auto names = Names(env, object, napi_key_own_only, napi_key_all_properties);
    ASSERT_EQ(names.size(), kCount / 2 + 1u);
    EXPECT_EQ(names.front(), "k1");
    EXPECT_EQ(names.back(), "k0");
    EXPECT_EQ(AsNumber(env, Get(env, object, "k2999")), 2999);
  });
}

TEST_F(HostObjects, ArraysGrowAndKeepTheirHoles) {
  Run([](napi_env env) {
    napi_value array = nullptr;
    EXPECT_NAPI(napi_create_array_with_length(env, 2, &array));
    EXPECT_NAPI(napi_set_element(env, array, 1000000, Number(env, 1)));
    uint32_t length = 0;
    EXPECT_NAPI(napi_get_array_length(env, array, &length));
    EXPECT_EQ(length, 1000001u);
    bool has = true;
    EXPECT_NAPI(napi_has_element(env, array, 0, &has));
    EXPECT_FALSE(has);
    EXPECT_NAPI(napi_set_named_property(env, array, "length", Number(env, 1)));
    EXPECT_NAPI(napi_has_element(env, array, 1000000, &has));
    EXPECT_FALSE(has);
    EXPECT_EQ(napi_set_named_property(env, array, "length", Number(env, 1.5)),
              napi_pending_exception);
    EXPECT_EQ(TakeException(env), "Invalid array length");
    // An array may be longer than any text.
    EXPECT_NAPI(napi_set_named_property(env, array, "length", Number(env, 4294967295.0)));
    napi_value text = nullptr;
    EXPECT_EQ(napi_coerce_to_string(env, array, &text), napi_string_expected);
    EXPECT_EQ(TakeException(env), "Invalid string length");
    EXPECT_EQ(napi_get_array_length(env, Object(env), &length), napi_array_expected);
  });
}

TEST_F(HostObjects, UndefinedHasNoPropertiesAndSaysSo) {
  Run([](napi_env env) {
    napi_value value = nullptr;
    EXPECT_EQ(napi_get_named_property(env, Undefined(env), "a", &value), napi_object_expected);
    EXPECT_EQ(TakeException(env), "Cannot convert undefined or null to object");
    EXPECT_EQ(napi_get_named_property(env, nullptr, "a", &value), napi_invalid_arg);
    EXPECT_EQ(napi_get_named_property(env, Object(env), nullptr, &value), napi_invalid_arg);
    bool has = false;
    EXPECT_EQ(napi_has_own_property(env, Object(env), Number(env, 1), &has), napi_name_expected);
  });
}

napi_value ReturnData(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  EXPECT_NAPI(napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data));
  return Number(env, *static_cast<int*>(data));
}
napi_value StoreData(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argument = nullptr;
  void* data = nullptr;
  EXPECT_NAPI(napi_get_cb_info(env, info, &argc, &argument, nullptr, &data));
  *static_cast<int*>(data) = static_cast<int>(AsNumber(env, argument));
  return nullptr;
}

TEST_F(HostObjects, DescriptorsMakeValuesMethodsAndAccessors) {
  int stored = 5;
  Run([&](napi_env env) {
    napi_value object = Object(env);
    napi_property_descriptor descriptors[] = {
        {"constant", nullptr, nullptr, nullptr, nullptr, Number(env, 1), napi_enumerable, nullptr},
        {"method", nullptr, ReturnData, nullptr, nullptr, nullptr, napi_default, &stored},
        {"accessor", nullptr, nullptr, ReturnData, StoreData, nullptr, napi_enumerable, &stored},
        {"writeOnly", nullptr, nullptr, nullptr, StoreData, nullptr, napi_default, &stored},
    };
    ASSERT_NAPI(napi_define_properties(env, object, 4, descriptors));
    EXPECT_NAPI(napi_set_named_property(env, object, "constant", Number(env, 2)));
    EXPECT_EQ(AsNumber(env, Get(env, object, "constant")), 1);
    EXPECT_NAPI(napi_set_named_property(env, object, "accessor", Number(env, 6)));
    EXPECT_EQ(stored, 6);
    EXPECT_EQ(AsNumber(env, Get(env, object, "accessor")), 6);
    EXPECT_EQ(TypeOf(env, Get(env, object, "writeOnly")), napi_undefined);
    EXPECT_THAT(Names(env, object, napi_key_own_only, napi_key_enumerable),
                ElementsAre("constant", "accessor"));
    // Again as it is changes nothing; it cannot have another value.
    EXPECT_NAPI(napi_define_properties(env, object, 1, descriptors));
    descriptors[0].value = Number(env, 2);
    EXPECT_EQ(napi_define_properties(env, object, 1, descriptors), napi_invalid_arg);
    napi_property_descriptor nameless = {};
    EXPECT_EQ(napi_define_properties(env, object, 1, &nameless), napi_name_expected);
  });
}

TEST_F(HostObjects, FrozenObjectsStayAsTheyAre) {
  Run([](napi_env env) {
    napi_value object = Object(env);
    EXPECT_NAPI(napi_set_named_property(env, object, "a", Number(env, 1)));
    EXPECT_NAPI(napi_set_element(env, object, 0, Number(env, 1)));
    EXPECT_NAPI(napi_object_freeze(env, object));
    EXPECT_NAPI(napi_set_named_property(env, object, "a", Number(env, 2)));
    EXPECT_NAPI(napi_set_named_property(env, object, "b", Number(env, 2)));
    EXPECT_NAPI(napi_set_element(env, object, 0, Number(env, 2)));
    EXPECT_EQ(AsNumber(env, Get(env, object, "a")), 1);
    EXPECT_EQ(AsNumber(env, Get(env, object, "0")), 1);
    EXPECT_EQ(TypeOf(env, Get(env, object, "b")), napi_undefined);
    bool gone = true;
    EXPECT_NAPI(napi_delete_property(env, object, Text(env, "a"), &gone));
    EXPECT_FALSE(gone);

    napi_value sealed = Object(env);
    EXPECT_NAPI(napi_set_named_property(env, sealed, "a", Number(env, 1)));
    EXPECT_NAPI(napi_object_seal(env, sealed));
    EXPECT_NAPI(napi_set_named_property(env, sealed, "a", Number(env, 2)));
    EXPECT_EQ(AsNumber(env, Get(env, sealed, "a")), 2);
  });
}

TEST_F(HostObjects, SymbolsAreKeysAndComeLast) {
  Run([](napi_env env) {
    napi_value object = Object(env);
    napi_value symbol = nullptr;
    EXPECT_NAPI(napi_create_symbol(env, Text(env, "s"), &symbol));
    EXPECT_NAPI(napi_set_property(env, object, symbol, Number(env, 1)));
    EXPECT_NAPI(napi_set_named_property(env, object, "a", Number(env, 2)));
    EXPECT_THAT(Names(env, object, napi_key_own_only, napi_key_all_properties),
                ElementsAre("a", "(symbol)"));
    EXPECT_THAT(Names(env, object, napi_key_own_only, napi_key_skip_symbols), ElementsAre("a"));
    napi_value same = nullptr;
    napi_value again = nullptr;
    EXPECT_NAPI(node_api_symbol_for(env, "shared", NAPI_AUTO_LENGTH, &same));
    EXPECT_NAPI(node_api_symbol_for(env, "shared", NAPI_AUTO_LENGTH, &again));
    bool equal = false;
    EXPECT_NAPI(napi_strict_equals(env, same, again, &equal));
    EXPECT_TRUE(equal);
  });
}

TEST_F(HostObjects, TypeTagsAreSetOnce) {
  Run([](napi_env env) {
    const napi_type_tag one{1, 2};
    const napi_type_tag other{1, 3};
    napi_value object = Object(env);
    bool is = true;
    EXPECT_NAPI(napi_check_object_type_tag(env, object, &one, &is));
    EXPECT_FALSE(is);
    EXPECT_NAPI(napi_type_tag_object(env, object, &one));
    EXPECT_EQ(napi_type_tag_object(env, object, &other), napi_invalid_arg);
    EXPECT_NAPI(napi_check_object_type_tag(env, object, &one, &is));
    EXPECT_TRUE(is);
    EXPECT_NAPI(napi_check_object_type_tag(env, object, &other, &is));
    EXPECT_FALSE(is);
  });
}

TEST_F(HostObjects, WrapsAreFinalizedAtTeardownUnlessRemoved) {
  static std::vector<int> finalized;
  finalized.clear();
  static int data[] = {1, 2, 3, 4};
  auto finalize = [](napi_env, void* pointer, void*) {
    finalized.push_back(*static_cast<int*>(pointer));
  };
  Run([&](napi_env env) {
    napi_value object = Object(env);
    EXPECT_NAPI(napi_wrap(env, object, &data[0], finalize, nullptr, nullptr));
    EXPECT_EQ(napi_wrap(env, object, &data[1], finalize, nullptr, nullptr), napi_invalid_arg);
    void* found = nullptr;
    EXPECT_NAPI(napi_unwrap(env, object, &found));
    EXPECT_EQ(found, &data[0]);
    napi_value removed = Object(env);
    EXPECT_NAPI(napi_wrap(env, removed, &data[1], finalize, nullptr, nullptr));
    EXPECT_NAPI(napi_remove_wrap(env, removed, &found));
    EXPECT_EQ(found, &data[1]);
    EXPECT_EQ(napi_unwrap(env, removed, &found), napi_invalid_arg);
    EXPECT_NAPI(napi_add_finalizer(env, removed, &data[2], finalize, nullptr, nullptr));
    napi_value external = nullptr;
    EXPECT_NAPI(napi_create_external(env, &data[3], finalize, nullptr, &external));
    EXPECT_NAPI(napi_get_value_external(env, external, &found));
    EXPECT_EQ(found, &data[3]);
    EXPECT_EQ(TypeOf(env, external), napi_external);
    EXPECT_EQ(napi_get_value_external(env, object, &found), napi_invalid_arg);
  });
  agent().Teardown();
  EXPECT_THAT(finalized, ElementsAre(4, 3, 1));
}

TEST_F(HostObjects, GlobalThisHasTheConstructors) {
  Run([](napi_env env) {
    napi_value global = nullptr;
    EXPECT_NAPI(napi_get_global(env, &global));
    napi_value error = nullptr;
    EXPECT_NAPI(napi_create_type_error(env, Text(env, "CODE"), Text(env, "why"), &error));
    bool is = false;
    for (const char* name : {"TypeError", "Error", "Object"}) {
      EXPECT_NAPI(napi_instanceof(env, error, Get(env, global, name), &is));
      EXPECT_TRUE(is) << name;
    }
    EXPECT_NAPI(napi_instanceof(env, error, Get(env, global, "RangeError"), &is));
    EXPECT_FALSE(is);
    EXPECT_EQ(AsText(env, Get(env, error, "code")), "CODE");
    EXPECT_EQ(AsText(env, Get(env, error, "name")), "TypeError");
    napi_value text = nullptr;
    EXPECT_NAPI(napi_coerce_to_string(env, error, &text));
    EXPECT_EQ(AsText(env, text), "TypeError: why");
  });
}

// As Node 24.21 answers (measured).
TEST_F(HostObjects, ConstructorsThatAreCalledDoOtherThings) {
  Run([](napi_env env) {
    napi_value global = nullptr, symbol = nullptr, made = nullptr, bigint = nullptr;
    ASSERT_NAPI(napi_get_global(env, &global));
    ASSERT_NAPI(napi_create_symbol(env, Text(env, "s"), &symbol));
    napi_value text = Get(env, global, "String");
    ASSERT_NAPI(napi_call_function(env, global, text, 1, &symbol, &made));
    EXPECT_EQ(AsText(env, made), "Symbol(s)");
    EXPECT_EQ(napi_new_instance(env, text, 1, &symbol, &made), napi_pending_exception);
    ASSERT_NAPI(napi_get_and_clear_last_exception(env, &made));
    napi_value symbols = Get(env, global, "Symbol");
    ASSERT_NAPI(napi_call_function(env, global, symbols, 0, nullptr, &made));
    EXPECT_EQ(napi_new_instance(env, symbols, 0, nullptr, &made), napi_pending_exception);
    ASSERT_NAPI(napi_get_and_clear_last_exception(env, &made));
    napi_value buffers = Get(env, global, "ArrayBuffer");
    EXPECT_EQ(napi_call_function(env, global, buffers, 0, nullptr, &made), napi_pending_exception);
    ASSERT_NAPI(napi_get_and_clear_last_exception(env, &made));
    ASSERT_NAPI(napi_new_instance(env, buffers, 0, nullptr, &made));
    napi_value date = Get(env, global, "Date");
    ASSERT_NAPI(napi_create_bigint_int64(env, 1, &bigint));
    ASSERT_NAPI(napi_call_function(env, global, date, 1, &bigint, &made));
    EXPECT_EQ(TypeOf(env, made), napi_string);
    EXPECT_EQ(napi_new_instance(env, date, 1, &bigint, &made), napi_pending_exception);
    ASSERT_NAPI(napi_get_and_clear_last_exception(env, &made));
    double time = 0;
    ASSERT_NAPI(napi_new_instance(env, date, 0, nullptr, &made));
    ASSERT_NAPI(napi_get_date_value(env, made, &time));
    EXPECT_GT(time, 1.7e12) << "it is past 2023";
  });
}

}  // namespace
}  // namespace napisan
