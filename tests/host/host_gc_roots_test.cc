// What keeps an object alive that no other object does: handles, calls, references, deferreds.
#include "gc_test.h"

namespace napisan {
namespace {

class HostGcRoots : public GcTest {};

TEST_F(HostGcRoots, AnOpenHandleKeepsAndAClosedScopeDoesNot) {
  Run([this](napi_env env) {
    Watched outer;
    Watched inner;
    outer.Make(env);
    napi_handle_scope scope = nullptr;
    ASSERT_NAPI(napi_open_handle_scope(env, &scope));
    inner.Make(env);
    Collect();
    EXPECT_TRUE(inner.IsAlive(env));
    ASSERT_NAPI(napi_close_handle_scope(env, scope));
    Collect();
    EXPECT_FALSE(inner.IsAlive(env));
    EXPECT_TRUE(outer.IsAlive(env));
  });
}

TEST_F(HostGcRoots, AnEscapedHandleKeeps) {
  Run([this](napi_env env) {
    Watched escaped;
    Watched left;
    napi_escapable_handle_scope scope = nullptr;
    ASSERT_NAPI(napi_open_escapable_handle_scope(env, &scope));
    left.Make(env);
    napi_value value = nullptr;
    ASSERT_NAPI(napi_escape_handle(env, scope, escaped.Make(env), &value));
    ASSERT_NAPI(napi_close_escapable_handle_scope(env, scope));
    Collect();
    EXPECT_TRUE(escaped.IsAlive(env));
    EXPECT_FALSE(left.IsAlive(env));
    EXPECT_EQ(TypeOf(env, value), napi_object);
  });
}

TEST_F(HostGcRoots, AStrongReferenceKeepsUntilItsCountIsZero) {
  Watched target;
  napi_ref strong = nullptr;
  Run([&](napi_env env) { ASSERT_NAPI(napi_create_reference(env, target.Make(env), 1, &strong)); });
  Collect();
  Run([&](napi_env env) {
    EXPECT_TRUE(target.IsAlive(env));
    EXPECT_NAPI(napi_reference_ref(env, strong, nullptr));
    EXPECT_NAPI(napi_reference_unref(env, strong, nullptr));
  });
  Collect();
  Run([&](napi_env env) {
    EXPECT_TRUE(target.IsAlive(env));
    EXPECT_NAPI(napi_reference_unref(env, strong, nullptr));
  });
  Collect();
  Run([&](napi_env env) {
    EXPECT_FALSE(target.IsAlive(env));
    EXPECT_NAPI(napi_delete_reference(env, strong));
  });
}

TEST_F(HostGcRoots, ADeletedReferenceKeepsNothing) {
  Watched target;
  Run([&](napi_env env) {
    napi_ref strong = nullptr;
    ASSERT_NAPI(napi_create_reference(env, target.Make(env), 7, &strong));
    EXPECT_NAPI(napi_delete_reference(env, strong));
  });
  Collect();
  Run([&](napi_env env) { EXPECT_FALSE(target.IsAlive(env)); });
}

TEST_F(HostGcRoots, AWeakReferenceToWhatIsGoneAnswersAsNodeDoes) {
  Watched target;
  Run([&](napi_env env) { target.Make(env); });
  Collect();
  Run([&](napi_env env) {
    napi_value value = Undefined(env);
    EXPECT_NAPI(napi_get_reference_value(env, target.weak(), &value));
    EXPECT_EQ(value, nullptr);
    // The documentation says that this is an error.
    uint32_t count = 7;
    EXPECT_NAPI(napi_reference_ref(env, target.weak(), &count));
    EXPECT_EQ(count, 0u);
    EXPECT_EQ(napi_reference_unref(env, target.weak(), &count), napi_generic_failure);
    EXPECT_NAPI(napi_delete_reference(env, target.weak()));
  });
}

TEST_F(HostGcRoots, APrimitiveIsNotHeldWeakly) {
  agent().Run(Add("version_10", 10), [](napi_env env) {
    napi_ref reference = nullptr;
    napi_value value = nullptr;
    ASSERT_NAPI(napi_create_reference(env, Text(env, "text"), 0, &reference));
    EXPECT_NAPI(napi_get_reference_value(env, reference, &value));
    EXPECT_EQ(value, nullptr);
    EXPECT_NAPI(napi_delete_reference(env, reference));
    ASSERT_NAPI(napi_create_reference(env, Number(env, 5), 1, &reference));
    EXPECT_NAPI(napi_get_reference_value(env, reference, &value));
    EXPECT_EQ(AsNumber(env, value), 5);
    EXPECT_NAPI(napi_reference_unref(env, reference, nullptr));
    EXPECT_NAPI(napi_get_reference_value(env, reference, &value));
    EXPECT_EQ(value, nullptr);
    EXPECT_NAPI(napi_delete_reference(env, reference));
  });
}

TEST_F(HostGcRoots, APendingExceptionIsKept) {
  Run([this](napi_env env) {
    Watched thrown;
    napi_handle_scope scope = nullptr;
    ASSERT_NAPI(napi_open_handle_scope(env, &scope));
    EXPECT_NAPI(napi_throw(env, thrown.Make(env)));
    ASSERT_NAPI(napi_close_handle_scope(env, scope));
    Collect();
    EXPECT_TRUE(thrown.IsAlive(env));
    napi_value exception = nullptr;
    EXPECT_NAPI(napi_get_and_clear_last_exception(env, &exception));
    EXPECT_EQ(TypeOf(env, exception), napi_object);
  });
}

struct CalledWith {
  HostAgent* agent;
  Watched receiver, argument, callee;
  int calls = 0;
};

// The host calls these: nobody else has a handle for what they are called with.
napi_value Reaction(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument = nullptr;
  void* data = nullptr;
  EXPECT_NAPI(napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data));
  auto& with = *static_cast<CalledWith*>(data);
  ++with.calls;
  with.agent->CollectGarbage();
  EXPECT_TRUE(with.argument.IsAlive(env));
  EXPECT_TRUE(with.callee.IsAlive(env));
  EXPECT_NAPI(napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr));
  EXPECT_EQ(TypeOf(env, argument), napi_object);
  return nullptr;
}

napi_value ThenOfThenable(napi_env env, napi_callback_info info) {
  napi_value receiver = nullptr;
  void* data = nullptr;
  EXPECT_NAPI(napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data));
  auto& with = *static_cast<CalledWith*>(data);
  ++with.calls;
  with.agent->CollectGarbage();
  EXPECT_TRUE(with.receiver.IsAlive(env));
  size_t count = 1;
  napi_value resolve = nullptr;
  EXPECT_NAPI(napi_get_cb_info(env, info, &count, &resolve, &receiver, nullptr));
  EXPECT_EQ(TypeOf(env, receiver), napi_object);
  napi_value argument = with.argument.Make(env);
  EXPECT_NAPI(napi_call_function(env, Undefined(env), resolve, 1, &argument, nullptr));
  return nullptr;
}

TEST_F(HostGcRoots, ARunningCallKeepsWhatItWasCalledWith) {
  CalledWith with{&agent(), {}, {}, {}};
  Run([&](napi_env env) {
    napi_deferred deferred = nullptr;
    napi_value promise = nullptr;
    ASSERT_NAPI(napi_create_promise(env, &deferred, &promise));
    napi_value function = Function(env, Reaction, &with);
    with.callee.Watch(env, function);
    napi_value then = Get(env, promise, "then");
    ASSERT_NAPI(napi_call_function(env, promise, then, 1, &function, nullptr));
    napi_value thenable = with.receiver.Make(env);
    ASSERT_NAPI(
        napi_set_named_property(env, thenable, "then", Function(env, ThenOfThenable, &with)));
    ASSERT_NAPI(napi_resolve_deferred(env, deferred, thenable));
  });
  EXPECT_EQ(with.calls, 2);
  Collect();
  Run([&](napi_env env) {
    EXPECT_FALSE(with.callee.IsAlive(env)) << "the reaction has run";
    EXPECT_FALSE(with.receiver.IsAlive(env));
    EXPECT_FALSE(with.argument.IsAlive(env));
  });
}

napi_value CollectAndReturnObject(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  EXPECT_NAPI(napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data));
  static_cast<HostAgent*>(data)->CollectGarbage();
  return Object(env);
}

TEST_F(HostGcRoots, APromiseLivesWhileItsResolutionIsLookedAt) {
  Run([this](napi_env env) {
    napi_deferred deferred = nullptr;
    napi_handle_scope scope = nullptr;
    ASSERT_NAPI(napi_open_handle_scope(env, &scope));
    napi_value promise = nullptr;
    ASSERT_NAPI(napi_create_promise(env, &deferred, &promise));
    ASSERT_NAPI(napi_close_handle_scope(env, scope));
    // Settling asks for `then`, which collects when nobody else knows the promise.
    napi_value resolution = Object(env);
    napi_property_descriptor then = {"then",  nullptr, nullptr,      CollectAndReturnObject,
                                     nullptr, nullptr, napi_default, &agent()};
    ASSERT_NAPI(napi_define_properties(env, resolution, 1, &then));
    EXPECT_NAPI(napi_resolve_deferred(env, deferred, resolution));
  });
}

TEST_F(HostGcRoots, TheObjectThatStandsForAPrimitiveLivesWhileItsKeyIsMade) {
  Run([this](napi_env env) {
    napi_value key = Object(env);
    napi_property_descriptor to_string = {
        "toString",
        nullptr,
        [](napi_env inner, napi_callback_info info) -> napi_value {
          CollectAndReturnObject(inner, info);
          return Text(inner, "some name");
        },
        nullptr,
        nullptr,
        nullptr,
        napi_default,
        &agent()};
    ASSERT_NAPI(napi_define_properties(env, key, 1, &to_string));
    bool has = true;
    EXPECT_NAPI(napi_has_property(env, Number(env, 1), key, &has));
    EXPECT_FALSE(has);
    napi_value value = nullptr;
    EXPECT_NAPI(napi_get_property(env, Text(env, "text"), key, &value));
    EXPECT_EQ(TypeOf(env, value), napi_undefined);
  });
}

// A work keeps the object that its user gave it, where the profile's runtime does.
void ExpectResourceKept(HostAgent& agent, HostAgent::ModuleRef module, bool kept) {
  Watched of_work;
  Watched of_function;
  napi_async_work work = nullptr;
  napi_threadsafe_function function = nullptr;
  agent.Run(module, [&](napi_env env) {
    ASSERT_NAPI(napi_create_async_work(
        env, of_work.Make(env), Text(env, "work"), [](napi_env, void*) {},
        [](napi_env, napi_status, void*) {}, nullptr, &work));
    ASSERT_NAPI(napi_create_threadsafe_function(
        env, nullptr, of_function.Make(env), Text(env, "function"), 0, 1, nullptr, nullptr, nullptr,
        [](napi_env, napi_value, void*, void*) {}, &function));
  });
  agent.CollectGarbage();
  agent.Run(module, [&](napi_env env) {
    EXPECT_EQ(of_work.IsAlive(env), kept);
    EXPECT_EQ(of_function.IsAlive(env), kept);
    ASSERT_NAPI(napi_delete_async_work(env, work));
    ASSERT_NAPI(napi_release_threadsafe_function(function, napi_tsfn_release));
  });
  agent.RunLoop();
  agent.CollectGarbage();
  agent.Run(module, [&](napi_env env) {
    EXPECT_FALSE(of_work.IsAlive(env));
    EXPECT_FALSE(of_function.IsAlive(env));
  });
}

TEST_F(HostGcRoots, WorksAndThreadSafeFunctionsKeepTheirResource) {
  ExpectResourceKept(agent(), 0, true);
}

TEST_F(HostGcRoots, OnOpenHarmonyTheResourceIsIgnored) {
  Begin({.profile = "openharmony", .gc = TestGcMode()});
  ExpectResourceKept(agent(), 0, false);
}

TEST_F(HostGcRoots, AnAsyncContextDoesNotKeepItsResource) {
  Watched resource;
  napi_async_context context = nullptr;
  Run([&](napi_env env) {
    ASSERT_NAPI(napi_async_init(env, resource.Make(env), Text(env, "context"), &context));
  });
  Collect();
  Run([&](napi_env env) {
    EXPECT_FALSE(resource.IsAlive(env));
    EXPECT_NAPI(napi_async_destroy(env, context));
  });
}

TEST_F(HostGcRoots, AThreadSafeFunctionKeepsItsFunction) {
  static int called = 0;
  called = 0;
  Watched target;
  napi_threadsafe_function function = nullptr;
  Run([&](napi_env env) {
    napi_value callback = Function(env, [](napi_env, napi_callback_info) -> napi_value {
      ++called;
      return nullptr;
    });
    target.Watch(env, callback);
    ASSERT_NAPI(napi_create_threadsafe_function(env, callback, nullptr, Text(env, "function"), 0, 1,
                                                nullptr, nullptr, nullptr, nullptr, &function));
  });
  Collect();
  EXPECT_NAPI(napi_call_threadsafe_function(function, nullptr, napi_tsfn_nonblocking));
  EXPECT_NAPI(napi_release_threadsafe_function(function, napi_tsfn_release));
  agent().RunLoop();
  EXPECT_EQ(called, 1);
  Collect();
  Run([&](napi_env env) { EXPECT_FALSE(target.IsAlive(env)); });
}

TEST_F(HostGcRoots, ExportsAreKept) {
  static Watched exported;
  HostAgent::ModuleRef module = 0;
  std::string error;
  auto init = [](napi_env env, napi_value) -> napi_value { return exported.Make(env); };
  ASSERT_TRUE(agent().Add("exporting", init, 8, module, error)) << error;
  Collect();
  agent().Run(module, [](napi_env env) { EXPECT_TRUE(exported.IsAlive(env)); });
}

}  // namespace
}  // namespace napisan
