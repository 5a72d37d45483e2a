// handle-scope/*, the lives of values: while their scope is open, and no longer.
#include "scope_test.h"

namespace napisan {
namespace {

constexpr char kUseAfterClose[] = "handle-scope/use-after-close";
constexpr char kOutlives[] = "handle-scope/value-outlives-callback";

class ValueRules : public HandleScopeRules {
 protected:
  using HandleScopeRules::HandleScopeRules;

  // A value of a scope that is closed.
  static napi_value Closed(napi_env env) {
    napi_handle_scope scope = Open(env);
    napi_value value = Number(env, 1.5);
    Close(env, scope);
    return value;
  }
};

// handle-scope/use-after-close

TEST_F(ValueRules, UseAfterClose) {
  Breaks("handle-scope/use-after-close");
  Run([](napi_env env) { ExpectRefused(env, Closed(env)); });
  EXPECT_THAT(Reports(), ElementsAre(kUseAfterClose));
}

// A real engine reads 2.5 here.
TEST_F(ValueRules, AValueInTheSamePlaceIsNotReadInstead) {
  Run([](napi_env env) {
    napi_value stale = Closed(env);
    napi_handle_scope scope = Open(env);
    napi_value other = Number(env, 2.5);
    double number = 0;
    EXPECT_EQ(napi_get_value_double(env, stale, &number), napi_invalid_arg);
    EXPECT_EQ(number, 0);
    EXPECT_EQ(NumberOf(env, other), 2.5);
    Close(env, scope);
  });
  EXPECT_THAT(Reports(), ElementsAre(kUseAfterClose));
}

TEST_F(ValueRules, EveryWayToPassAValueIsLookedAt) {
  Run([](napi_env env) {
    napi_value object = Object(env);
    napi_value stale = Closed(env);
    napi_value result = nullptr;
    auto body = [](napi_env, napi_callback_info) -> napi_value { return nullptr; };
    napi_value function = Function(env, body);
    EXPECT_EQ(napi_set_property(env, object, stale, object), napi_invalid_arg);
    EXPECT_EQ(napi_set_property(env, object, object, stale), napi_invalid_arg);
    EXPECT_EQ(napi_call_function(env, stale, function, 0, nullptr, &result), napi_invalid_arg);
    napi_value arguments[] = {object, stale};
    EXPECT_EQ(napi_call_function(env, object, function, 2, arguments, &result), napi_invalid_arg);
    napi_property_descriptor property = {"p",     nullptr, nullptr,      nullptr,
                                         nullptr, stale,   napi_default, nullptr};
    EXPECT_EQ(napi_define_properties(env, object, 1, &property), napi_invalid_arg);
    EXPECT_EQ(napi_throw(env, stale), napi_invalid_arg);
    napi_ref reference = nullptr;
    EXPECT_EQ(napi_create_reference(env, stale, 1, &reference), napi_invalid_arg);
    EXPECT_EQ(reference, nullptr);
    EXPECT_EQ(result, nullptr);
  });
  EXPECT_THAT(Reports(), testing::Each(std::string(kUseAfterClose)));
}

TEST_F(ValueRules, TheMessageSaysWhereTheScopeWas) {
  Run([](napi_env env) {
    CallInside(env, [](napi_env inner, napi_callback_info) -> napi_value {
      ExpectRefused(inner, Closed(inner));
      return nullptr;
    });
  });
  EXPECT_THAT(Reports(), ElementsAre(kUseAfterClose));
  EXPECT_THAT(LastJson(), testing::HasSubstr("opened in inner()"));
}

TEST_F(ValueRules, ManyScopesLaterItIsStillAUseAfterClose) {
  Run([](napi_env env) {
    napi_value stale = Closed(env);
    for (int i = 0; i < 1000; ++i) Close(env, Open(env));
    ExpectRefused(env, stale);
  });
  EXPECT_THAT(Reports(), ElementsAre(kUseAfterClose));
}

TEST_F(ValueRules, WhatIsMadeInALoopsScopesIsUsedInThem) {
  Keeps("handle-scope/use-after-close");
  Run([](napi_env env) {
    napi_value array = nullptr;
    ASSERT_EQ(napi_create_array(env, &array), napi_ok);
    for (uint32_t i = 0; i < 1000; ++i) {
      napi_handle_scope scope = Open(env);
      EXPECT_EQ(napi_set_element(env, array, i, Number(env, i)), napi_ok);
      Close(env, scope);
    }
    // The object is what lives on, not the handle: a new handle to it is good.
    napi_value element = nullptr;
    ASSERT_EQ(napi_get_element(env, array, 999, &element), napi_ok);
    EXPECT_EQ(NumberOf(env, element), 999);
  });
}

TEST_F(ValueRules, OuterValuesAreGoodInInnerScopesAndInInnerCallbacks) {
  Keeps("handle-scope/use-after-close", "handle-scope/value-outlives-callback");
  Run([](napi_env env) {
    napi_value first = Number(env, 1);
    napi_handle_scope outer = Open(env);
    napi_value second = Number(env, 2);
    CallInside(env, [&](napi_env inner, napi_callback_info) -> napi_value {
      napi_handle_scope scope = Open(inner);
      EXPECT_EQ(NumberOf(inner, first) + NumberOf(inner, second), 3);
      Close(inner, scope);
      EXPECT_EQ(NumberOf(inner, second), 2);
      return nullptr;
    });
    EXPECT_EQ(NumberOf(env, second), 2);
    Close(env, outer);
    EXPECT_EQ(NumberOf(env, first), 1);
  });
}

TEST_F(ValueRules, AnEscapedValueIsGoodAfterItsScope) {
  Keeps("handle-scope/use-after-close");
  Run([](napi_env env) {
    napi_escapable_handle_scope scope = OpenEscapable(env);
    napi_value inside = Object(env);
    napi_value escaped = Escape(env, scope, inside);
    EXPECT_EQ(TypeOf(env, inside), napi_object);
    EXPECT_EQ(TypeOf(env, escaped), napi_object);
    Close(env, scope);
    EXPECT_EQ(TypeOf(env, escaped), napi_object);
  });
}

TEST_F(ValueRules, OnlyTheEscapedHandleIsGoodAfterTheScope) {
  Run([](napi_env env) {
    napi_escapable_handle_scope scope = OpenEscapable(env);
    napi_value inside = Object(env);
    Escape(env, scope, inside);
    Close(env, scope);
    ExpectRefused(env, inside);
  });
  EXPECT_THAT(Reports(), ElementsAre(kUseAfterClose));
}

// handle-scope/value-outlives-callback

TEST_F(ValueRules, ValueOutlivesCallback) {
  Breaks("handle-scope/value-outlives-callback");
  napi_value kept = nullptr;
  Run([&](napi_env env) { kept = Object(env); });
  Run([&](napi_env env) { ExpectRefused(env, kept); });
  EXPECT_THAT(Reports(), ElementsAre(kOutlives));
}

TEST_F(ValueRules, ArgumentsAndThisOfACallBeforeAreKeptInVain) {
  napi_value kept[2] = {};
  auto keep = [&](napi_env env, napi_callback_info info) -> napi_value {
    size_t count = 1;
    EXPECT_EQ(napi_get_cb_info(env, info, &count, &kept[0], &kept[1], nullptr), napi_ok);
    return nullptr;
  };
  Run([&](napi_env env) {
    Call(env, Function(env, keep), Object(env));
    // The calling callback goes on, but that one has returned.
    ExpectRefused(env, kept[0]);
    ExpectRefused(env, kept[1]);
  });
  EXPECT_THAT(Reports(), ElementsAre(kOutlives, kOutlives));
  EXPECT_THAT(LastJson(), testing::HasSubstr("made in inner(), which has returned"));
}

TEST_F(ValueRules, AValueOfTheCallIsUsedInComplete) {
  napi_value kept = nullptr;
  TestWork work;
  work.extra = &kept;
  work.on_complete = [](napi_env env, napi_status, TestWork& self) {
    ExpectRefused(env, *static_cast<napi_value*>(self.extra));
    EXPECT_EQ(napi_delete_async_work(env, self.handle), napi_ok);
  };
  Run([&](napi_env env) {
    kept = Object(env);
    ASSERT_EQ(work.Create(env), napi_ok);
    ASSERT_EQ(napi_queue_async_work(env, work.handle), napi_ok);
  });
  agent().RunLoop();
  EXPECT_THAT(Reports(), ElementsAre(kOutlives));
}

TEST_F(ValueRules, AValueOfInitIsKeptInAGlobal) {
  static napi_value kept = nullptr;
  HostAgent::ModuleRef other = Add("keeps_exports", 8, [](napi_env, napi_value exports) {
    kept = exports;
    return exports;
  });
  agent().Run(other, [&](napi_env env) { ExpectRefused(env, kept); });
  EXPECT_THAT(Reports(), ElementsAre(kOutlives));
}

TEST_F(ValueRules, ManyCallbacksLaterItStillOutlivesItsCallback) {
  napi_value kept = nullptr;
  Run([&](napi_env env) { kept = Object(env); });
  for (int i = 0; i < 1000; ++i) Run([](napi_env env) { Object(env); });
  Run([&](napi_env env) { ExpectRefused(env, kept); });
  EXPECT_THAT(Reports(), ElementsAre(kOutlives));
}

TEST_F(ValueRules, ACallbackInfoIsOfItsCallbackOnly) {
  napi_callback_info kept = nullptr;
  Run([&](napi_env env) {
    CallInside(env, [&](napi_env, napi_callback_info info) -> napi_value {
      kept = info;
      return nullptr;
    });
    napi_value uninitialised = Forged<napi_value>();
    EXPECT_EQ(napi_get_cb_info(env, kept, nullptr, nullptr, &uninitialised, nullptr),
              napi_invalid_arg);
    // What that call did not fill is not one more mistake.
    ExpectRefused(env, uninitialised);
    EXPECT_EQ(napi_get_new_target(env, kept, &uninitialised), napi_invalid_arg);
  });
  EXPECT_THAT(Reports(), ElementsAre(kOutlives, kOutlives));
}

// A C++ wrapper that asks for new.target lazily, from a lambda that JavaScript calls meanwhile.
TEST_F(ValueRules, AnOuterCallbacksInfoIsGoodInAnInnerOne) {
  Keeps("handle-scope/value-outlives-callback");
  auto outer = [](napi_env env, napi_callback_info info) -> napi_value {
    CallInside(env, [&](napi_env inner, napi_callback_info) -> napi_value {
      EXPECT_EQ(NumberOf(inner, FirstArgument(inner, info)), 5);
      napi_value target = Forged<napi_value>();
      EXPECT_EQ(napi_get_new_target(inner, info, &target), napi_ok);
      EXPECT_EQ(target, nullptr);
      return nullptr;
    });
    EXPECT_EQ(NumberOf(env, FirstArgument(env, info)), 5);
    return nullptr;
  };
  Run([&](napi_env env) { Call(env, Function(env, outer), Number(env, 5)); });
}

TEST_F(ValueRules, AReferenceCarriesAnObjectFromCallbackToCallback) {
  Keeps("handle-scope/value-outlives-callback");
  napi_ref reference = nullptr;
  Run([&](napi_env env) {
    ASSERT_EQ(napi_create_reference(env, Object(env), 1, &reference), napi_ok);
  });
  for (int i = 0; i < 3; ++i) {
    Run([&](napi_env env) {
      napi_value value = nullptr;
      ASSERT_EQ(napi_get_reference_value(env, reference, &value), napi_ok);
      EXPECT_EQ(TypeOf(env, value), napi_object);
    });
  }
  Run([&](napi_env env) { EXPECT_EQ(napi_delete_reference(env, reference), napi_ok); });
}

// Values pass from module to module as JavaScript passes them.
TEST_F(ValueRules, AnotherModulesFunctionTakesAndGivesValues) {
  Keeps("handle-scope/use-after-close", "handle-scope/value-outlives-callback",
        "handle-scope/return-dangling");
  HostAgent::ModuleRef other = Add("other_module");
  auto add_one = [](napi_env env, napi_callback_info info) {
    return Number(env, NumberOf(env, FirstArgument(env, info)) + 1);
  };
  agent().Run(other, [&](napi_env env) {
    napi_value global = nullptr;
    ASSERT_EQ(napi_get_global(env, &global), napi_ok);
    ASSERT_EQ(napi_set_named_property(env, global, "addOne", Function(env, add_one)), napi_ok);
  });
  Run([&](napi_env env) {
    napi_value global = nullptr;
    napi_value function = nullptr;
    ASSERT_EQ(napi_get_global(env, &global), napi_ok);
    ASSERT_EQ(napi_get_named_property(env, global, "addOne", &function), napi_ok);
    napi_value sum = Number(env, 0);
    for (int i = 0; i < 100; ++i) sum = Call(env, function, sum);
    EXPECT_EQ(NumberOf(env, sum), 100);
  });
}

// handle-scope/return-dangling

TEST_F(ValueRules, ReturnDangling) {
  Breaks("handle-scope/return-dangling");
  Run([](napi_env env) {
    napi_value returned =
        CallInside(env, [](napi_env inner, napi_callback_info) { return Closed(inner); });
    EXPECT_EQ(TypeOf(env, returned), napi_undefined);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/return-dangling"));
}

// A callback that the module declares void returns what the register holds.
TEST_F(ValueRules, GarbageIsReturned) {
  Run([](napi_env env) {
    napi_value returned = CallInside(
        env, [](napi_env, napi_callback_info) { return Forged<napi_value>(0x7f0012345678); });
    EXPECT_EQ(TypeOf(env, returned), napi_undefined);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/return-dangling"));
}

TEST_F(ValueRules, AValueOfAnEarlierCallIsReturned) {
  napi_value kept = nullptr;
  auto cached = [&](napi_env env, napi_callback_info) {
    if (kept == nullptr) kept = Object(env);
    return kept;
  };
  Run([&](napi_env env) {
    napi_value function = Function(env, cached);
    EXPECT_EQ(TypeOf(env, Call(env, function)), napi_object);
    EXPECT_EQ(TypeOf(env, Call(env, function)), napi_undefined);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/return-dangling"));
}

TEST_F(ValueRules, InitReturnsAValueOfAClosedScope) {
  Add("dangling_exports", 8, [](napi_env env, napi_value) { return Closed(env); });
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/return-dangling"));
}

TEST_F(ValueRules, ReturningAnythingThatIsGoodIsRight) {
  Keeps("handle-scope/return-dangling");
  Run([](napi_env env) {
    napi_value outer = Number(env, 3);
    EXPECT_EQ(
        TypeOf(env,
               CallInside(env, [](napi_env, napi_callback_info) -> napi_value { return nullptr; })),
        napi_undefined);
    auto argument = [](napi_env inner, napi_callback_info info) {
      return FirstArgument(inner, info);
    };
    EXPECT_EQ(NumberOf(env, Call(env, Function(env, argument), Number(env, 4))), 4);
    auto escaped = [](napi_env inner, napi_callback_info) {
      napi_escapable_handle_scope scope = OpenEscapable(inner);
      napi_value value = Escape(inner, scope, Number(inner, 5));
      Close(inner, scope);
      return value;
    };
    EXPECT_EQ(NumberOf(env, Call(env, Function(env, escaped))), 5);
    EXPECT_EQ(NumberOf(env, CallInside(env, [&](napi_env, napi_callback_info) { return outer; })),
              3);
  });
}

}  // namespace
}  // namespace napisan
