// What rule tests share: an agent, with the stepping executor unless a test needs real threads, a
// module of the test's own, and a list of reports.
//
// Every test names the reports it expects, in order, and takes them with Reports(); a report that
// nobody took fails the test. So every test is also a negative test for all other rules.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <node_api.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gc_mode.h"
#include "napisan/host.h"
#include "napisan/reports.h"
#include "twins.h"

namespace napisan {

using testing::ElementsAre;
using testing::IsEmpty;

class RuleTest : public testing::Test, public Twins {
 protected:
  RuleTest() : RuleTest("node24") {}
  explicit RuleTest(const std::string& profile, ExecutorKind executor = ExecutorKind::kStepping,
                    GcMode gc = TestGcMode()) {
    ResetReports();
    SetReportPrinting(false);
    SetReportListener(
        [](const ReportInfo& report, void* context) {
          RuleTest* self = Shown(context);
          self->rules_.emplace_back(report.rule);
          self->json_.emplace_back(report.json);
          self->NoteReport(report.rule);
        },
        Hidden());
    HostOptions options;
    options.profile = profile;
    options.executor = executor;
    options.on_uncaught = [](void* context, const std::string& text) {
      Shown(context)->uncaught_.push_back(text);
    };
    options.context = Hidden();
    options.gc = gc;
    agent_ = std::make_unique<HostAgent>(options);
    module_ = Add("test_module");
  }
  ~RuleTest() override {
    agent_.reset();
    SetReportListener(nullptr, nullptr);
    EXPECT_THAT(Reports(), IsEmpty()) << "reports that the test did not expect";
    EXPECT_THAT(Uncaught(), IsEmpty()) << "exceptions that the test did not expect";
    Judge();
  }

  HostAgent::ModuleRef Add(const std::string& name, int32_t version = 8,
                           napi_addon_register_func init = nullptr) {
    HostAgent::ModuleRef module = 0;
    std::string error;
    EXPECT_TRUE(agent_->Add(name, init, version, module, error)) << error;
    return module;
  }
  HostAgent& agent() { return *agent_; }
  HostAgent::ModuleRef module() const { return module_; }
  // Runs body(env) as a function that JavaScript called.
  template <class Body>
  void Run(Body&& body) {
    NoteRun();
    agent_->Run(module_, std::forward<Body>(body));
  }
  void Teardown() { agent_->Teardown(); }
  // Teardown, and the thread has no agent any more.
  void End() { agent_.reset(); }

  // The rules reported since the last time, in order.
  std::vector<std::string> Reports() { return std::exchange(rules_, {}); }
  // The newest report as JSON.
  const std::string& LastJson() const { return json_.back(); }
  std::vector<std::string> Uncaught() { return std::exchange(uncaught_, {}); }

 private:
  // Leaks are what the module has no way to. It is linked with us here, and must not find its
  // handles in what our strings and lists were before.
  void* Hidden() { return reinterpret_cast<void*>(~reinterpret_cast<uintptr_t>(this)); }
  static RuleTest* Shown(void* hidden) {
    return reinterpret_cast<RuleTest*>(~reinterpret_cast<uintptr_t>(hidden));
  }

  std::unique_ptr<HostAgent> agent_;
  HostAgent::ModuleRef module_ = 0;
  std::vector<std::string> rules_;
  std::vector<std::string> json_;
  std::vector<std::string> uncaught_;
};

inline napi_value Text(napi_env env, const char* text) {
  napi_value value = nullptr;
  EXPECT_EQ(napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value), napi_ok);
  return value;
}
inline napi_value Number(napi_env env, double number) {
  napi_value value = nullptr;
  EXPECT_EQ(napi_create_double(env, number, &value), napi_ok);
  return value;
}
inline napi_value Object(napi_env env) {
  napi_value value = nullptr;
  EXPECT_EQ(napi_create_object(env, &value), napi_ok);
  return value;
}
// A JavaScript function that runs body(env, info) and returns what that returns. `body` outlives
// it.
template <class Body>
napi_value Function(napi_env env, Body& body, const char* name = "inner") {
  napi_callback callback = [](napi_env inner, napi_callback_info info) -> napi_value {
    void* data = nullptr;
    EXPECT_EQ(napi_get_cb_info(inner, info, nullptr, nullptr, nullptr, &data), napi_ok);
    return (*static_cast<Body*>(data))(inner, info);
  };
  napi_value function = nullptr;
  EXPECT_EQ(napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, &body, &function), napi_ok);
  return function;
}
// Calls a function with one argument, or with none where that is null.
inline napi_status TryCall(napi_env env, napi_value function, napi_value argument,
                           napi_value* result) {
  napi_value global = nullptr;
  EXPECT_EQ(napi_get_global(env, &global), napi_ok);
  return napi_call_function(env, global, function, argument != nullptr ? 1 : 0, &argument, result);
}
inline napi_value Call(napi_env env, napi_value function, napi_value argument = nullptr) {
  napi_value result = nullptr;
  EXPECT_EQ(TryCall(env, function, argument, &result), napi_ok);
  return result;
}
// body(env, info), called by JavaScript from inside of what runs now.
template <class Body>
napi_value CallInside(napi_env env, Body&& body) {
  return Call(env, Function(env, body));
}
inline napi_value FirstArgument(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument = nullptr;
  EXPECT_EQ(napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr), napi_ok);
  return argument;
}
inline napi_valuetype TypeOf(napi_env env, napi_value value) {
  napi_valuetype type = napi_null;
  EXPECT_EQ(napi_typeof(env, value, &type), napi_ok);
  return type;
}
inline double NumberOf(napi_env env, napi_value value) {
  double number = -1;
  EXPECT_EQ(napi_get_value_double(env, value, &number), napi_ok);
  return number;
}
// What a stale or forged value gets.
inline void ExpectRefused(napi_env env, napi_value value) {
  napi_valuetype type = napi_external;
  EXPECT_EQ(napi_typeof(env, value, &type), napi_invalid_arg);
  EXPECT_EQ(type, napi_external) << "nothing is written";
}

// A handle that nobody gave out.
template <class Handle>
Handle Forged(uintptr_t bits = 4711) {
  return reinterpret_cast<Handle>(bits);
}

// A work whose callbacks the test gives as functions.
struct TestWork {
  napi_async_work handle = nullptr;
  void (*on_execute)(napi_env env, TestWork& work) = nullptr;
  void (*on_complete)(napi_env env, napi_status status, TestWork& work) = nullptr;
  // For the callbacks' use.
  void* extra = nullptr;
  int executed = 0;
  int completed = 0;
  napi_status status = napi_generic_failure;

  napi_status Create(napi_env env, const char* name = "test work") {
    return napi_create_async_work(env, nullptr, Text(env, name), Execute, Complete, this, &handle);
  }
  static void Execute(napi_env env, void* data) {
    auto& self = *static_cast<TestWork*>(data);
    ++self.executed;
    if (self.on_execute != nullptr) self.on_execute(env, self);
  }
  static void Complete(napi_env env, napi_status status, void* data) {
    auto& self = *static_cast<TestWork*>(data);
    ++self.completed;
    self.status = status;
    if (self.on_complete != nullptr) self.on_complete(env, status, self);
  }
};

}  // namespace napisan
