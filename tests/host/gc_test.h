// What tests of the garbage collector share: an agent of any profile and mode, and objects whose
// end can be seen.
#pragma once

#include <memory>
#include <string>

#include "host_test.h"

namespace napisan {

class GcTest : public testing::Test {
 protected:
  GcTest() { Begin({.gc = TestGcMode()}); }
  ~GcTest() override { EXPECT_THAT(uncaught_, testing::IsEmpty()); }

  // A new agent in place of the old one, which is torn down.
  void Begin(HostOptions options) {
    agent_.reset();
    options.on_uncaught = [](void* context, const std::string& text) {
      static_cast<GcTest*>(context)->uncaught_.push_back(text);
    };
    options.context = this;
    agent_ = std::make_unique<HostAgent>(options);
    module_ = Add("test_module");
  }
  void End() { agent_.reset(); }

  HostAgent::ModuleRef Add(const std::string& name, int32_t version = 8) {
    HostAgent::ModuleRef module = 0;
    std::string error;
    EXPECT_TRUE(agent_->Add(name, nullptr, version, module, error)) << error;
    return module;
  }
  HostAgent& agent() { return *agent_; }
  template <class Body>
  void Run(Body&& body) {
    agent_->Run(module_, std::forward<Body>(body));
  }
  void Collect() { agent_->CollectGarbage(); }
  std::vector<std::string> Uncaught() { return std::exchange(uncaught_, {}); }

 private:
  std::vector<std::string> uncaught_;
  std::unique_ptr<HostAgent> agent_;
  HostAgent::ModuleRef module_ = 0;
};

// An object that nothing holds but what the test does with it: a weak reference tells of its end.
class Watched {
 public:
  // Of a value of the test's own.
  void Watch(napi_env env, napi_value value) {
    EXPECT_NAPI(napi_create_reference(env, value, 0, &weak_));
  }
  napi_value Make(napi_env env) {
    napi_value object = Object(env);
    Watch(env, object);
    return object;
  }
  bool IsAlive(napi_env env) const {
    napi_handle_scope scope = nullptr;
    EXPECT_NAPI(napi_open_handle_scope(env, &scope));
    napi_value value = nullptr;
    EXPECT_NAPI(napi_get_reference_value(env, weak_, &value));
    EXPECT_NAPI(napi_close_handle_scope(env, scope));
    return value != nullptr;
  }
  napi_ref weak() const { return weak_; }

 private:
  napi_ref weak_ = nullptr;
};

inline napi_value Global(napi_env env) {
  napi_value global = nullptr;
  EXPECT_NAPI(napi_get_global(env, &global));
  return global;
}

}  // namespace napisan
