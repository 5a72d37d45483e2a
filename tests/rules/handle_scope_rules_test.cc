// handle-scope/*, the lives of scopes: opened, closed once and in order, escaped from once.
#include "scope_test.h"

namespace napisan {
namespace {

// handle-scope/not-closed

TEST_F(HandleScopeRules, NotClosed) {
  Breaks("handle-scope/not-closed");
  Run([](napi_env env) { Open(env); });
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/not-closed"));
  EXPECT_THAT(LastJson(), testing::HasSubstr("\"action\":\"repaired\""));
}

TEST_F(HandleScopeRules, EachScopeThatIsNotClosedIsTold) {
  Run([](napi_env env) {
    Open(env);
    OpenEscapable(env);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/not-closed", "handle-scope/not-closed"));
}

TEST_F(HandleScopeRules, NotClosedByAnInnerCallback) {
  Run([](napi_env env) {
    napi_value kept = Number(env, 1);
    napi_handle_scope mine = Open(env);
    napi_value also = Number(env, 2);
    CallInside(env, [](napi_env inner, napi_callback_info) -> napi_value {
      Open(inner);
      Number(inner, 3);
      return nullptr;
    });
    // The outer callback's scopes are as they were.
    EXPECT_EQ(NumberOf(env, kept), 1);
    EXPECT_EQ(NumberOf(env, also), 2);
    Close(env, mine);
    EXPECT_EQ(NumberOf(env, kept), 1);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/not-closed"));
}

TEST_F(HandleScopeRules, AValueOfAScopeThatIsLeftOpenIsReturnedAllTheSame) {
  Run([](napi_env env) {
    napi_value returned = CallInside(env, [](napi_env inner, napi_callback_info) {
      Open(inner);
      return Number(inner, 42);
    });
    EXPECT_EQ(NumberOf(env, returned), 42);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/not-closed"));
}

// Nothing but the scope held it.
TEST_F(HandleScopeRules, AnObjectOfAScopeThatIsLeftOpenIsReturnedAllTheSame) {
  Run([](napi_env env) {
    napi_value returned = CallInside(env, [](napi_env inner, napi_callback_info) {
      Open(inner);
      napi_value object = Object(inner);
      EXPECT_EQ(napi_set_named_property(inner, object, "p", Number(inner, 42)), napi_ok);
      return object;
    });
    napi_value held = nullptr;
    ASSERT_EQ(napi_get_named_property(env, returned, "p", &held), napi_ok);
    EXPECT_EQ(NumberOf(env, held), 42);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/not-closed"));
}

TEST_F(HandleScopeRules, NotClosedInComplete) {
  TestWork work;
  work.on_complete = [](napi_env env, napi_status, TestWork& self) {
    Open(env);
    EXPECT_EQ(napi_delete_async_work(env, self.handle), napi_ok);
  };
  Queue(work);
  agent().RunLoop();
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/not-closed"));
}

TEST_F(HandleScopeRules, NotClosedInInitAFinalizerAndAHook) {
  napi_addon_register_func init = [](napi_env env, napi_value) -> napi_value {
    Open(env);
    EXPECT_EQ(napi_add_env_cleanup_hook(
                  env, [](void* data) { Open(static_cast<napi_env>(data)); }, env),
              napi_ok);
    EXPECT_EQ(napi_set_instance_data(
                  env, env, [](napi_env finalized, void*, void*) { Open(finalized); }, nullptr),
              napi_ok);
    return nullptr;
  };
  Add("leaves_scopes_open", 8, init);
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/not-closed"));
  Teardown();
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/not-closed", "handle-scope/not-closed"));
}

// The checker closed it with a report; the module that comes too late is told nothing new.
TEST_F(HandleScopeRules, AScopeThatALaterCallbackClosesIsOneMistake) {
  napi_handle_scope scope = nullptr;
  Run([&](napi_env env) { scope = Open(env); });
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/not-closed"));
  Run([&](napi_env env) {
    EXPECT_EQ(napi_close_handle_scope(env, scope), napi_handle_scope_mismatch);
  });
}

TEST_F(HandleScopeRules, EveryScopeIsClosedOnEveryPath) {
  Keeps("handle-scope/not-closed", "handle-scope/double-close", "handle-scope/close-out-of-order");
  Run([](napi_env env) {
    for (int i = 0; i < 1000; ++i) {
      napi_handle_scope outer = Open(env);
      napi_escapable_handle_scope middle = OpenEscapable(env);
      napi_handle_scope inner = Open(env);
      Number(env, i);
      Close(env, inner);
      Close(env, middle);
      Close(env, outer);
    }
  });
}

TEST_F(HandleScopeRules, AScopeMayStayOpenAcrossCallsThatOpenTheirOwn) {
  Keeps("handle-scope/not-closed", "handle-scope/close-out-of-order");
  int depth = 0;
  std::function<napi_value(napi_env, napi_callback_info)> body = [&](napi_env env,
                                                                     napi_callback_info) {
    napi_handle_scope scope = Open(env);
    napi_value made = Number(env, depth);
    if (++depth < 20) Call(env, Function(env, body));
    EXPECT_EQ(NumberOf(env, made), --depth);
    Close(env, scope);
    return nullptr;
  };
  Run([&](napi_env env) { Call(env, Function(env, body)); });
  EXPECT_EQ(depth, 0);
}

// handle-scope/double-close

TEST_F(HandleScopeRules, DoubleClose) {
  Breaks("handle-scope/double-close");
  Run([](napi_env env) {
    napi_handle_scope scope = Open(env);
    Close(env, scope);
    EXPECT_EQ(napi_close_handle_scope(env, scope), napi_handle_scope_mismatch);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/double-close"));
}

// Node frees the scope twice here, and the engine's stack of handles is another's.
TEST_F(HandleScopeRules, DoubleCloseWhileAnotherIsOpen) {
  Run([](napi_env env) {
    napi_handle_scope outer = Open(env);
    napi_value kept = Number(env, 1);
    napi_handle_scope inner = Open(env);
    Close(env, inner);
    EXPECT_EQ(napi_close_handle_scope(env, inner), napi_handle_scope_mismatch);
    EXPECT_EQ(NumberOf(env, kept), 1);
    Close(env, outer);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/double-close"));
}

// The next scope has the same place, and is another one.
TEST_F(HandleScopeRules, ADoubleCloseDoesNotCloseTheNextOne) {
  Run([](napi_env env) {
    napi_escapable_handle_scope first = OpenEscapable(env);
    Close(env, first);
    napi_escapable_handle_scope second = OpenEscapable(env);
    EXPECT_EQ(napi_close_escapable_handle_scope(env, first), napi_handle_scope_mismatch);
    EXPECT_EQ(TypeOf(env, Number(env, 1)), napi_number);
    Close(env, second);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/double-close"));
}

TEST_F(HandleScopeRules, DoubleCloseInALaterCallback) {
  napi_handle_scope scope = nullptr;
  Run([&](napi_env env) {
    scope = Open(env);
    Close(env, scope);
  });
  for (int i = 0; i < 1000; ++i) Run([](napi_env) {});
  Run([&](napi_env env) {
    EXPECT_EQ(napi_close_handle_scope(env, scope), napi_handle_scope_mismatch);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/double-close"));
}

// handle-scope/close-out-of-order

TEST_F(HandleScopeRules, CloseOutOfOrder) {
  Breaks("handle-scope/close-out-of-order");
  Run([](napi_env env) {
    napi_handle_scope outer = Open(env);
    napi_handle_scope inner = Open(env);
    EXPECT_EQ(napi_close_handle_scope(env, outer), napi_handle_scope_mismatch);
    Close(env, inner);
  });
  // That the outer one is open still is because of the refusal.
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/close-out-of-order"));
}

TEST_F(HandleScopeRules, AfterACloseOutOfOrderBothAreGoodAndCanBeClosed) {
  Run([](napi_env env) {
    napi_escapable_handle_scope outer = OpenEscapable(env);
    napi_value of_outer = Number(env, 1);
    napi_handle_scope inner = Open(env);
    napi_value of_inner = Number(env, 2);
    EXPECT_EQ(napi_close_escapable_handle_scope(env, outer), napi_handle_scope_mismatch);
    EXPECT_EQ(NumberOf(env, of_outer), 1);
    EXPECT_EQ(NumberOf(env, of_inner), 2);
    Close(env, inner);
    EXPECT_EQ(NumberOf(env, of_outer), 1);
    Close(env, outer);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/close-out-of-order"));
}

TEST_F(HandleScopeRules, AnInnerCallbackDoesNotCloseAnOuterOnesScope) {
  Run([](napi_env env) {
    napi_handle_scope outer = Open(env);
    napi_value kept = Number(env, 1);
    CallInside(env, [&](napi_env inner, napi_callback_info) -> napi_value {
      EXPECT_EQ(napi_close_handle_scope(inner, outer), napi_handle_scope_mismatch);
      return nullptr;
    });
    EXPECT_EQ(NumberOf(env, kept), 1);
    Close(env, outer);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/close-out-of-order"));
}

// handle-scope/escape-twice

TEST_F(HandleScopeRules, EscapeTwice) {
  Breaks("handle-scope/escape-twice");
  Run([](napi_env env) {
    napi_escapable_handle_scope scope = OpenEscapable(env);
    napi_value first = Escape(env, scope, Number(env, 1));
    napi_value second = nullptr;
    EXPECT_EQ(napi_escape_handle(env, scope, Number(env, 2), &second), napi_escape_called_twice);
    EXPECT_EQ(second, nullptr);
    Close(env, scope);
    EXPECT_EQ(NumberOf(env, first), 1);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/escape-twice"));
}

TEST_F(HandleScopeRules, AnEscapeThatFailedMayBeTriedAgain) {
  Keeps("handle-scope/escape-twice");
  Run([](napi_env env) {
    napi_escapable_handle_scope scope = OpenEscapable(env);
    napi_value result = nullptr;
    EXPECT_EQ(napi_escape_handle(env, scope, nullptr, &result), napi_invalid_arg);
    EXPECT_EQ(napi_escape_handle(env, scope, Number(env, 1), nullptr), napi_invalid_arg);
    result = Escape(env, scope, Number(env, 2));
    Close(env, scope);
    EXPECT_EQ(NumberOf(env, result), 2);
  });
}

TEST_F(HandleScopeRules, EveryScopeOfAChainEscapesOnce) {
  Keeps("handle-scope/escape-twice", "handle-scope/escape-foreign");
  std::function<napi_value(napi_env, int)> make = [&](napi_env env, int depth) {
    napi_escapable_handle_scope scope = OpenEscapable(env);
    napi_value made = depth == 0 ? Number(env, 7) : make(env, depth - 1);
    napi_value escaped = Escape(env, scope, made);
    Close(env, scope);
    return escaped;
  };
  Run([&](napi_env env) { EXPECT_EQ(NumberOf(env, make(env, 50)), 7); });
}

// handle-scope/escape-foreign

TEST_F(HandleScopeRules, EscapeForeign) {
  Breaks("handle-scope/escape-foreign");
  Run([](napi_env env) {
    napi_escapable_handle_scope scope = OpenEscapable(env);
    Close(env, scope);
    napi_value result = nullptr;
    EXPECT_EQ(napi_escape_handle(env, scope, Number(env, 1), &result), napi_invalid_arg);
    EXPECT_EQ(result, nullptr);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/escape-foreign"));
}

TEST_F(HandleScopeRules, EscapeFromTheScopeOfAnEarlierCallback) {
  napi_escapable_handle_scope scope = nullptr;
  Run([&](napi_env env) {
    scope = OpenEscapable(env);
    Close(env, scope);
  });
  Run([&](napi_env env) {
    // Another one has its place now.
    napi_escapable_handle_scope mine = OpenEscapable(env);
    napi_value result = nullptr;
    EXPECT_EQ(napi_escape_handle(env, scope, Number(env, 1), &result), napi_invalid_arg);
    EXPECT_EQ(NumberOf(env, Escape(env, mine, Number(env, 2))), 2);
    Close(env, mine);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/escape-foreign"));
}

// A helper that returns what it was given, or makes something, escapes both in one way.
TEST_F(HandleScopeRules, WhatAnOuterScopeMadeMayEscape) {
  Keeps("handle-scope/escape-foreign");
  Run([](napi_env env) {
    napi_value outer = Number(env, 1);
    napi_value undefined = nullptr;
    ASSERT_EQ(napi_get_undefined(env, &undefined), napi_ok);
    for (napi_value value : {outer, undefined}) {
      napi_escapable_handle_scope scope = OpenEscapable(env);
      napi_value escaped = Escape(env, scope, value);
      Close(env, scope);
      EXPECT_EQ(TypeOf(env, escaped), TypeOf(env, value));
    }
  });
}

TEST_F(HandleScopeRules, AnArgumentAndAReferencesValueMayEscape) {
  Keeps("handle-scope/escape-foreign");
  auto identity = [](napi_env env, napi_callback_info info) {
    napi_value argument = FirstArgument(env, info);
    napi_escapable_handle_scope scope = OpenEscapable(env);
    napi_value escaped = Escape(env, scope, argument);
    Close(env, scope);
    return escaped;
  };
  Run([&](napi_env env) {
    EXPECT_EQ(NumberOf(env, Call(env, Function(env, identity), Number(env, 9))), 9);
    napi_ref reference = nullptr;
    ASSERT_EQ(napi_create_reference(env, Object(env), 1, &reference), napi_ok);
    napi_escapable_handle_scope scope = OpenEscapable(env);
    napi_value value = nullptr;
    ASSERT_EQ(napi_get_reference_value(env, reference, &value), napi_ok);
    napi_value escaped = Escape(env, scope, value);
    Close(env, scope);
    EXPECT_EQ(TypeOf(env, escaped), napi_object);
    EXPECT_EQ(napi_delete_reference(env, reference), napi_ok);
  });
}

TEST_F(HandleScopeRules, WhatAnInnerScopeMadeMayEscapeFromAnOuter) {
  Keeps("handle-scope/escape-foreign");
  Run([](napi_env env) {
    napi_escapable_handle_scope outer = OpenEscapable(env);
    napi_handle_scope inner = Open(env);
    napi_value escaped = Escape(env, outer, Number(env, 3));
    Close(env, inner);
    EXPECT_EQ(NumberOf(env, escaped), 3);
    Close(env, outer);
    EXPECT_EQ(NumberOf(env, escaped), 3);
  });
}

TEST_F(HandleScopeRules, AnInnerCallbackMayEscapeFromAnOuterOnesScope) {
  Keeps("handle-scope/escape-foreign");
  Run([](napi_env env) {
    napi_escapable_handle_scope outer = OpenEscapable(env);
    napi_value escaped = nullptr;
    CallInside(env, [&](napi_env inner, napi_callback_info) -> napi_value {
      escaped = Escape(inner, outer, Number(inner, 4));
      return nullptr;
    });
    EXPECT_EQ(NumberOf(env, escaped), 4);
    Close(env, outer);
    EXPECT_EQ(NumberOf(env, escaped), 4);
  });
}

// Null scopes and null results are the host's to answer.
TEST_F(HandleScopeRules, NullArgumentsAreNoReport) {
  Run([](napi_env env) {
    EXPECT_EQ(napi_open_handle_scope(env, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_open_escapable_handle_scope(env, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_close_handle_scope(env, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_close_escapable_handle_scope(env, nullptr), napi_invalid_arg);
    napi_value result = nullptr;
    EXPECT_EQ(napi_escape_handle(env, nullptr, Number(env, 1), &result), napi_invalid_arg);
    EXPECT_EQ(result, nullptr);
  });
}

}  // namespace
}  // namespace napisan
