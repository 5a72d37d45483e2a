// What Node's headers hold to be experimental, as Node 24.21 answers it (measured).
#include "async_test.h"
#include "napisan/experimental.h"

namespace napisan {
namespace {

class HostExperimental : public AsyncTest {
 protected:
  static napi_value PrototypeOf(napi_env env, napi_value object) {
    napi_value prototype = nullptr;
    EXPECT_NAPI(napi_get_prototype(env, object, &prototype));
    return prototype;
  }
  static bool Same(napi_env env, napi_value a, napi_value b) {
    bool same = false;
    EXPECT_NAPI(napi_strict_equals(env, a, b, &same));
    return same;
  }
  static napi_value Null(napi_env env) {
    napi_value null = nullptr;
    EXPECT_NAPI(napi_get_null(env, &null));
    return null;
  }
  static napi_value Shared(napi_env env, size_t length, void** data = nullptr) {
    napi_value buffer = nullptr;
    EXPECT_NAPI(node_api_create_sharedarraybuffer(env, length, data, &buffer));
    return buffer;
  }
};

TEST_F(HostExperimental, APrototypeIsSetAndTakenAway) {
  Run([](napi_env env) {
    napi_value object = Object(env), prototype = Object(env);
    ASSERT_NAPI(napi_set_named_property(env, prototype, "inherited", Number(env, 7)));
    EXPECT_NAPI(node_api_set_prototype(env, object, prototype));
    EXPECT_TRUE(Same(env, PrototypeOf(env, object), prototype));
    EXPECT_EQ(AsNumber(env, Get(env, object, "inherited")), 7);
    EXPECT_NAPI(node_api_set_prototype(env, object, Null(env)));
    EXPECT_EQ(TypeOf(env, PrototypeOf(env, object)), napi_null);
    EXPECT_NAPI(node_api_set_prototype(env, object, prototype));
    EXPECT_EQ(AsNumber(env, Get(env, object, "inherited")), 7);
  });
}

TEST_F(HostExperimental, APrototypeThatCannotBe) {
  Run([](napi_env env) {
    napi_value object = Object(env), prototype = Object(env);
    ASSERT_NAPI(node_api_set_prototype(env, object, prototype));
    EXPECT_EQ(node_api_set_prototype(env, prototype, object), napi_generic_failure) << "a circle";
    EXPECT_EQ(node_api_set_prototype(env, object, nullptr), napi_invalid_arg);
    EXPECT_EQ(node_api_set_prototype(env, nullptr, object), napi_invalid_arg);
    EXPECT_EQ(node_api_set_prototype(env, Undefined(env), object), napi_object_expected);
    EXPECT_NE(TakeException(env), "");
    // Neither object nor null: ok, and nothing changes.
    EXPECT_NAPI(node_api_set_prototype(env, object, Text(env, "text")));
    EXPECT_TRUE(Same(env, PrototypeOf(env, object), prototype));
    ASSERT_NAPI(napi_object_freeze(env, object));
    EXPECT_EQ(node_api_set_prototype(env, object, Null(env)), napi_generic_failure);
    EXPECT_NAPI(node_api_set_prototype(env, object, prototype)) << "it is that already";
    ASSERT_NAPI(napi_throw_error(env, nullptr, "pending"));
    EXPECT_EQ(node_api_set_prototype(env, object, prototype), napi_pending_exception);
    EXPECT_EQ(TakeException(env), "pending");
  });
}

TEST_F(HostExperimental, AnObjectIsMadeWithItsProperties) {
  Run([](napi_env env) {
    napi_value symbol = nullptr;
    ASSERT_NAPI(napi_create_symbol(env, Text(env, "s"), &symbol));
    napi_value names[] = {Text(env, "a"), Text(env, "1"), symbol, Text(env, "a")};
    napi_value values[] = {Number(env, 1), Number(env, 2), Number(env, 3), Number(env, 4)};
    napi_value object = nullptr, value = nullptr;
    ASSERT_NAPI(node_api_create_object_with_properties(env, nullptr, names, values, 4, &object));
    EXPECT_EQ(TypeOf(env, PrototypeOf(env, object)), napi_null);
    EXPECT_EQ(AsNumber(env, Get(env, object, "a")), 4) << "the last of a name counts";
    ASSERT_NAPI(napi_get_element(env, object, 1, &value));
    EXPECT_EQ(AsNumber(env, value), 2);
    ASSERT_NAPI(napi_get_property(env, object, symbol, &value));
    EXPECT_EQ(AsNumber(env, value), 3);
    napi_value prototype = Object(env);
    ASSERT_NAPI(
        node_api_create_object_with_properties(env, prototype, nullptr, nullptr, 0, &object));
    EXPECT_TRUE(Same(env, PrototypeOf(env, object), prototype));
  });
}

TEST_F(HostExperimental, WhatInheritsFromAFunctionAndIsNoneHasNoText) {
  Run([](napi_env env) {
    napi_value function =
        Function(env, [](napi_env, napi_callback_info) -> napi_value { return nullptr; });
    napi_value object = nullptr, text = nullptr, thrown = nullptr;
    ASSERT_NAPI(
        node_api_create_object_with_properties(env, function, nullptr, nullptr, 0, &object));
    EXPECT_EQ(napi_coerce_to_string(env, object, &text), napi_string_expected);
    ASSERT_NAPI(napi_get_and_clear_last_exception(env, &thrown));
    EXPECT_EQ(AsText(env, Get(env, thrown, "message")),
              "Function.prototype.toString requires that 'this' be a Function");
    ASSERT_NAPI(napi_coerce_to_string(env, function, &text));
  });
}

TEST_F(HostExperimental, WhatInheritsFromAnArrayIsJoined) {
  Run([](napi_env env) {
    napi_value array = nullptr, object = nullptr, text = nullptr;
    ASSERT_NAPI(napi_create_array(env, &array));
    ASSERT_NAPI(napi_set_element(env, array, 0, Number(env, 1)));
    ASSERT_NAPI(napi_set_element(env, array, 1, Number(env, 2)));
    ASSERT_NAPI(node_api_create_object_with_properties(env, array, nullptr, nullptr, 0, &object));
    ASSERT_NAPI(napi_coerce_to_string(env, object, &text));
    EXPECT_EQ(AsText(env, text), "1,2");
    ASSERT_NAPI(napi_set_named_property(env, object, "length", Number(env, 3)));
    ASSERT_NAPI(napi_coerce_to_string(env, object, &text));
    EXPECT_EQ(AsText(env, text), "1,2,");
  });
}

TEST_F(HostExperimental, WhatInheritsFromABufferAndIsNoneHasNoText) {
  Run([](napi_env env) {
    void* data = nullptr;
    napi_value buffer = nullptr, object = nullptr, text = nullptr, thrown = nullptr;
    ASSERT_NAPI(napi_create_buffer(env, 4, &data, &buffer));
    ASSERT_NAPI(node_api_create_object_with_properties(env, buffer, nullptr, nullptr, 0, &object));
    EXPECT_EQ(napi_coerce_to_string(env, object, &text), napi_string_expected);
    ASSERT_NAPI(napi_get_and_clear_last_exception(env, &thrown));
    EXPECT_EQ(AsText(env, Get(env, thrown, "message")),
              "Method get TypedArray.prototype.length called on incompatible receiver "
              "[object Object]");
    ASSERT_NAPI(napi_coerce_to_string(env, buffer, &text));
  });
}

TEST_F(HostExperimental, AnObjectThatCannotBeMade) {
  Run([](napi_env env) {
    napi_value names[] = {Number(env, 1)};
    napi_value values[] = {Number(env, 1)};
    napi_value object = nullptr;
    EXPECT_EQ(node_api_create_object_with_properties(env, nullptr, names, values, 1, &object),
              napi_name_expected);
    EXPECT_EQ(node_api_create_object_with_properties(env, nullptr, nullptr, values, 1, &object),
              napi_invalid_arg);
    EXPECT_EQ(node_api_create_object_with_properties(env, nullptr, names, nullptr, 1, &object),
              napi_invalid_arg);
    EXPECT_EQ(node_api_create_object_with_properties(env, nullptr, names, values, 1, nullptr),
              napi_invalid_arg);
    // Names come first.
    EXPECT_EQ(
        node_api_create_object_with_properties(env, Number(env, 1), names, values, 1, &object),
        napi_name_expected);
    // Node ends the process on these.
    EXPECT_EQ(
        node_api_create_object_with_properties(env, Number(env, 1), names, values, 0, &object),
        napi_invalid_arg);
    names[0] = nullptr;
    EXPECT_EQ(node_api_create_object_with_properties(env, nullptr, names, values, 1, &object),
              napi_name_expected);
    EXPECT_EQ(object, nullptr);
  });
}

TEST_F(HostExperimental, ASharedArrayBufferIsNoArrayBuffer) {
  Run([](napi_env env) {
    void* data = nullptr;
    napi_value buffer = Shared(env, 16, &data);
    ASSERT_NE(data, nullptr);
    EXPECT_EQ(TypeOf(env, buffer), napi_object);
    bool is = true;
    EXPECT_NAPI(napi_is_arraybuffer(env, buffer, &is));
    EXPECT_FALSE(is);
    EXPECT_NAPI(node_api_is_sharedarraybuffer(env, buffer, &is));
    EXPECT_TRUE(is);
    EXPECT_EQ(node_api_is_sharedarraybuffer(env, nullptr, &is), napi_invalid_arg);
    EXPECT_EQ(node_api_is_sharedarraybuffer(env, buffer, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_detach_arraybuffer(env, buffer), napi_arraybuffer_expected);
    napi_value made = nullptr;
    EXPECT_EQ(node_api_create_buffer_from_arraybuffer(env, buffer, 0, 8, &made), napi_invalid_arg);
    napi_value plain = nullptr;
    ASSERT_NAPI(napi_create_arraybuffer(env, 16, nullptr, &plain));
    EXPECT_NAPI(node_api_is_sharedarraybuffer(env, plain, &is));
    EXPECT_FALSE(is);
    napi_value global = nullptr;
    ASSERT_NAPI(napi_get_global(env, &global));
    EXPECT_NAPI(napi_instanceof(env, buffer, Get(env, global, "SharedArrayBuffer"), &is));
    EXPECT_TRUE(is);
    EXPECT_NAPI(napi_instanceof(env, buffer, Get(env, global, "ArrayBuffer"), &is));
    EXPECT_FALSE(is);
  });
}

TEST_F(HostExperimental, ViewsTakeASharedArrayBuffer) {
  Run([](napi_env env) {
    void* data = nullptr;
    void* seen = nullptr;
    size_t length = 0;
    napi_value view = nullptr;
    napi_value buffer = Shared(env, 16, &data);
    EXPECT_NAPI(napi_get_arraybuffer_info(env, buffer, &seen, &length));
    EXPECT_EQ(seen, data);
    EXPECT_EQ(length, 16u);
    ASSERT_NAPI(napi_create_typedarray(env, napi_uint8_array, 8, buffer, 4, &view));
    ASSERT_NAPI(napi_get_typedarray_info(env, view, nullptr, &length, &seen, nullptr, nullptr));
    EXPECT_EQ(seen, static_cast<char*>(data) + 4);
    ASSERT_NAPI(napi_create_dataview(env, 8, buffer, 0, &view));
  });
}

TEST_F(HostExperimental, ASharedArrayBufferOfNothingAndOneThatCannotBe) {
  Run([](napi_env env) {
    void* data = nullptr;
    Shared(env, 0, &data);
    napi_value buffer = nullptr;
    static char bytes[8];
    EXPECT_EQ(node_api_create_sharedarraybuffer(env, 8, &data, nullptr), napi_invalid_arg);
    EXPECT_EQ(node_api_create_external_sharedarraybuffer(env, bytes, 8, nullptr, nullptr, nullptr),
              napi_invalid_arg);
    EXPECT_NAPI(
        node_api_create_external_sharedarraybuffer(env, bytes, 8, nullptr, nullptr, &buffer));
    EXPECT_NAPI(
        node_api_create_external_sharedarraybuffer(env, nullptr, 0, nullptr, nullptr, &buffer));
    ASSERT_NAPI(napi_throw_error(env, nullptr, "pending"));
    EXPECT_EQ(node_api_create_sharedarraybuffer(env, 8, nullptr, &buffer), napi_pending_exception);
    EXPECT_EQ(node_api_create_external_sharedarraybuffer(env, bytes, 8, nullptr, nullptr, &buffer),
              napi_pending_exception);
    EXPECT_EQ(TakeException(env), "pending");
  });
}

}  // namespace
}  // namespace napisan
