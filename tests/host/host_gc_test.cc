// What the garbage collector keeps and what it takes.
#include "gc_test.h"

namespace napisan {
namespace {

class HostGc : public GcTest {
 protected:
  // `hold(env, target)` returns a value which is said to keep the target alive. It is held by a
  // property of the global, and then no more.
  template <class Hold>
  void ExpectHeld(Hold&& hold) {
    Watched target;
    Run([&](napi_env env) {
      EXPECT_NAPI(napi_set_named_property(env, Global(env), "held", hold(env, target.Make(env))));
    });
    Collect();
    Run([&](napi_env env) { EXPECT_TRUE(target.IsAlive(env)) << "while it is held"; });
    Run([&](napi_env env) {
      EXPECT_NAPI(napi_set_named_property(env, Global(env), "held", Undefined(env)));
    });
    Collect();
    Run([&](napi_env env) { EXPECT_FALSE(target.IsAlive(env)) << "when it is held no more"; });
  }
};

TEST_F(HostGc, WhatNothingHoldsIsTaken) {
  Watched target;
  Run([&](napi_env env) { target.Make(env); });
  Collect();
  Run([&](napi_env env) { EXPECT_FALSE(target.IsAlive(env)); });
}

TEST_F(HostGc, PropertiesHold) {
  ExpectHeld([](napi_env env, napi_value target) {
    napi_value object = Object(env);
    EXPECT_NAPI(napi_set_named_property(env, object, "target", target));
    return object;
  });
}

TEST_F(HostGc, OneOfManyPropertiesHolds) {
  ExpectHeld([](napi_env env, napi_value target) {
    napi_value object = Object(env);
    for (int i = 0; i < 100; ++i) {
      std::string name = "p" + std::to_string(i);
      EXPECT_NAPI(
          napi_set_named_property(env, object, name.c_str(), i == 77 ? target : Number(env, i)));
    }
    return object;
  });
}

TEST_F(HostGc, ADeletedPropertyHoldsNothing) {
  Watched target;
  Run([&](napi_env env) {
    napi_value object = Object(env);
    EXPECT_NAPI(napi_set_named_property(env, Global(env), "held", object));
    EXPECT_NAPI(napi_set_named_property(env, object, "target", target.Make(env)));
    EXPECT_NAPI(napi_delete_property(env, object, Text(env, "target"), nullptr));
  });
  Collect();
  Run([&](napi_env env) { EXPECT_FALSE(target.IsAlive(env)); });
}

TEST_F(HostGc, ElementsHold) {
  for (uint32_t index : {0u, 3u, 4'000'000u}) {
    ExpectHeld([index](napi_env env, napi_value target) {
      napi_value array = nullptr;
      EXPECT_NAPI(napi_create_array(env, &array));
      EXPECT_NAPI(napi_set_element(env, array, index, target));
      return array;
    });
  }
}

TEST_F(HostGc, ElementsBeyondALengthThatWasCutHoldNothing) {
  Watched target;
  Run([&](napi_env env) {
    napi_value array = nullptr;
    EXPECT_NAPI(napi_create_array(env, &array));
    EXPECT_NAPI(napi_set_named_property(env, Global(env), "held", array));
    EXPECT_NAPI(napi_set_element(env, array, 5, target.Make(env)));
    EXPECT_NAPI(napi_set_named_property(env, array, "length", Number(env, 2)));
  });
  Collect();
  Run([&](napi_env env) { EXPECT_FALSE(target.IsAlive(env)); });
}

TEST_F(HostGc, KeysHoldAndSymbolsDie) {
  Watched symbol;
  Run([&](napi_env env) {
    napi_value key = nullptr;
    EXPECT_NAPI(napi_create_symbol(env, Text(env, "a description of some length"), &key));
    symbol.Watch(env, key);
    napi_value object = Object(env);
    EXPECT_NAPI(napi_set_property(env, object, key, Number(env, 1)));
    EXPECT_NAPI(napi_set_named_property(env, Global(env), "held", object));
  });
  Collect();
  Run([&](napi_env env) {
    EXPECT_TRUE(symbol.IsAlive(env));
    EXPECT_NAPI(napi_set_named_property(env, Global(env), "held", Undefined(env)));
  });
  Collect();
  Run([&](napi_env env) { EXPECT_FALSE(symbol.IsAlive(env)); });
}

napi_value Nothing(napi_env, napi_callback_info) { return nullptr; }

TEST_F(HostGc, AnInstanceHoldsItsClass) {
  Watched constructor;
  Watched prototype;
  Run([&](napi_env env) {
    napi_property_descriptor accessor = {"x",     nullptr, nullptr,      Nothing,
                                         nullptr, nullptr, napi_default, nullptr};
    napi_value made = nullptr;
    napi_value instance = nullptr;
    ASSERT_NAPI(
        napi_define_class(env, "C", NAPI_AUTO_LENGTH, Nothing, nullptr, 1, &accessor, &made));
    ASSERT_NAPI(napi_new_instance(env, made, 0, nullptr, &instance));
    constructor.Watch(env, made);
    prototype.Watch(env, Get(env, made, "prototype"));
    EXPECT_NAPI(napi_set_named_property(env, Global(env), "held", instance));
  });
  Collect();
  Run([&](napi_env env) {
    EXPECT_TRUE(constructor.IsAlive(env)) << "by its prototype's property";
    EXPECT_TRUE(prototype.IsAlive(env));
    EXPECT_EQ(TypeOf(env, Get(env, Get(env, Global(env), "held"), "x")), napi_undefined);
    EXPECT_NAPI(napi_set_named_property(env, Global(env), "held", Undefined(env)));
  });
  Collect();
  Run([&](napi_env env) {
    EXPECT_FALSE(constructor.IsAlive(env));
    EXPECT_FALSE(prototype.IsAlive(env));
  });
}

TEST_F(HostGc, ASettledPromiseHoldsItsResult) {
  ExpectHeld([](napi_env env, napi_value target) {
    napi_deferred deferred = nullptr;
    napi_value promise = nullptr;
    EXPECT_NAPI(napi_create_promise(env, &deferred, &promise));
    EXPECT_NAPI(napi_resolve_deferred(env, deferred, target));
    return promise;
  });
}

napi_value Then(napi_env env, napi_value promise, napi_value on_fulfilled) {
  napi_value derived = nullptr;
  EXPECT_NAPI(
      napi_call_function(env, promise, Get(env, promise, "then"), 1, &on_fulfilled, &derived));
  return derived;
}

TEST_F(HostGc, AnOpenDeferredHoldsWhatWaitsForIt) {
  Watched reaction;
  napi_deferred deferred = nullptr;
  Run([&](napi_env env) {
    napi_value promise = nullptr;
    EXPECT_NAPI(napi_create_promise(env, &deferred, &promise));
    napi_value function = Function(env, Nothing);
    reaction.Watch(env, function);
    Then(env, promise, function);
  });
  Collect();
  Run([&](napi_env env) {
    EXPECT_TRUE(reaction.IsAlive(env));
    EXPECT_NAPI(napi_resolve_deferred(env, deferred, Undefined(env)));
    // It waits for the end of this call.
    Collect();
    EXPECT_TRUE(reaction.IsAlive(env));
  });
  Collect();
  Run([&](napi_env env) { EXPECT_FALSE(reaction.IsAlive(env)); });
}

TEST_F(HostGc, APromiseThatFollowsAnotherIsKeptByIt) {
  Watched follower;
  napi_deferred first = nullptr;
  Run([&](napi_env env) {
    napi_value leading = nullptr;
    napi_value following = nullptr;
    napi_deferred second = nullptr;
    EXPECT_NAPI(napi_create_promise(env, &first, &leading));
    EXPECT_NAPI(napi_create_promise(env, &second, &following));
    follower.Watch(env, following);
    EXPECT_NAPI(napi_resolve_deferred(env, second, leading));
  });
  Collect();
  Run([&](napi_env env) {
    EXPECT_TRUE(follower.IsAlive(env));
    EXPECT_NAPI(napi_resolve_deferred(env, first, Undefined(env)));
  });
  Collect();
  Run([&](napi_env env) { EXPECT_FALSE(follower.IsAlive(env)); });
}

TEST_F(HostGc, AViewHoldsItsArrayBuffer) {
  ExpectHeld([](napi_env env, napi_value target) {
    void* bytes = nullptr;
    napi_value buffer = nullptr;
    napi_value view = nullptr;
    EXPECT_NAPI(napi_create_arraybuffer(env, 64, &bytes, &buffer));
    EXPECT_NAPI(napi_set_named_property(env, buffer, "target", target));
    EXPECT_NAPI(napi_create_dataview(env, 8, buffer, 0, &view));
    return view;
  });
}

TEST_F(HostGc, CyclesAreTaken) {
  Watched one;
  Watched other;
  Watched alone;
  Run([&](napi_env env) {
    napi_value a = one.Make(env);
    napi_value b = other.Make(env);
    EXPECT_NAPI(napi_set_named_property(env, a, "b", b));
    EXPECT_NAPI(napi_set_named_property(env, b, "a", a));
    napi_value self = alone.Make(env);
    EXPECT_NAPI(napi_set_named_property(env, self, "self", self));
  });
  Collect();
  Run([&](napi_env env) {
    EXPECT_FALSE(one.IsAlive(env));
    EXPECT_FALSE(other.IsAlive(env));
    EXPECT_FALSE(alone.IsAlive(env));
  });
}

TEST_F(HostGc, ALongChainCostsNoNativeStack) {
  constexpr int kLength = 100'000;
  Watched last;
  Run([&](napi_env env) {
    napi_value first = last.Make(env);
    for (int i = 0; i < kLength; ++i) {
      napi_escapable_handle_scope scope = nullptr;
      ASSERT_NAPI(napi_open_escapable_handle_scope(env, &scope));
      napi_value before = Object(env);
      ASSERT_NAPI(napi_set_element(env, before, 0, first));
      ASSERT_NAPI(napi_escape_handle(env, scope, before, &first));
      ASSERT_NAPI(napi_close_escapable_handle_scope(env, scope));
    }
    EXPECT_NAPI(napi_set_named_property(env, Global(env), "held", first));
  });
  Collect();
  EXPECT_GT(agent().gc_counts().live_cells, static_cast<size_t>(kLength));
  Run([&](napi_env env) {
    EXPECT_TRUE(last.IsAlive(env));
    EXPECT_NAPI(napi_set_named_property(env, Global(env), "held", Undefined(env)));
  });
  Collect();
  Run([&](napi_env env) { EXPECT_FALSE(last.IsAlive(env)); });
  EXPECT_LT(agent().gc_counts().live_cells, 1000u);
}

TEST_F(HostGc, WhatWasTakenIsUsedAgain) {
  GcCounts before;
  for (int round = 0; round <= 50; ++round) {
    Run([](napi_env env) {
      for (int i = 0; i < 100; ++i) {
        napi_value object = Object(env);
        EXPECT_NAPI(
            napi_set_named_property(env, object, "text", Text(env, std::string(100 + i, 'x'))));
        napi_value bigint = nullptr;
        const uint64_t words[8] = {1, 2, 3, 4, 5, 6, 7, 8};
        EXPECT_NAPI(napi_create_bigint_words(env, 0, 8, words, &bigint));
      }
    });
    Collect();
    // The first round has made what is made when it is first needed.
    if (round == 0) before = agent().gc_counts();
    EXPECT_EQ(agent().gc_counts().live_cells, before.live_cells);
  }
  // 100 times an object, a name, a text and a bigint.
  EXPECT_EQ(agent().gc_counts().freed_cells - before.freed_cells, 50u * 100u * 4u);
}

}  // namespace
}  // namespace napisan
