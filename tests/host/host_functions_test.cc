// Functions, classes, exceptions and promises. Expected answers follow Node's js_native_api_v8.cc.
#include <thread>

#include "host_test.h"

namespace napisan {
namespace {

using testing::ElementsAre;
class HostFunctions : public HostTest {};

napi_value Sum(napi_env env, napi_callback_info info) {
  size_t argc = 4;
  napi_value argv[4];
  EXPECT_NAPI(napi_get_cb_info(env, info, &argc, argv, nullptr, nullptr));
  double sum = 0;
  for (size_t i = 0; i < argc && i < 4; ++i) sum += AsNumber(env, argv[i]);
  return Number(env, sum);
}
napi_value ThrowRange(napi_env env, napi_callback_info) {
  EXPECT_NAPI(napi_throw_range_error(env, "CODE", "too far"));
  return nullptr;
}

TEST_F(HostFunctions, ArgumentsBeyondThoseGivenAreUndefined) {
  Run([](napi_env env) {
    napi_value function = Function(env, [](napi_env inner, napi_callback_info info) {
      size_t argc = 3;
      napi_value argv[3];
      napi_value self = nullptr;
      EXPECT_NAPI(napi_get_cb_info(inner, info, &argc, argv, &self, nullptr));
      EXPECT_EQ(argc, 1u);
      EXPECT_EQ(AsNumber(inner, argv[0]), 1);
      EXPECT_EQ(TypeOf(inner, argv[1]), napi_undefined);
      EXPECT_EQ(TypeOf(inner, argv[2]), napi_undefined);
      EXPECT_EQ(TypeOf(inner, self), napi_object);
      napi_value target = self;
      EXPECT_NAPI(napi_get_new_target(inner, info, &target));
      EXPECT_EQ(target, nullptr);
      return static_cast<napi_value>(nullptr);
    });
    napi_value argument = Number(env, 1);
    napi_value result = nullptr;
    ASSERT_NAPI(napi_call_function(env, Object(env), function, 1, &argument, &result));
    EXPECT_EQ(TypeOf(env, result), napi_undefined);
  });
}

TEST_F(HostFunctions, ExceptionsGoToTheCaller) {
  Run([](napi_env env) {
    napi_value result = nullptr;
    napi_value sum = Function(env, Sum);
    EXPECT_EQ(
        napi_call_function(env, Undefined(env), Function(env, ThrowRange), 0, nullptr, &result),
        napi_pending_exception);
    EXPECT_EQ(napi_call_function(env, Undefined(env), sum, 0, nullptr, &result),
              napi_pending_exception);
    // Functions that run no JavaScript still work.
    napi_value object = nullptr;
    EXPECT_NAPI(napi_create_object(env, &object));
    EXPECT_EQ(TakeException(env), "too far");
    EXPECT_NAPI(napi_call_function(env, Undefined(env), sum, 0, nullptr, &result));
    EXPECT_EQ(AsNumber(env, result), 0);
  });
}

TEST_F(HostFunctions, AnExceptionThatNobodyTakesIsUncaught) {
  Run([](napi_env env) { EXPECT_NAPI(napi_throw_error(env, nullptr, "lost")); });
  EXPECT_THAT(Uncaught(), ElementsAre("Error: lost"));
}

TEST_F(HostFunctions, CallsThatNeverReturnEndInARangeError) {
  static napi_value self = nullptr;
  Run([](napi_env env) {
    napi_value function = Function(env, [](napi_env inner, napi_callback_info) {
      napi_value result = nullptr;
      napi_call_function(inner, self, self, 0, nullptr, &result);
      return static_cast<napi_value>(nullptr);
    });
    self = function;
    EXPECT_EQ(napi_call_function(env, function, function, 0, nullptr, nullptr),
              napi_pending_exception);
    EXPECT_EQ(TakeException(env), "Maximum call stack size exceeded");
  });
}

TEST_F(HostFunctions, WrongArgumentsAreRefused) {
  Run([](napi_env env) {
    napi_value result = nullptr;
    EXPECT_EQ(napi_create_function(env, "f", NAPI_AUTO_LENGTH, nullptr, nullptr, &result),
              napi_invalid_arg);
    EXPECT_EQ(napi_call_function(env, Undefined(env), Object(env), 0, nullptr, &result),
              napi_invalid_arg);
    EXPECT_EQ(napi_call_function(env, nullptr, Function(env, Sum), 0, nullptr, &result),
              napi_invalid_arg);
    EXPECT_EQ(napi_call_function(env, Undefined(env), Function(env, Sum), 1, nullptr, &result),
              napi_invalid_arg);
    bool is = true;
    EXPECT_EQ(napi_instanceof(env, Object(env), Object(env), &is), napi_function_expected);
    EXPECT_EQ(TakeException(env), "Constructor must be a function");
    const napi_extended_error_info* info = nullptr;
    EXPECT_EQ(napi_create_error(env, nullptr, Number(env, 1), &result), napi_string_expected);
    EXPECT_NAPI(napi_get_last_error_info(env, &info));
    EXPECT_EQ(info->error_code, napi_string_expected);
    EXPECT_STREQ(info->error_message, "A string was expected");
  });
}

struct Point {
  double x;
};
napi_value NewPoint(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value x = nullptr;
  napi_value self = nullptr;
  napi_value target = nullptr;
  EXPECT_NAPI(napi_get_cb_info(env, info, &argc, &x, &self, nullptr));
  EXPECT_NAPI(napi_get_new_target(env, info, &target));
  EXPECT_EQ(TypeOf(env, target), napi_function);
  EXPECT_NAPI(napi_wrap(
      env, self, new Point{AsNumber(env, x)},
      [](napi_env, void* data, void*) { delete static_cast<Point*>(data); }, nullptr, nullptr));
  return self;
}
napi_value PointX(napi_env env, napi_callback_info info) {
  napi_value self = nullptr;
  void* data = nullptr;
  EXPECT_NAPI(napi_get_cb_info(env, info, nullptr, nullptr, &self, nullptr));
  EXPECT_NAPI(napi_unwrap(env, self, &data));
  return Number(env, static_cast<Point*>(data)->x);
}

TEST_F(HostFunctions, ClassesMakeInstancesWithMethods) {
  Run([](napi_env env) {
    napi_property_descriptor members[] = {
        {"getX", nullptr, PointX, nullptr, nullptr, nullptr, napi_default_method, nullptr},
        {"x", nullptr, nullptr, PointX, nullptr, nullptr, napi_default, nullptr},
        {"origin", nullptr, nullptr, nullptr, nullptr, Number(env, 0), napi_static, nullptr},
    };
    napi_value point = nullptr;
    ASSERT_NAPI(
        napi_define_class(env, "Point", NAPI_AUTO_LENGTH, NewPoint, nullptr, 3, members, &point));
    napi_value argument = Number(env, 4);
    napi_value made = nullptr;
    ASSERT_NAPI(napi_new_instance(env, point, 1, &argument, &made));
    bool is = false;
    EXPECT_NAPI(napi_instanceof(env, made, point, &is));
    EXPECT_TRUE(is);
    EXPECT_EQ(AsNumber(env, Get(env, made, "x")), 4);
    EXPECT_EQ(AsNumber(env, Get(env, point, "origin")), 0);
    EXPECT_EQ(AsText(env, Get(env, point, "name")), "Point");
    napi_value result = nullptr;
    EXPECT_NAPI(napi_call_function(env, made, Get(env, made, "getX"), 0, nullptr, &result));
    EXPECT_EQ(AsNumber(env, result), 4);
    EXPECT_EQ(napi_call_function(env, Object(env), Get(env, made, "getX"), 0, nullptr, &result),
              napi_pending_exception);
    EXPECT_EQ(TakeException(env), "Illegal invocation");
  });
}

TEST_F(HostFunctions, ReactionsOfAPromiseRunAfterTheCallback) {
  static std::vector<double> seen;
  seen.clear();
  Run([](napi_env env) {
    napi_deferred deferred = nullptr;
    napi_value promise = nullptr;
    ASSERT_NAPI(napi_create_promise(env, &deferred, &promise));
    napi_value note = Function(env, [](napi_env inner, napi_callback_info info) {
      size_t argc = 1;
      napi_value value = nullptr;
      EXPECT_NAPI(napi_get_cb_info(inner, info, &argc, &value, nullptr, nullptr));
      seen.push_back(AsNumber(inner, value));
      return static_cast<napi_value>(nullptr);
    });
    napi_value result = nullptr;
    ASSERT_NAPI(napi_call_function(env, promise, Get(env, promise, "then"), 1, &note, &result));
    bool is_promise = false;
    EXPECT_NAPI(napi_is_promise(env, result, &is_promise));
    EXPECT_TRUE(is_promise);
    ASSERT_NAPI(napi_resolve_deferred(env, deferred, Number(env, 1024)));
    EXPECT_THAT(seen, testing::IsEmpty());
  });
  EXPECT_THAT(seen, ElementsAre(1024));
}

TEST_F(HostFunctions, TwoEnvsOnTwoThreadsKnowNothingOfEachOther) {
  Run([](napi_env env) { EXPECT_NAPI(napi_set_instance_data(env, nullptr, nullptr, nullptr)); });
  std::thread([] {
    HostAgent second({});
    HostAgent::ModuleRef module = 0;
    std::string error;
    ASSERT_TRUE(second.Add("second", nullptr, 8, module, error)) << error;
    second.Run(module, [](napi_env env) {
      napi_value result = nullptr;
      napi_value arguments[] = {Number(env, 1), Number(env, 2)};
      EXPECT_NAPI(
          napi_call_function(env, Undefined(env), Function(env, Sum), 2, arguments, &result));
      EXPECT_EQ(AsNumber(env, result), 3);
    });
  }).join();
}

}  // namespace
}  // namespace napisan
