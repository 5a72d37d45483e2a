// What tests of handle scopes and their values share.
#pragma once

#include <functional>

#include "rule_test.h"

namespace napisan {

class HandleScopeRules : public RuleTest {
 protected:
  using RuleTest::RuleTest;

  static napi_handle_scope Open(napi_env env) {
    napi_handle_scope scope = nullptr;
    EXPECT_EQ(napi_open_handle_scope(env, &scope), napi_ok);
    return scope;
  }
  static napi_escapable_handle_scope OpenEscapable(napi_env env) {
    napi_escapable_handle_scope scope = nullptr;
    EXPECT_EQ(napi_open_escapable_handle_scope(env, &scope), napi_ok);
    return scope;
  }
  static void Close(napi_env env, napi_handle_scope scope) {
    EXPECT_EQ(napi_close_handle_scope(env, scope), napi_ok);
  }
  static void Close(napi_env env, napi_escapable_handle_scope scope) {
    EXPECT_EQ(napi_close_escapable_handle_scope(env, scope), napi_ok);
  }
  static napi_value Escape(napi_env env, napi_escapable_handle_scope scope, napi_value value) {
    napi_value escaped = nullptr;
    EXPECT_EQ(napi_escape_handle(env, scope, value, &escaped), napi_ok);
    return escaped;
  }
  void Queue(TestWork& work) {
    Run([&](napi_env env) {
      ASSERT_EQ(work.Create(env), napi_ok);
      ASSERT_EQ(napi_queue_async_work(env, work.handle), napi_ok);
    });
  }
};

}  // namespace napisan
