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

namespace napisan {

using testing::ElementsAre;
using testing::IsEmpty;

class RuleTest : public testing::Test {
 protected:
  RuleTest() : RuleTest("node24") {}
  explicit RuleTest(const std::string& profile, ExecutorKind executor = ExecutorKind::kStepping,
                    GcMode gc = TestGcMode()) {
    ResetReports();
    SetReportPrinting(false);
    SetReportListener(
        [](const ReportInfo& report, void* context) {
          auto* self = static_cast<RuleTest*>(context);
          self->rules_.emplace_back(report.rule);
          self->json_.emplace_back(report.json);
        },
        this);
    HostOptions options;
    options.profile = profile;
    options.executor = executor;
    options.on_uncaught = [](void* context, const std::string& text) {
      static_cast<RuleTest*>(context)->uncaught_.push_back(text);
    };
    options.context = this;
    options.gc = gc;
    agent_ = std::make_unique<HostAgent>(options);
    module_ = Add("test_module");
  }
  ~RuleTest() override {
    agent_.reset();
    SetReportListener(nullptr, nullptr);
    EXPECT_THAT(Reports(), IsEmpty()) << "reports that the test did not expect";
    EXPECT_THAT(Uncaught(), IsEmpty()) << "exceptions that the test did not expect";
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
