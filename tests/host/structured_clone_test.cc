// Structured clone: what comes back is what HTML's algorithm says, and what cannot be cloned is a
// DataCloneError. Expected texts and orders are what Node 20 and 24 answer.
#include <cmath>
#include <cstring>

#include "host_test.h"
#include "napisan/worker.h"

namespace napisan {
namespace {

using Kind = CallResult::Kind;

class StructuredCloneTest : public HostTest {
 protected:
  using HostTest::HostTest;

  static napi_value Clone(napi_env env, napi_value value,
                          const std::vector<napi_value>& transfer = {}) {
    CallResult result = StructuredClone(env, value, transfer);
    EXPECT_EQ(result.kind, Kind::kReturned);
    return result.value;
  }
  // The message of the DataCloneError that cloning throws; its name and code are looked at.
  static std::string Refused(napi_env env, napi_value value,
                             const std::vector<napi_value>& transfer = {}) {
    CallResult result = StructuredClone(env, value, transfer);
    EXPECT_EQ(result.kind, Kind::kThrew);
    if (result.kind != Kind::kThrew) return "";
    EXPECT_EQ(AsText(env, Get(env, result.value, "name")), "DataCloneError");
    EXPECT_EQ(AsNumber(env, Get(env, result.value, "code")), 25);
    bool is_error = false;
    EXPECT_NAPI(napi_is_error(env, result.value, &is_error));
    EXPECT_TRUE(is_error);
    return AsText(env, Get(env, result.value, "message"));
  }
};

napi_value Array(napi_env env, const std::vector<napi_value>& items) {
  napi_value array = nullptr;
  EXPECT_NAPI(napi_create_array(env, &array));
  for (uint32_t i = 0; i < items.size(); ++i)
    EXPECT_NAPI(napi_set_element(env, array, i, items[i]));
  return array;
}
napi_value At(napi_env env, napi_value array, uint32_t index) {
  napi_value value = nullptr;
  EXPECT_NAPI(napi_get_element(env, array, index, &value));
  return value;
}
void Set(napi_env env, napi_value object, const char* name, napi_value value) {
  EXPECT_NAPI(napi_set_named_property(env, object, name, value));
}
bool Same(napi_env env, napi_value a, napi_value b) {
  bool same = false;
  EXPECT_NAPI(napi_strict_equals(env, a, b, &same));
  return same;
}
// The text of JSON-like keys: "a,b".
std::string Keys(napi_env env, napi_value object) {
  napi_value names = nullptr;
  EXPECT_NAPI(napi_get_all_property_names(env, object, napi_key_own_only, napi_key_all_properties,
                                          napi_key_numbers_to_strings, &names));
  uint32_t count = 0;
  EXPECT_NAPI(napi_get_array_length(env, names, &count));
  std::string text;
  for (uint32_t i = 0; i < count; ++i) {
    text += (i > 0 ? "," : "") + AsText(env, At(env, names, i));
  }
  return text;
}
napi_value Buffer(napi_env env, const std::string& bytes) {
  void* data = nullptr;
  napi_value value = nullptr;
  EXPECT_NAPI(napi_create_arraybuffer(env, bytes.size(), &data, &value));
  if (!bytes.empty()) std::memcpy(data, bytes.data(), bytes.size());
  return value;
}
std::string BytesOf(napi_env env, napi_value buffer) {
  void* data = nullptr;
  size_t length = 0;
  EXPECT_NAPI(napi_get_arraybuffer_info(env, buffer, &data, &length));
  return std::string(static_cast<char*>(data), length);
}
bool IsDetached(napi_env env, napi_value buffer) {
  bool detached = false;
  EXPECT_NAPI(napi_is_detached_arraybuffer(env, buffer, &detached));
  return detached;
}
napi_value Global(napi_env env, const char* name) {
  napi_value global = nullptr;
  EXPECT_NAPI(napi_get_global(env, &global));
  return Get(env, global, name);
}
bool IsA(napi_env env, napi_value value, const char* constructor) {
  bool is = false;
  EXPECT_NAPI(napi_instanceof(env, value, Global(env, constructor), &is));
  return is;
}
// The primitive that `new constructor(value)` boxes.
napi_value Boxed(napi_env env, napi_value value) {
  napi_value object = nullptr;
  EXPECT_NAPI(napi_coerce_to_object(env, value, &object));
  return object;
}

TEST_F(StructuredCloneTest, PrimitivesStayWhatTheyAre) {
  Run([](napi_env env) {
    EXPECT_EQ(TypeOf(env, Clone(env, Undefined(env))), napi_undefined);
    napi_value value = nullptr;
    ASSERT_NAPI(napi_get_null(env, &value));
    EXPECT_EQ(TypeOf(env, Clone(env, value)), napi_null);
    for (bool truth : {false, true}) {
      ASSERT_NAPI(napi_get_boolean(env, truth, &value));
      EXPECT_TRUE(Same(env, Clone(env, value), value));
    }
    for (double number : {0.0, 579.0, -1.5, 1e300, HUGE_VAL}) {
      EXPECT_EQ(AsNumber(env, Clone(env, Number(env, number))), number);
    }
    EXPECT_TRUE(std::isnan(AsNumber(env, Clone(env, Number(env, NAN)))));
    EXPECT_TRUE(std::signbit(AsNumber(env, Clone(env, Number(env, -0.0)))));
  });
}

TEST_F(StructuredCloneTest, StringsKeepEveryCodeUnit) {
  Run([](napi_env env) {
    std::string with_zero("a\0b", 3);
    for (const std::string& text :
         {std::string(), std::string("text"), std::string("h\xc3\xa4"), std::string("\xe2\x82\xac"),
          with_zero, std::string(100000, 'x')}) {
      EXPECT_EQ(AsText(env, Clone(env, Text(env, text))), text);
    }
    const char16_t lone[] = {u'a', 0xd800, u'b'};
    napi_value value = nullptr;
    ASSERT_NAPI(napi_create_string_utf16(env, lone, 3, &value));
    // After a name of one byte a unit, the text begins at an odd address.
    napi_value object = Object(env);
    Set(env, object, "x", value);
    char16_t back[4] = {};
    size_t length = 0;
    ASSERT_NAPI(
        napi_get_value_string_utf16(env, Get(env, Clone(env, object), "x"), back, 4, &length));
    EXPECT_EQ(std::u16string(back, length), std::u16string(lone, 3));
  });
}

TEST_F(StructuredCloneTest, BigIntsOfAnyLength) {
  Run([](napi_env env) {
    const uint64_t words[] = {1, 2, 3, 4, 5, 6, 7, 0x8000000000000000};
    for (size_t count : {size_t{0}, size_t{1}, size_t{8}}) {
      for (int sign : {0, 1}) {
        napi_value value = nullptr;
        ASSERT_NAPI(napi_create_bigint_words(env, sign, count, words, &value));
        EXPECT_TRUE(Same(env, Clone(env, value), value));
      }
    }
  });
}

TEST_F(StructuredCloneTest, DatesAndBoxedPrimitives) {
  Run([](napi_env env) {
    napi_value date = nullptr;
    ASSERT_NAPI(napi_create_date(env, 1234.0, &date));
    // Properties of its own stay behind.
    Set(env, date, "extra", Number(env, 1));
    double time = 0;
    napi_value cloned = Clone(env, date);
    ASSERT_NAPI(napi_get_date_value(env, cloned, &time));
    EXPECT_EQ(time, 1234.0);
    EXPECT_EQ(Keys(env, cloned), "");

    napi_value truth = nullptr;
    ASSERT_NAPI(napi_get_boolean(env, true, &truth));
    for (napi_value primitive : {truth, Number(env, 2), Text(env, "s")}) {
      napi_value boxed = Clone(env, Boxed(env, primitive));
      EXPECT_EQ(TypeOf(env, boxed), napi_object);
      napi_value text = nullptr;
      napi_value expected = nullptr;
      ASSERT_NAPI(napi_coerce_to_string(env, boxed, &text));
      ASSERT_NAPI(napi_coerce_to_string(env, primitive, &expected));
      EXPECT_EQ(AsText(env, text), AsText(env, expected));
    }
  });
}

TEST_F(StructuredCloneTest, ErrorsKeepTypeMessageStackAndCause) {
  Run([](napi_env env) {
    napi_value error = nullptr;
    ASSERT_NAPI(napi_create_type_error(env, Text(env, "CODE"), Text(env, "bad"), &error));
    Set(env, error, "stack", Text(env, "the stack"));
    Set(env, error, "cause", Number(env, 5));
    napi_value cloned = Clone(env, error);
    EXPECT_TRUE(IsA(env, cloned, "TypeError"));
    EXPECT_EQ(AsText(env, Get(env, cloned, "name")), "TypeError");
    EXPECT_EQ(AsText(env, Get(env, cloned, "message")), "bad");
    EXPECT_EQ(AsText(env, Get(env, cloned, "stack")), "the stack");
    EXPECT_EQ(AsNumber(env, Get(env, cloned, "cause")), 5);
    EXPECT_EQ(TypeOf(env, Get(env, cloned, "code")), napi_undefined);

    // A name of its own that is none of the language's.
    ASSERT_NAPI(napi_create_error(env, nullptr, Text(env, "q"), &error));
    Set(env, error, "name", Text(env, "Weird"));
    cloned = Clone(env, error);
    EXPECT_EQ(AsText(env, Get(env, cloned, "name")), "Error");
    EXPECT_FALSE(IsA(env, cloned, "TypeError"));

    Set(env, error, "cause", error);
    cloned = Clone(env, error);
    EXPECT_TRUE(Same(env, Get(env, cloned, "cause"), cloned));
  });
}

TEST_F(StructuredCloneTest, ObjectsKeepOwnEnumerableProperties) {
  Run([](napi_env env) {
    napi_value object = Object(env);
    Set(env, object, "b", Number(env, 1));
    Set(env, object, "a", Text(env, "two"));
    ASSERT_NAPI(napi_set_element(env, object, 7, Number(env, 3)));
    napi_value symbol = nullptr;
    ASSERT_NAPI(napi_create_symbol(env, Text(env, "s"), &symbol));
    ASSERT_NAPI(napi_set_property(env, object, symbol, Number(env, 4)));
    napi_property_descriptor hidden = {"hidden", nullptr,        nullptr,           nullptr,
                                       nullptr,  Number(env, 5), napi_configurable, nullptr};
    ASSERT_NAPI(napi_define_properties(env, object, 1, &hidden));
    napi_value cloned = Clone(env, object);
    EXPECT_FALSE(Same(env, cloned, object));
    EXPECT_EQ(Keys(env, cloned), "7,b,a");
    EXPECT_EQ(AsText(env, Get(env, cloned, "a")), "two");
    EXPECT_EQ(AsNumber(env, At(env, cloned, 7)), 3);
  });
}

TEST_F(StructuredCloneTest, ArraysKeepLengthHolesAndNames) {
  Run([](napi_env env) {
    napi_value array = nullptr;
    ASSERT_NAPI(napi_create_array_with_length(env, 5, &array));
    ASSERT_NAPI(napi_set_element(env, array, 0, Number(env, 1)));
    ASSERT_NAPI(napi_set_element(env, array, 2, Number(env, 3)));
    Set(env, array, "name", Number(env, 9));
    napi_value cloned = Clone(env, array);
    uint32_t length = 0;
    ASSERT_NAPI(napi_get_array_length(env, cloned, &length));
    EXPECT_EQ(length, 5u);
    bool has = true;
    ASSERT_NAPI(napi_has_element(env, cloned, 1, &has));
    EXPECT_FALSE(has);
    EXPECT_EQ(AsNumber(env, At(env, cloned, 2)), 3);
    EXPECT_EQ(AsNumber(env, Get(env, cloned, "name")), 9);
  });
}

TEST_F(StructuredCloneTest, CyclesAndSharedReferencesComeBack) {
  Run([](napi_env env) {
    napi_value object = Object(env);
    napi_value shared = Object(env);
    Set(env, object, "self", object);
    Set(env, object, "first", shared);
    Set(env, object, "list", Array(env, {shared, object, shared}));
    napi_value cloned = Clone(env, object);
    EXPECT_FALSE(Same(env, cloned, object));
    EXPECT_TRUE(Same(env, Get(env, cloned, "self"), cloned));
    napi_value list = Get(env, cloned, "list");
    EXPECT_TRUE(Same(env, At(env, list, 0), Get(env, cloned, "first")));
    EXPECT_TRUE(Same(env, At(env, list, 1), cloned));
    EXPECT_TRUE(Same(env, At(env, list, 2), At(env, list, 0)));
    EXPECT_FALSE(Same(env, At(env, list, 0), shared));
  });
}

TEST_F(StructuredCloneTest, AWrapAndAClassStayBehind) {
  Run([](napi_env env) {
    int native = 0;
    napi_value constructor = nullptr;
    ASSERT_NAPI(napi_define_class(
        env, "Klass", NAPI_AUTO_LENGTH,
        [](napi_env in, napi_callback_info info) {
          napi_value self = nullptr;
          EXPECT_NAPI(napi_get_cb_info(in, info, nullptr, nullptr, &self, nullptr));
          return self;
        },
        nullptr, 0, nullptr, &constructor));
    napi_value instance = nullptr;
    ASSERT_NAPI(napi_new_instance(env, constructor, 0, nullptr, &instance));
    ASSERT_NAPI(napi_wrap(env, instance, &native, nullptr, nullptr, nullptr));
    Set(env, instance, "x", Number(env, 5));
    napi_value cloned = Clone(env, instance);
    EXPECT_EQ(AsNumber(env, Get(env, cloned, "x")), 5);
    bool is = true;
    ASSERT_NAPI(napi_instanceof(env, cloned, constructor, &is));
    EXPECT_FALSE(is);
    void* found = nullptr;
    EXPECT_EQ(napi_unwrap(env, cloned, &found), napi_invalid_arg);
  });
}

TEST_F(StructuredCloneTest, GettersRunAndMayThrowOrRemoveProperties) {
  Run([](napi_env env) {
    napi_property_descriptor removes = {
        "a",
        nullptr,
        nullptr,
        [](napi_env in, napi_callback_info info) {
          napi_value self = nullptr;
          EXPECT_NAPI(napi_get_cb_info(in, info, nullptr, nullptr, &self, nullptr));
          bool deleted = false;
          EXPECT_NAPI(napi_delete_property(in, self, Text(in, "b"), &deleted));
          return Number(in, 4);
        },
        nullptr,
        nullptr,
        napi_enumerable,
        nullptr};
    napi_value object = Object(env);
    ASSERT_NAPI(napi_define_properties(env, object, 1, &removes));
    Set(env, object, "b", Number(env, 2));
    napi_value cloned = Clone(env, object);
    EXPECT_EQ(Keys(env, cloned), "a");
    EXPECT_EQ(AsNumber(env, Get(env, cloned, "a")), 4);

    napi_property_descriptor throws = {"t",
                                       nullptr,
                                       nullptr,
                                       [](napi_env in, napi_callback_info) -> napi_value {
                                         EXPECT_NAPI(napi_throw_error(in, nullptr, "boo"));
                                         return nullptr;
                                       },
                                       nullptr,
                                       nullptr,
                                       napi_enumerable,
                                       nullptr};
    ASSERT_NAPI(napi_define_properties(env, object, 1, &throws));
    CallResult result = StructuredClone(env, object);
    ASSERT_EQ(result.kind, Kind::kThrew);
    EXPECT_EQ(AsText(env, Get(env, result.value, "message")), "boo");
  });
}

TEST_F(StructuredCloneTest, WhatCannotBeCloned) {
  Run([](napi_env env) {
    napi_value function =
        Function(env, [](napi_env, napi_callback_info) -> napi_value { return nullptr; });
    EXPECT_EQ(Refused(env, function), "function f() { [native code] } could not be cloned.");
    napi_value inner = Object(env);
    Set(env, inner, "f", function);
    EXPECT_EQ(Refused(env, Array(env, {Number(env, 1), inner})),
              "function f() { [native code] } could not be cloned.");
    napi_value symbol = nullptr;
    ASSERT_NAPI(napi_create_symbol(env, Text(env, "x"), &symbol));
    EXPECT_EQ(Refused(env, symbol), "Symbol(x) could not be cloned.");
    EXPECT_EQ(Refused(env, Boxed(env, symbol)), "[object Symbol] could not be cloned.");
    napi_value promise = nullptr;
    napi_deferred deferred = nullptr;
    ASSERT_NAPI(napi_create_promise(env, &deferred, &promise));
    EXPECT_EQ(Refused(env, promise), "#<Promise> could not be cloned.");
    EXPECT_NAPI(napi_set_named_property(env, promise, "toString", function));
    EXPECT_EQ(Refused(env, promise), "[object Promise] could not be cloned.");
    ASSERT_NAPI(napi_resolve_deferred(env, deferred, Undefined(env)));
    int native = 0;
    napi_value external = nullptr;
    ASSERT_NAPI(napi_create_external(env, &native, nullptr, nullptr, &external));
    EXPECT_EQ(Refused(env, external), "[object Object] could not be cloned.");
    napi_value global = nullptr;
    ASSERT_NAPI(napi_get_global(env, &global));
    EXPECT_EQ(Refused(env, global), "#<Object> could not be cloned.");
  });
}

TEST_F(StructuredCloneTest, TooDeepIsARangeError) {
  Run([](napi_env env) {
    auto nested = [&](int depth) {
      napi_value object = Object(env);
      for (int i = 1; i < depth; ++i) {
        napi_value outer = Object(env);
        Set(env, outer, "o", object);
        object = outer;
      }
      return object;
    };
    Clone(env, nested(1000));
    CallResult result = StructuredClone(env, nested(2000));
    ASSERT_EQ(result.kind, Kind::kThrew);
    EXPECT_EQ(AsText(env, Get(env, result.value, "name")), "RangeError");
  });
}

TEST_F(StructuredCloneTest, ArrayBuffersAreCopied) {
  Run([](napi_env env) {
    for (size_t length : {size_t{0}, size_t{5}, size_t{100000}}) {
      std::string bytes(length, 'z');
      napi_value buffer = Buffer(env, bytes);
      napi_value cloned = Clone(env, Array(env, {buffer, buffer}));
      EXPECT_EQ(BytesOf(env, At(env, cloned, 0)), bytes);
      EXPECT_TRUE(Same(env, At(env, cloned, 0), At(env, cloned, 1)));
      EXPECT_FALSE(Same(env, At(env, cloned, 0), buffer));
      EXPECT_EQ(BytesOf(env, buffer), bytes);
    }
  });
}

TEST_F(StructuredCloneTest, ViewsShareTheirBuffer) {
  Run([](napi_env env) {
    napi_value buffer = Buffer(env, "01234567");
    napi_value bytes = nullptr;
    napi_value view = nullptr;
    ASSERT_NAPI(napi_create_typedarray(env, napi_uint16_array, 2, buffer, 2, &bytes));
    ASSERT_NAPI(napi_create_dataview(env, 7, buffer, 1, &view));
    napi_value cloned = Clone(env, Array(env, {bytes, view, bytes}));

    napi_typedarray_type type = napi_int8_array;
    size_t length = 0;
    size_t offset = 0;
    void* data = nullptr;
    napi_value of_bytes = nullptr;
    ASSERT_NAPI(napi_get_typedarray_info(env, At(env, cloned, 0), &type, &length, &data, &of_bytes,
                                         &offset));
    EXPECT_EQ(type, napi_uint16_array);
    EXPECT_EQ(length, 2u);
    EXPECT_EQ(offset, 2u);
    EXPECT_EQ(std::string(static_cast<char*>(data), 4), "2345");
    napi_value of_view = nullptr;
    ASSERT_NAPI(napi_get_dataview_info(env, At(env, cloned, 1), &length, &data, &of_view, &offset));
    EXPECT_EQ(length, 7u);
    EXPECT_EQ(offset, 1u);
    EXPECT_TRUE(Same(env, of_bytes, of_view));
    EXPECT_EQ(BytesOf(env, of_view), "01234567");
    EXPECT_TRUE(Same(env, At(env, cloned, 2), At(env, cloned, 0)));
  });
}

TEST_F(StructuredCloneTest, ABufferArrivesAsUint8Array) {
  Run([](napi_env env) {
    napi_value buffer = nullptr;
    ASSERT_NAPI(napi_create_buffer_copy(env, 3, "abc", nullptr, &buffer));
    EXPECT_TRUE(IsA(env, buffer, "Buffer"));
    napi_value cloned = Clone(env, buffer);
    EXPECT_FALSE(IsA(env, cloned, "Buffer"));
    EXPECT_TRUE(IsA(env, cloned, "Uint8Array"));
  });
}

TEST_F(StructuredCloneTest, ATransferredBufferIsDetachedAndItsBytesArrive) {
  Run([](napi_env env) {
    napi_value buffer = Buffer(env, "moved");
    napi_value view = nullptr;
    ASSERT_NAPI(napi_create_typedarray(env, napi_uint8_array, 2, buffer, 1, &view));
    napi_value cloned = Clone(env, view, {buffer});
    EXPECT_TRUE(IsDetached(env, buffer));
    EXPECT_EQ(BytesOf(env, buffer), "");
    void* data = nullptr;
    size_t length = 0;
    ASSERT_NAPI(napi_get_typedarray_info(env, cloned, nullptr, &length, &data, nullptr, nullptr));
    EXPECT_EQ(std::string(static_cast<char*>(data), length), "ov");
    // One that the message does not hold goes all the same.
    napi_value other = Buffer(env, "gone");
    Clone(env, Number(env, 1), {other});
    EXPECT_TRUE(IsDetached(env, other));
  });
}

TEST_F(StructuredCloneTest, NothingIsDetachedWhereCloningFails) {
  Run([](napi_env env) {
    napi_value buffer = Buffer(env, "kept");
    napi_value symbol = nullptr;
    ASSERT_NAPI(napi_create_symbol(env, nullptr, &symbol));
    Refused(env, Array(env, {buffer, symbol}), {buffer});
    EXPECT_EQ(BytesOf(env, buffer), "kept");
  });
}

TEST_F(StructuredCloneTest, WhatCannotBeTransferred) {
  Run([](napi_env env) {
    napi_value buffer = Buffer(env, "bytes");
    EXPECT_EQ(Refused(env, buffer, {buffer, buffer}),
              "Transfer list contains duplicate ArrayBuffer");
    EXPECT_EQ(Refused(env, buffer, {Object(env)}), "Found invalid value in transferList.");
    EXPECT_FALSE(IsDetached(env, buffer));
    napi_value view = nullptr;
    ASSERT_NAPI(napi_create_typedarray(env, napi_uint8_array, 2, buffer, 1, &view));
    EXPECT_EQ(Refused(env, view, {view}), "Found invalid value in transferList.");
    Clone(env, buffer, {buffer});
    EXPECT_EQ(Refused(env, buffer), "An ArrayBuffer is detached and could not be cloned.");
    EXPECT_EQ(Refused(env, view), "An ArrayBuffer is detached and could not be cloned.");
    EXPECT_EQ(Refused(env, Number(env, 1), {buffer}),
              "Cannot transfer object of unsupported type.");
    static char memory[8] = "native";
    napi_value external = nullptr;
    ASSERT_NAPI(napi_create_external_arraybuffer(
        env, memory, sizeof(memory), [](node_api_basic_env, void*, void*) {}, nullptr, &external));
    EXPECT_EQ(Refused(env, external, {external}), "Cannot transfer object of unsupported type.");
    EXPECT_EQ(BytesOf(env, Clone(env, external)), std::string(memory, sizeof(memory)));
  });
}

class StructuredCloneNode20 : public StructuredCloneTest {
 protected:
  StructuredCloneNode20() : StructuredCloneTest("node20") {}
};

TEST_F(StructuredCloneNode20, WhatCannotBeTransferredIsCloned) {
  Run([](napi_env env) {
    static char memory[8] = "native";
    napi_value external = nullptr;
    ASSERT_NAPI(napi_create_external_arraybuffer(
        env, memory, sizeof(memory), [](node_api_basic_env, void*, void*) {}, nullptr, &external));
    napi_value cloned = Clone(env, external, {external});
    EXPECT_EQ(BytesOf(env, cloned), std::string(memory, sizeof(memory)));
    EXPECT_FALSE(IsDetached(env, external));
    CallResult result = StructuredClone(env, Number(env, 1), {Object(env)});
    ASSERT_EQ(result.kind, Kind::kThrew);
    EXPECT_EQ(AsText(env, Get(env, result.value, "code")), "ERR_INVALID_TRANSFER_OBJECT");
    EXPECT_EQ(AsText(env, Get(env, result.value, "name")), "TypeError");
  });
}

}  // namespace
}  // namespace napisan
