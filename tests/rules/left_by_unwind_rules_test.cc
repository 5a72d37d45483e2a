// exception/native-unwind: a C++ exception leaves a callback, whatever its type, and what is left
// undone after it is not told again.

#include <stdexcept>

#include "rule_test.h"

namespace napisan {
namespace {

using testing::HasSubstr;

class LeftByUnwindRules : public RuleTest {};

// As Napi::Error: its text comes from Node-API, which no callback is there for any more.
class ErrorOfModule : public std::exception {
 public:
  explicit ErrorOfModule(napi_env env) : env_(env) {}
  const char* what() const noexcept override {
    napi_value text = nullptr;
    napi_create_string_utf8(env_, "what", NAPI_AUTO_LENGTH, &text);
    napi_throw(env_, text);
    return "what";
  }

 private:
  napi_env env_;
};

template <class Exception>
napi_value Throwing(napi_env env, napi_callback_info) {
  // All of them left behind by the exception.
  napi_deferred deferred = nullptr;
  napi_value promise = nullptr;
  EXPECT_EQ(napi_create_promise(env, &deferred, &promise), napi_ok);
  napi_ref reference = nullptr;
  EXPECT_EQ(napi_create_reference(env, promise, 1, &reference), napi_ok);
  napi_async_work work = nullptr;
  EXPECT_EQ(napi_create_async_work(
                env, nullptr, Text(env, "left"), [](napi_env, void*) {},
                [](napi_env, napi_status, void*) {}, nullptr, &work),
            napi_ok);
  if constexpr (std::is_same_v<Exception, void>) {
    return nullptr;
  } else if constexpr (std::is_same_v<Exception, ErrorOfModule>) {
    throw ErrorOfModule(env);
  } else {
    throw Exception("its text");
  }
}

void CallOne(napi_env env, napi_callback callback) {
  napi_value function = nullptr;
  ASSERT_EQ(napi_create_function(env, "f", NAPI_AUTO_LENGTH, callback, nullptr, &function),
            napi_ok);
  napi_value undefined = nullptr;
  ASSERT_EQ(napi_get_undefined(env, &undefined), napi_ok);
  EXPECT_EQ(napi_call_function(env, undefined, function, 0, nullptr, nullptr), napi_ok);
}

TEST_F(LeftByUnwindRules, ItsTextIsTold) {
  Run([](napi_env env) { CallOne(env, Throwing<std::runtime_error>); });
  EXPECT_THAT(LastJson(), HasSubstr("leaves f(): its text"));
  EXPECT_THAT(Reports(), ElementsAre("exception/native-unwind"));
}

TEST_F(LeftByUnwindRules, ATypeOfTheModulesOwnIsToldByItsName) {
  Run([](napi_env env) { CallOne(env, Throwing<ErrorOfModule>); });
  EXPECT_THAT(LastJson(), HasSubstr("ErrorOfModule"));
  EXPECT_THAT(Reports(), ElementsAre("exception/native-unwind"));
}

TEST_F(LeftByUnwindRules, WhatIsNoExceptionIsTold) {
  Run([](napi_env env) {
    CallOne(env, [](napi_env, napi_callback_info) -> napi_value { throw 5; });
  });
  EXPECT_THAT(Reports(), ElementsAre("exception/native-unwind"));
}

// The twin: without an exception the same is three leaks.
TEST_F(LeftByUnwindRules, WithoutOneWhatIsLeftIsLeaked) {
  Run([](napi_env env) { CallOne(env, Throwing<void>); });
  Teardown();
  EXPECT_THAT(Reports(), testing::UnorderedElementsAre("deferred/never-settled", "reference/leaked",
                                                       "async-work/leaked"));
}

}  // namespace
}  // namespace napisan
