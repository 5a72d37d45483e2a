// What host tests share: an agent, a module of the test's own, and short ways to make values.
// They use napi_* symbols and the public headers only, so that they could run on any host.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <node_api.h>

#include <string>
#include <utility>
#include <vector>

#include "gc_mode.h"
#include "napisan/host.h"

namespace napisan {

#define ASSERT_NAPI(call) ASSERT_EQ((call), napi_ok)
#define EXPECT_NAPI(call) EXPECT_EQ((call), napi_ok)

class HostTest : public testing::Test {
 protected:
  HostTest() : HostTest("node24") {}
  explicit HostTest(const std::string& profile, ExecutorKind executor = ExecutorKind::kUv)
      : HostTest({.profile = profile, .executor = executor}) {}
  explicit HostTest(const HostOptions& options) : agent_(Options(options)) {
    module_ = Add("test_module");
  }
  ~HostTest() override { EXPECT_THAT(Uncaught(), testing::IsEmpty()); }

  HostAgent::ModuleRef Add(const std::string& name, int32_t version = 8,
                           napi_addon_register_func init = nullptr) {
    HostAgent::ModuleRef module = 0;
    std::string error;
    EXPECT_TRUE(agent_.Add(name, init, version, module, error)) << error;
    return module;
  }
  HostAgent& agent() { return agent_; }
  HostAgent::ModuleRef module() const { return module_; }
  template <class Body>
  void Run(Body&& body) {
    agent_.Run(module_, std::forward<Body>(body));
  }
  std::vector<std::string> Uncaught() { return std::exchange(uncaught_, {}); }

 private:
  HostOptions Options(HostOptions options) {
    options.on_uncaught = [](void* context, const std::string& text) {
      static_cast<HostTest*>(context)->uncaught_.push_back(text);
    };
    options.context = this;
    options.gc = TestGcMode();
    return options;
  }

  std::vector<std::string> uncaught_;
  HostAgent agent_;
  HostAgent::ModuleRef module_ = 0;
};

inline napi_value Number(napi_env env, double number) {
  napi_value value = nullptr;
  EXPECT_NAPI(napi_create_double(env, number, &value));
  return value;
}
inline napi_value Text(napi_env env, const std::string& text) {
  napi_value value = nullptr;
  EXPECT_NAPI(napi_create_string_utf8(env, text.data(), text.size(), &value));
  return value;
}
inline napi_value Object(napi_env env) {
  napi_value value = nullptr;
  EXPECT_NAPI(napi_create_object(env, &value));
  return value;
}
// One that the collector leaves alone until its env ends.
inline napi_value LastingObject(napi_env env) {
  napi_value value = Object(env);
  napi_ref reference = nullptr;
  EXPECT_NAPI(napi_create_reference(env, value, 1, &reference));
  return value;
}
inline napi_value Undefined(napi_env env) {
  napi_value value = nullptr;
  EXPECT_NAPI(napi_get_undefined(env, &value));
  return value;
}
inline napi_value Function(napi_env env, napi_callback callback, void* data = nullptr) {
  napi_value value = nullptr;
  EXPECT_NAPI(napi_create_function(env, "f", NAPI_AUTO_LENGTH, callback, data, &value));
  return value;
}
inline double AsNumber(napi_env env, napi_value value) {
  double number = 0;
  EXPECT_NAPI(napi_get_value_double(env, value, &number));
  return number;
}
inline std::string AsText(napi_env env, napi_value value) {
  size_t length = 0;
  EXPECT_NAPI(napi_get_value_string_utf8(env, value, nullptr, 0, &length));
  std::string text(length + 1, '\0');
  EXPECT_NAPI(napi_get_value_string_utf8(env, value, text.data(), text.size(), &length));
  text.resize(length);
  return text;
}
inline napi_value Get(napi_env env, napi_value object, const char* name) {
  napi_value value = nullptr;
  EXPECT_NAPI(napi_get_named_property(env, object, name, &value));
  return value;
}
inline napi_valuetype TypeOf(napi_env env, napi_value value) {
  napi_valuetype type = napi_undefined;
  EXPECT_NAPI(napi_typeof(env, value, &type));
  return type;
}
// The message of the pending exception, which is cleared; empty when there is none.
inline std::string TakeException(napi_env env) {
  bool pending = false;
  EXPECT_NAPI(napi_is_exception_pending(env, &pending));
  if (!pending) return "";
  napi_value exception = nullptr;
  EXPECT_NAPI(napi_get_and_clear_last_exception(env, &exception));
  bool is_error = false;
  EXPECT_NAPI(napi_is_error(env, exception, &is_error));
  return is_error ? AsText(env, Get(env, exception, "message")) : "(no error)";
}

}  // namespace napisan
