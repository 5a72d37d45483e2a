// exception/*: what a failed call left unset, and calls with an exception pending. C++ exceptions
// are native_unwind_rules_test.cc's.
#include "test_function.h"

namespace napisan {
namespace {

constexpr char kUnchecked[] = "exception/status-unchecked";
constexpr char kPending[] = "exception/call-while-pending";

class ExceptionRules : public FunctionRules {
 protected:
  using FunctionRules::FunctionRules;

  static void Throw(napi_env env, const char* message = "e") {
    EXPECT_EQ(napi_throw_error(env, "CODE", message), napi_ok);
  }
  static void Clear(napi_env env) {
    napi_value exception = nullptr;
    EXPECT_EQ(napi_get_and_clear_last_exception(env, &exception), napi_ok);
    EXPECT_EQ(TypeOf(env, exception), napi_object);
  }
  static bool IsPending(napi_env env) {
    bool pending = false;
    EXPECT_EQ(napi_is_exception_pending(env, &pending), napi_ok);
    return pending;
  }
  static napi_status LastError(napi_env env) {
    const napi_extended_error_info* info = nullptr;
    EXPECT_EQ(napi_get_last_error_info(env, &info), napi_ok);
    return info->error_code;
  }
  // What a function answers that may run JavaScript.
  static napi_status SetProperty(napi_env env, napi_value object) {
    return napi_set_named_property(env, object, "p", object);
  }
};

// exception/status-unchecked

TEST_F(ExceptionRules, StatusUnchecked) {
  Breaks("exception/status-unchecked");
  Run([](napi_env env) {
    auto garbage = Forged<napi_value>(0x7ffc00000010);
    EXPECT_EQ(napi_get_element(env, nullptr, 0, &garbage), napi_invalid_arg);
    ExpectRefused(env, garbage);
  });
  EXPECT_THAT(Reports(), ElementsAre(kUnchecked));
  EXPECT_THAT(LastJson(), testing::HasSubstr("a failed napi_get_element (status 1) left"));
}

TEST_F(ExceptionRules, TheResultOfACallThatThrewIsUsed) {
  auto thrower = [](napi_env env, napi_callback_info) -> napi_value {
    Throw(env);
    return nullptr;
  };
  Run([&](napi_env env) {
    auto garbage = Forged<napi_value>();
    EXPECT_EQ(TryCall(env, Function(env, thrower), nullptr, &garbage), napi_pending_exception);
    ExpectRefused(env, garbage);
    Clear(env);
  });
  EXPECT_THAT(Reports(), ElementsAre(kUnchecked));
}

TEST_F(ExceptionRules, AValueOfAnEarlierCallIsLeftInTheVariable) {
  napi_value kept = nullptr;
  Run([&](napi_env env) { kept = Object(env); });
  Run([&](napi_env env) {
    EXPECT_EQ(napi_get_element(env, nullptr, 0, &kept), napi_invalid_arg);
    ExpectRefused(env, kept);
  });
  // Status first: that it is stale as well is where its bits come from.
  EXPECT_THAT(Reports(), ElementsAre(kUnchecked));
}

// A variable for every kind of handle whose making can fail.
TEST_F(ExceptionRules, HandlesAreLeftUnset) {
  Run([](napi_env env) {
    auto reference = Forged<napi_ref>();
    EXPECT_EQ(napi_create_reference(env, Number(env, 1), 1, &reference), napi_invalid_arg);
    EXPECT_EQ(napi_delete_reference(env, reference), napi_invalid_arg);

    auto work = Forged<napi_async_work>(4712);
    EXPECT_EQ(napi_create_async_work(env, nullptr, Text(env, "w"), nullptr, TestWork::Complete,
                                     nullptr, &work),
              napi_invalid_arg);
    EXPECT_EQ(napi_queue_async_work(env, work), napi_invalid_arg);

    auto function = Forged<napi_threadsafe_function>(4713);
    EXPECT_EQ(napi_create_threadsafe_function(env, nullptr, nullptr, Text(env, "f"), 0, 0, nullptr,
                                              nullptr, nullptr, TestFunction::CallJs, &function),
              napi_invalid_arg);
    EXPECT_EQ(napi_call_threadsafe_function(function, nullptr, napi_tsfn_nonblocking),
              napi_invalid_arg);

    auto context = Forged<napi_async_context>(4714);
    EXPECT_EQ(napi_async_init(env, nullptr, nullptr, &context), napi_invalid_arg);
    EXPECT_EQ(napi_async_destroy(env, context), napi_invalid_arg);

    auto hook = Forged<napi_async_cleanup_hook_handle>(4716);
    EXPECT_EQ(napi_add_async_cleanup_hook(env, nullptr, nullptr, &hook), napi_invalid_arg);
    EXPECT_EQ(napi_remove_async_cleanup_hook(hook), napi_invalid_arg);

    auto deferred = Forged<napi_deferred>(4717);
    napi_value promise = nullptr;
    napi_value value = Number(env, 1);
    Throw(env);
    EXPECT_EQ(napi_create_promise(env, &deferred, &promise), napi_pending_exception);
    Clear(env);
    EXPECT_EQ(napi_resolve_deferred(env, deferred, value), napi_invalid_arg);
  });
  EXPECT_THAT(Reports(), ElementsAre(kUnchecked, kUnchecked, kUnchecked, kUnchecked, kUnchecked,
                                     kPending, kUnchecked));
}

TEST_F(ExceptionRules, WhatARefusedCallLeftUnsetIsNoSecondMistake) {
  Run([](napi_env env) {
    auto reference = Forged<napi_ref>();
    EXPECT_EQ(napi_create_reference(env, Forged<napi_value>(4712), 1, &reference),
              napi_invalid_arg);
    EXPECT_EQ(napi_reference_ref(env, reference, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_delete_reference(env, reference), napi_invalid_arg);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle/forged"));
}

TEST_F(ExceptionRules, AFailureThatIsCheckedIsNoMistake) {
  Keeps("exception/status-unchecked");
  Run([](napi_env env) {
    napi_value good = Number(env, 3);
    napi_value variable = Forged<napi_value>();
    if (napi_get_element(env, nullptr, 0, &variable) != napi_ok) variable = good;
    EXPECT_EQ(NumberOf(env, variable), 3);
    // A default that a call may or may not replace.
    EXPECT_EQ(napi_get_element(env, nullptr, 0, &variable), napi_invalid_arg);
    EXPECT_EQ(NumberOf(env, variable), 3);
    // The same variable, filled later.
    variable = Forged<napi_value>();
    EXPECT_EQ(napi_get_element(env, nullptr, 0, &variable), napi_invalid_arg);
    EXPECT_EQ(napi_create_double(env, 4, &variable), napi_ok);
    EXPECT_EQ(NumberOf(env, variable), 4);
    // A handle that lives, and that a failed call did not replace.
    napi_ref reference = nullptr;
    ASSERT_EQ(napi_create_reference(env, Object(env), 1, &reference), napi_ok);
    EXPECT_EQ(napi_create_reference(env, good, 1, &reference), napi_invalid_arg);
    EXPECT_EQ(napi_delete_reference(env, reference), napi_ok);
  });
}

TEST_F(ExceptionRules, NullFromAFailedCallIsTheHostsToAnswer) {
  Keeps("exception/status-unchecked", "handle/forged");
  Run([](napi_env env) {
    napi_value result = nullptr;
    EXPECT_EQ(napi_get_element(env, nullptr, 0, &result), napi_invalid_arg);
    double number = 0;
    EXPECT_EQ(napi_get_value_double(env, result, &number), napi_invalid_arg);
    EXPECT_EQ(LastError(env), napi_invalid_arg);
  });
}

// A delete that failed is not what makes a later one a second delete.
TEST_F(ExceptionRules, AHandleThatLivedWhenACallFailedIsDeletedTwiceLater) {
  Run([](napi_env env) {
    napi_ref reference = nullptr;
    ASSERT_EQ(napi_create_reference(env, Object(env), 1, &reference), napi_ok);
    EXPECT_EQ(napi_create_reference(env, nullptr, 1, &reference), napi_invalid_arg);
    EXPECT_EQ(napi_delete_reference(env, reference), napi_ok);
    EXPECT_EQ(napi_delete_reference(env, reference), napi_invalid_arg);
  });
  EXPECT_THAT(Reports(), ElementsAre("reference/double-delete"));
}

// exception/call-while-pending

TEST_F(ExceptionRules, CallWhilePending) {
  Breaks("exception/call-while-pending");
  Run([](napi_env env) {
    napi_value object = Object(env);
    Throw(env);
    EXPECT_EQ(SetProperty(env, object), napi_pending_exception);
    Clear(env);
    EXPECT_EQ(SetProperty(env, object), napi_ok);
  });
  EXPECT_THAT(Reports(), ElementsAre(kPending));
  EXPECT_THAT(LastJson(), testing::HasSubstr("\"kind\":\"hazard\""));
}

TEST_F(ExceptionRules, AnExceptionOfJavaScriptsIsPendingAsWell) {
  auto thrower = [](napi_env env, napi_callback_info) -> napi_value {
    Throw(env);
    return nullptr;
  };
  Run([&](napi_env env) {
    napi_value object = Object(env);
    napi_value result = nullptr;
    EXPECT_EQ(TryCall(env, Function(env, thrower), nullptr, &result), napi_pending_exception);
    EXPECT_EQ(SetProperty(env, object), napi_pending_exception);
    EXPECT_EQ(napi_throw_error(env, nullptr, "another"), napi_pending_exception);
    Clear(env);
  });
  EXPECT_THAT(Reports(), ElementsAre(kPending, kPending));
}

// It throws, and says that a function was expected.
TEST_F(ExceptionRules, AnExceptionMayComeWithAnotherStatus) {
  Run([](napi_env env) {
    napi_value object = Object(env);
    bool result = false;
    EXPECT_EQ(napi_instanceof(env, object, object, &result), napi_function_expected);
    EXPECT_EQ(LastError(env), napi_function_expected);
    EXPECT_TRUE(IsPending(env));
    EXPECT_EQ(SetProperty(env, object), napi_pending_exception);
    Clear(env);
  });
  EXPECT_THAT(Reports(), ElementsAre(kPending));
}

TEST_F(ExceptionRules, WhatTheCheckerAsksDoesNotShowInTheLastError) {
  Run([](napi_env env) {
    napi_value object = Object(env);
    Throw(env);
    EXPECT_EQ(SetProperty(env, object), napi_pending_exception);
    EXPECT_EQ(LastError(env), napi_pending_exception);
    EXPECT_EQ(LastError(env), napi_pending_exception) << "asking twice changes nothing";
    Clear(env);
    EXPECT_EQ(LastError(env), napi_ok);
  });
  EXPECT_THAT(Reports(), ElementsAre(kPending));
}

// Nothing more is reported of what a refused call left unset, but the refusal is the last error.
TEST_F(ExceptionRules, ARefusalWithoutAReportIsTheLastError) {
  Run([](napi_env env) {
    auto* none = reinterpret_cast<napi_value>(uintptr_t{16});
    auto* reference = reinterpret_cast<napi_ref>(uintptr_t{24});
    EXPECT_EQ(napi_create_reference(env, none, 1, &reference), napi_invalid_arg);
    EXPECT_FALSE(IsPending(env));
    EXPECT_EQ(LastError(env), napi_ok);
    EXPECT_EQ(napi_delete_reference(env, reference), napi_invalid_arg);
    EXPECT_EQ(LastError(env), napi_invalid_arg);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle/forged"));
}

TEST_F(ExceptionRules, AfterAThrowAModuleCleansUpAndReturns) {
  Keeps("exception/call-while-pending");
  TestWork work;
  Run([&](napi_env env) {
    napi_handle_scope scope = nullptr;
    napi_escapable_handle_scope escapable = nullptr;
    napi_ref reference = nullptr;
    ASSERT_EQ(napi_open_handle_scope(env, &scope), napi_ok);
    ASSERT_EQ(napi_open_escapable_handle_scope(env, &escapable), napi_ok);
    napi_value object = Object(env);
    ASSERT_EQ(napi_create_reference(env, object, 1, &reference), napi_ok);
    ASSERT_EQ(work.Create(env), napi_ok);
    Throw(env);
    EXPECT_TRUE(IsPending(env));
    napi_value made = nullptr;
    EXPECT_EQ(napi_get_undefined(env, &made), napi_ok);
    EXPECT_EQ(napi_create_error(env, nullptr, Text(env, "m"), &made), napi_ok);
    EXPECT_EQ(TypeOf(env, object), napi_object);
    EXPECT_EQ(napi_escape_handle(env, escapable, object, &made), napi_ok);
    EXPECT_EQ(napi_delete_reference(env, reference), napi_ok);
    EXPECT_EQ(napi_delete_async_work(env, work.handle), napi_ok);
    EXPECT_EQ(napi_set_instance_data(env, &work, nullptr, nullptr), napi_ok);
    EXPECT_EQ(napi_close_escapable_handle_scope(env, escapable), napi_ok);
    EXPECT_EQ(napi_close_handle_scope(env, scope), napi_ok);
  });
  EXPECT_EQ(Uncaught().size(), 1u);
}

TEST_F(ExceptionRules, AnExceptionThatIsClearedIsOver) {
  Keeps("exception/call-while-pending");
  auto thrower = [](napi_env env, napi_callback_info) -> napi_value {
    Throw(env);
    return nullptr;
  };
  Run([&](napi_env env) {
    napi_value object = Object(env);
    napi_value function = Function(env, thrower);
    for (int i = 0; i < 3; ++i) {
      napi_value result = nullptr;
      EXPECT_EQ(TryCall(env, function, nullptr, &result), napi_pending_exception);
      Clear(env);
      EXPECT_EQ(SetProperty(env, object), napi_ok);
      Throw(env);
      Clear(env);
      EXPECT_EQ(SetProperty(env, object), napi_ok);
    }
    EXPECT_FALSE(IsPending(env));
  });
}

TEST_F(ExceptionRules, AnExceptionThatLeftItsCallbackIsTheCallersNoLonger) {
  Keeps("exception/call-while-pending");
  HostAgent::ModuleRef other = Add("other_module");
  auto thrower = [](napi_env env, napi_callback_info) -> napi_value {
    Throw(env);
    return nullptr;
  };
  // Another module catches it.
  napi_ref function = nullptr;
  Run([&](napi_env env) {
    napi_value global = nullptr;
    ASSERT_EQ(napi_get_global(env, &global), napi_ok);
    ASSERT_EQ(napi_set_named_property(env, global, "thrower", Function(env, thrower)), napi_ok);
  });
  agent().Run(other, [&](napi_env env) {
    napi_value global = nullptr;
    napi_value found = nullptr;
    napi_value result = nullptr;
    ASSERT_EQ(napi_get_global(env, &global), napi_ok);
    ASSERT_EQ(napi_get_named_property(env, global, "thrower", &found), napi_ok);
    ASSERT_EQ(napi_create_reference(env, found, 1, &function), napi_ok);
    EXPECT_EQ(TryCall(env, found, nullptr, &result), napi_pending_exception);
    Clear(env);
  });
  Run([](napi_env env) { EXPECT_EQ(SetProperty(env, Object(env)), napi_ok); });
  agent().Run(other, [&](napi_env env) {
    EXPECT_EQ(SetProperty(env, Object(env)), napi_ok);
    EXPECT_EQ(napi_delete_reference(env, function), napi_ok);
  });
}

TEST_F(ExceptionRules, TheNextCallbackBeginsWithoutOne) {
  Keeps("exception/call-while-pending");
  Run([](napi_env env) { Throw(env); });
  EXPECT_EQ(Uncaught().size(), 1u);
  TestWork work;
  work.on_complete = [](napi_env env, napi_status, TestWork& self) {
    EXPECT_EQ(SetProperty(env, Object(env)), napi_ok);
    EXPECT_EQ(napi_delete_async_work(env, self.handle), napi_ok);
    Throw(env);
  };
  Run([&](napi_env env) {
    ASSERT_EQ(work.Create(env), napi_ok);
    ASSERT_EQ(napi_queue_async_work(env, work.handle), napi_ok);
  });
  agent().RunLoop();
  EXPECT_EQ(Uncaught().size(), 1u);
  Run([](napi_env env) { EXPECT_EQ(SetProperty(env, Object(env)), napi_ok); });
}

}  // namespace
}  // namespace napisan
