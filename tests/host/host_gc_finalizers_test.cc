// Finalizers of collected objects: when they run, by profile and by the version of their module.
#include <thread>

#include "gc_test.h"

namespace napisan {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class HostGcFinalizers : public GcTest {
 protected:
  HostGcFinalizers() { finalized.clear(); }

  static void Note(napi_env, void* data, void* hint) {
    EXPECT_EQ(hint, &hint_);
    finalized.emplace_back(static_cast<const char*>(data));
  }
  static void* Data(const char* name) { return const_cast<char*>(name); }

  // An object that is finalized as `name`, in every way there is.
  static void MakeAll(napi_env env) {
    napi_value object = Object(env);
    EXPECT_NAPI(napi_wrap(env, object, Data("wrap"), Note, &hint_, nullptr));
    EXPECT_NAPI(napi_add_finalizer(env, object, Data("finalizer"), Note, &hint_, nullptr));
    napi_value value = nullptr;
    EXPECT_NAPI(napi_create_external(env, Data("external"), Note, &hint_, &value));
    EXPECT_NAPI(
        napi_create_external_arraybuffer(env, Data("arraybuffer"), 4, Note, &hint_, &value));
    EXPECT_NAPI(napi_create_external_buffer(env, 4, Data("buffer"), Note, &hint_, &value));
    static char text[] = "string";
    EXPECT_NAPI(
        node_api_create_external_string_latin1(env, text, 6, Note, &hint_, &value, nullptr));
  }
  static auto All() {
    return ElementsAre("string", "buffer", "arraybuffer", "external", "finalizer", "wrap");
  }

  static inline std::vector<std::string> finalized;

 private:
  static inline int hint_;
};

TEST_F(HostGcFinalizers, NodeRunsThemInALaterTurnOfTheLoop) {
  Run([](napi_env env) { MakeAll(env); });
  Collect();
  EXPECT_THAT(finalized, IsEmpty());
  Run([](napi_env) {});
  EXPECT_THAT(finalized, IsEmpty()) << "a call is no turn";
  agent().Turn(false);
  EXPECT_THAT(finalized, All());
}

TEST_F(HostGcFinalizers, TheyKeepTheLoopAliveUntilTheyHaveRun) {
  Run([](napi_env env) { MakeAll(env); });
  Collect();
  agent().RunLoop();
  EXPECT_THAT(finalized, All());
}

TEST_F(HostGcFinalizers, WhatIsAliveIsNotFinalized) {
  Run([](napi_env env) {
    napi_value object = Object(env);
    EXPECT_NAPI(napi_wrap(env, object, Data("wrap"), Note, nullptr, nullptr));
    EXPECT_NAPI(napi_set_named_property(env, Global(env), "held", object));
  });
  Collect();
  agent().RunLoop();
  EXPECT_THAT(finalized, IsEmpty());
  Run([](napi_env env) {
    void* data = nullptr;
    EXPECT_NAPI(napi_unwrap(env, Get(env, Global(env), "held"), &data));
    EXPECT_STREQ(static_cast<char*>(data), "wrap");
    EXPECT_NAPI(napi_remove_wrap(env, Get(env, Global(env), "held"), nullptr));
  });
  End();
  EXPECT_THAT(finalized, IsEmpty());
}

TEST_F(HostGcFinalizers, AReferenceThatTheModuleDeletesFirstIsNotFinalized) {
  napi_ref reference = nullptr;
  Run([&](napi_env env) {
    EXPECT_NAPI(napi_add_finalizer(env, Object(env), Data("one"), Note, nullptr, &reference));
  });
  Collect();
  Run([&](napi_env env) { EXPECT_NAPI(napi_delete_reference(env, reference)); });
  agent().RunLoop();
  EXPECT_THAT(finalized, IsEmpty());
}

TEST_F(HostGcFinalizers, OnesThatAreDueAtTeardownRunThen) {
  Run([](napi_env env) { MakeAll(env); });
  Collect();
  End();
  EXPECT_THAT(finalized, All());
}

TEST_F(HostGcFinalizers, TheOrderAtTeardownIsTheSameWithEveryCollector) {
  for (GcMode mode : {GcMode::kOff, GcMode::kIdle, GcMode::kZeal}) {
    finalized.clear();
    Begin({.gc = mode});
    Run([](napi_env env) {
      auto note = [](napi_env, void* data, void*) {
        finalized.emplace_back(static_cast<const char*>(data));
      };
      EXPECT_NAPI(napi_set_instance_data(env, Data("instance data"), note, nullptr));
      napi_value kept = Object(env);
      EXPECT_NAPI(napi_wrap(env, kept, Data("kept"), note, nullptr, nullptr));
      EXPECT_NAPI(napi_set_named_property(env, Global(env), "kept", kept));
      void* bytes = nullptr;
      napi_value buffer = nullptr;
      // Its pages make an idle collector run before teardown.
      EXPECT_NAPI(napi_create_buffer(env, 100'000, &bytes, &buffer));
      EXPECT_NAPI(napi_add_env_cleanup_hook(
          env, [](void*) { finalized.emplace_back("hook"); }, nullptr));
      EXPECT_NAPI(napi_set_named_property(env, kept, "buffer", buffer));
    });
    End();
    EXPECT_THAT(finalized, ElementsAre("hook", "kept", "instance data"));
  }
}

TEST_F(HostGcFinalizers, ThoseOfExperimentalModulesRunInTheCollection) {
  HostAgent::ModuleRef module = Add("experimental", NAPI_VERSION_EXPERIMENTAL);
  agent().Run(module, [](napi_env env) { MakeAll(env); });
  Collect();
  EXPECT_THAT(finalized, All());
}

TEST_F(HostGcFinalizers, ABasicOneMayDeleteReferencesAndLeavesThePendingExceptionAlone) {
  HostAgent::ModuleRef module = Add("experimental", NAPI_VERSION_EXPERIMENTAL);
  static napi_ref other;
  agent().Run(module, [this](napi_env env) {
    napi_handle_scope scope = nullptr;
    ASSERT_NAPI(napi_open_handle_scope(env, &scope));
    ASSERT_NAPI(napi_create_reference(env, Object(env), 1, &other));
    ASSERT_NAPI(napi_add_finalizer(
        env, Object(env), nullptr,
        [](napi_env basic, void*, void*) {
          finalized.emplace_back("basic");
          EXPECT_NAPI(napi_delete_reference(basic, other));
        },
        nullptr, nullptr));
    ASSERT_NAPI(napi_close_handle_scope(env, scope));
    EXPECT_NAPI(napi_throw_error(env, nullptr, "mine"));
    Collect();
    EXPECT_EQ(TakeException(env), "mine");
  });
  EXPECT_THAT(finalized, ElementsAre("basic"));
}

TEST_F(HostGcFinalizers, ABasicOneMustNotTouchTheEngine) {
  HostAgent::ModuleRef module = Add("experimental", NAPI_VERSION_EXPERIMENTAL);
  auto make = [](napi_env env) {
    EXPECT_NAPI(napi_add_finalizer(
        env, Object(env), nullptr,
        [](napi_env basic, void*, void*) {
          napi_value value = nullptr;
          napi_create_object(basic, &value);
        },
        nullptr, nullptr));
  };
  EXPECT_DEATH(
      {
        agent().Run(module, make);
        Collect();
      },
      "a basic finalizer of experimental calls a function");
}

TEST_F(HostGcFinalizers, AnotherModulesMayTouchTheEngineAndMakeGarbage) {
  Run([](napi_env env) {
    EXPECT_NAPI(napi_add_finalizer(
        env, Object(env), nullptr,
        [](napi_env later, void*, void*) {
          finalized.emplace_back("first");
          napi_value value = Object(later);
          EXPECT_NAPI(napi_add_finalizer(
              later, value, nullptr,
              [](napi_env, void*, void*) { finalized.emplace_back("second"); }, nullptr, nullptr));
        },
        nullptr, nullptr));
  });
  Collect();
  agent().RunLoop();
  EXPECT_THAT(finalized, testing::Contains("first"));
  Collect();
  agent().RunLoop();
  EXPECT_THAT(finalized, ElementsAre("first", "second"));
}

TEST_F(HostGcFinalizers, AnExceptionOfOneIsUncaught) {
  Run([](napi_env env) {
    EXPECT_NAPI(napi_add_finalizer(
        env, Object(env), nullptr,
        [](napi_env later, void*, void*) { napi_throw_error(later, nullptr, "no more"); }, nullptr,
        nullptr));
  });
  Collect();
  agent().RunLoop();
  EXPECT_THAT(Uncaught(), ElementsAre(testing::HasSubstr("no more")));
}

TEST_F(HostGcFinalizers, OnOpenHarmonysMainThreadTheyRunLaterAndElsewhereAtOnce) {
  Begin({.profile = "openharmony", .gc = TestGcMode()});
  Run([](napi_env env) { MakeAll(env); });
  Collect();
  EXPECT_THAT(finalized, IsEmpty());
  agent().Turn(false);
  EXPECT_THAT(finalized, All());
  finalized.clear();
  std::thread([] {
    HostOptions options;
    options.profile = "openharmony";
    HostAgent worker(options);
    HostAgent::ModuleRef module = 0;
    std::string error;
    ASSERT_TRUE(worker.Add("module", nullptr, 8, module, error));
    worker.Run(module, [](napi_env env) { MakeAll(env); });
    worker.CollectGarbage();
    EXPECT_THAT(finalized, All());
  }).join();
}

}  // namespace
}  // namespace napisan
