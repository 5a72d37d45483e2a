// When the garbage collector runs, by mode.
#include "gc_test.h"

namespace napisan {
namespace {

class HostGcModes : public GcTest {
 protected:
  uint64_t Collections() { return agent().gc_counts().collections; }
  // Some 64 bytes each, and nobody keeps them.
  void MakeGarbage(int objects) {
    Run([objects](napi_env env) {
      for (int i = 0; i < objects; ++i) Object(env);
    });
  }
};

TEST_F(HostGcModes, OffCollectsOnlyWhenAsked) {
  Begin({.gc = GcMode::kOff});
  MakeGarbage(200'000);
  agent().Turn(false);
  EXPECT_EQ(Collections(), 0u);
  Collect();
  EXPECT_EQ(Collections(), 1u);
  EXPECT_LT(agent().gc_counts().live_cells, 100u);
}

TEST_F(HostGcModes, IdleCollectsBetweenTurnsOnceEnoughIsNew) {
  Begin({.gc = GcMode::kIdle});
  MakeGarbage(1000);
  agent().Turn(false);
  EXPECT_EQ(Collections(), 0u) << "a little garbage is not worth it";
  MakeGarbage(20'000);
  EXPECT_EQ(Collections(), 0u) << "a call is no turn";
  agent().Turn(false);
  EXPECT_EQ(Collections(), 1u);
  agent().Turn(false);
  EXPECT_EQ(Collections(), 1u);
}

TEST_F(HostGcModes, IdleWaitsLongerWhereMoreIsAlive) {
  Begin({.gc = GcMode::kIdle});
  Run([](napi_env env) {
    napi_value array = nullptr;
    ASSERT_NAPI(napi_create_array(env, &array));
    for (uint32_t i = 0; i < 100'000; ++i)
      EXPECT_NAPI(napi_set_element(env, array, i, Object(env)));
    ASSERT_NAPI(napi_set_named_property(env, Global(env), "held", array));
  });
  agent().Turn(false);
  uint64_t before = Collections();
  MakeGarbage(20'000);
  agent().Turn(false);
  EXPECT_EQ(Collections(), before) << "a fifth of what is alive";
  MakeGarbage(150'000);
  agent().Turn(false);
  EXPECT_EQ(Collections(), before + 1);
}

TEST_F(HostGcModes, ALongRunNeedsNoMoreMemoryThanAShortOne) {
  Begin({.gc = GcMode::kIdle});
  for (int turn = 0; turn < 200; ++turn) {
    MakeGarbage(5000);
    agent().Turn(false);
  }
  EXPECT_GT(Collections(), 20u);
  EXPECT_GT(agent().gc_counts().freed_cells, 900'000u);
}

TEST_F(HostGcModes, StorageThatIsUsedAgainCountsAgain) {
  Begin({.gc = GcMode::kIdle});
  // More than a cell holds.
  const std::string text(92, 'x');
  auto collections_in = [&](int turns) {
    uint64_t before = Collections();
    for (int turn = 0; turn < turns; ++turn) {
      Run([&text](napi_env env) {
        napi_value string = nullptr;
        for (int i = 0; i < 5000; ++i)
          EXPECT_NAPI(napi_create_string_utf8(env, text.data(), text.size(), &string));
      });
      agent().Turn(false);
    }
    return Collections() - before;
  };
  uint64_t first = collections_in(60);
  EXPECT_GE(first, 20u);
  EXPECT_NEAR(static_cast<double>(collections_in(60)), static_cast<double>(first), 1);
}

TEST_F(HostGcModes, IdleLooksAtLargeStringsAndExternalMemoryToo) {
  Begin({.gc = GcMode::kIdle});
  Run([](napi_env env) { Text(env, std::string(3 << 20, 'x')); });
  agent().Turn(false);
  EXPECT_EQ(Collections(), 1u);
  Run([](napi_env env) {
    int64_t now = 0;
    EXPECT_NAPI(napi_adjust_external_memory(env, 500'000, &now));
  });
  agent().Turn(false);
  EXPECT_EQ(Collections(), 1u);
  Run([](napi_env env) {
    int64_t now = 0;
    EXPECT_NAPI(napi_adjust_external_memory(env, 5'000'000, &now));
  });
  agent().Turn(false);
  EXPECT_EQ(Collections(), 2u);
  // Nonsense is no trouble.
  Run([](napi_env env) {
    int64_t now = 0;
    EXPECT_NAPI(napi_adjust_external_memory(env, INT64_MAX, &now));
    EXPECT_NAPI(napi_adjust_external_memory(env, INT64_MIN, &now));
    EXPECT_NAPI(napi_adjust_external_memory(env, INT64_MIN, &now));
  });
  agent().Turn(false);
}

TEST_F(HostGcModes, ZealTakesWhatAClosedScopeLeft) {
  Begin({.gc = GcMode::kZeal});
  Run([](napi_env env) {
    Watched inner;
    napi_handle_scope scope = nullptr;
    ASSERT_NAPI(napi_open_handle_scope(env, &scope));
    inner.Make(env);
    EXPECT_TRUE(inner.IsAlive(env));
    ASSERT_NAPI(napi_close_handle_scope(env, scope));
    napi_value value = nullptr;
    EXPECT_NAPI(napi_get_reference_value(env, inner.weak(), &value));
    EXPECT_EQ(value, nullptr);
  });
}

TEST_F(HostGcModes, ZealTakesWhatAReturnedCallbackLeft) {
  Begin({.gc = GcMode::kZeal});
  Watched left;
  Run([&](napi_env env) { left.Make(env); });
  uint64_t before = Collections();
  EXPECT_GE(before, 1u);
  Run([&](napi_env env) {
    napi_value value = nullptr;
    EXPECT_NAPI(napi_get_reference_value(env, left.weak(), &value));
    EXPECT_EQ(value, nullptr);
  });
}

TEST_F(HostGcModes, ZealTakesInEveryCallWhatNobodyKeeps) {
  Begin({.gc = GcMode::kZeal});
  Run([](napi_env env) {
    Watched dropped;
    EXPECT_NAPI(napi_set_named_property(env, Global(env), "held", Undefined(env)));
    napi_handle_scope scope = nullptr;
    ASSERT_NAPI(napi_open_handle_scope(env, &scope));
    EXPECT_NAPI(napi_set_named_property(env, Global(env), "held", dropped.Make(env)));
    ASSERT_NAPI(napi_close_handle_scope(env, scope));
    EXPECT_TRUE(dropped.IsAlive(env));
    EXPECT_NAPI(napi_set_named_property(env, Global(env), "held", Undefined(env)));
    Object(env);
    napi_value value = nullptr;
    EXPECT_NAPI(napi_get_reference_value(env, dropped.weak(), &value));
    EXPECT_EQ(value, nullptr);
  });
}

TEST_F(HostGcModes, AZealousRunWithALargeHeapGoesOn) {
  Begin({.gc = GcMode::kZeal});
  Run([](napi_env env) {
    napi_value array = nullptr;
    ASSERT_NAPI(napi_create_array(env, &array));
    for (uint32_t i = 0; i < 50'000; ++i) EXPECT_NAPI(napi_set_element(env, array, i, Object(env)));
  });
  // A collection at each of 100,000 calls would look at 2,500,000,000 cells.
  EXPECT_LT(Collections(), 10'000u);
  EXPECT_GE(Collections(), 100u);
}

TEST_F(HostGcModes, TheSameCallsCollectTheSame) {
  auto counts = [this](GcMode mode) {
    Begin({.executor = ExecutorKind::kStepping, .gc = mode});
    for (int i = 0; i < 5; ++i) {
      MakeGarbage(10'000);
      Run([](napi_env env) {
        napi_async_work work = nullptr;
        ASSERT_NAPI(napi_create_async_work(
            env, nullptr, Text(env, "work"), [](napi_env, void*) {},
            [](napi_env inner, napi_status, void*) { Object(inner); }, nullptr, &work));
        ASSERT_NAPI(napi_queue_async_work(env, work));
      });
      agent().RunLoop();
    }
    GcCounts all = agent().gc_counts();
    return std::tuple(all.collections, all.live_cells, all.freed_cells);
  };
  for (GcMode mode : {GcMode::kIdle, GcMode::kZeal}) {
    auto first = counts(mode);
    EXPECT_GT(std::get<0>(first), 1u);
    EXPECT_EQ(first, counts(mode));
  }
}

TEST_F(HostGcModes, AResetAgentBeginsAnew) {
  Begin({.gc = GcMode::kZeal});
  MakeGarbage(100);
  agent().Reset();
  EXPECT_EQ(Collections(), 0u);
  EXPECT_EQ(agent().gc_counts().live_cells, 0u);
}

}  // namespace
}  // namespace napisan
