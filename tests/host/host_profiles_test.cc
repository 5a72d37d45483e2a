// What profiles decide about the env: versions, exceptions, scopes, references, teardown, buffers.
#include "profile_test.h"

namespace napisan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class EnvProfiles : public HostProfiles {
 protected:
  // The test is the data, and the text to note the hint.
  static void NoteFinalize(napi_env, void* data, void* hint) {
    static_cast<EnvProfiles*>(data)->Note(static_cast<const char*>(hint));
  }
};
using EnvProfilesDeathTest = EnvProfiles;
NAPISAN_FOR_EACH_PROFILE(EnvProfiles);
NAPISAN_FOR_EACH_PROFILE(EnvProfilesDeathTest);

TEST_P(EnvProfiles, VersionsAreTheRuntimes) {
  Run([](napi_env env) {
    uint32_t version = 0;
    EXPECT_NAPI(napi_get_version(env, &version));
    EXPECT_EQ(version, openharmony() ? 8u : profile() == "node20" ? 9u : 10u);
    const napi_node_version untouched{};
    const napi_node_version* node = &untouched;
    EXPECT_NAPI(napi_get_node_version(env, &node));
    if (openharmony()) {
      EXPECT_EQ(node, &untouched);
    } else {
      EXPECT_EQ("node" + std::to_string(node->major), profile());
      EXPECT_STREQ(node->release, "node");
    }
  });
}

// --- Exceptions ---

TEST_P(EnvProfiles, AnExceptionInCallJs) {
  Tsfn tsfn;
  MakeTsfn(tsfn);
  tsfn.on_call = [](napi_env env, napi_value, void*) {
    EXPECT_NAPI(napi_throw_error(env, nullptr, "from call_js"));
  };
  EXPECT_NAPI(tsfn.Call());
  EXPECT_NAPI(tsfn.Release());
  testing::internal::CaptureStderr();
  RunLoop();
  std::string printed = testing::internal::GetCapturedStderr();
  if (openharmony()) {
    EXPECT_THAT(Uncaught(), ElementsAre(HasSubstr("from call_js")));
  } else {
    EXPECT_THAT(printed, HasSubstr("DEP0168"));
  }
}

TEST_P(EnvProfiles, OpenHarmonyThrowsErrorsOnly) {
  Run([](napi_env env) {
    EXPECT_EQ(napi_throw(env, Text(env, "text")), Either(napi_invalid_arg, napi_ok));
    EXPECT_EQ(TakeException(env), openharmony() ? "" : "(no error)");
    napi_value error = nullptr;
    ASSERT_NAPI(napi_create_error(env, nullptr, Text(env, "message"), &error));
    EXPECT_NAPI(napi_throw(env, error));
    EXPECT_EQ(TakeException(env), "message");
  });
}

TEST_P(EnvProfilesDeathTest, ANullDeferred) {
  Run([](napi_env env) {
    if (openharmony()) {
      EXPECT_EQ(napi_resolve_deferred(env, nullptr, Undefined(env)), napi_invalid_arg);
      EXPECT_EQ(napi_reject_deferred(env, nullptr, Undefined(env)), napi_invalid_arg);
    } else {
      EXPECT_DEATH(napi_resolve_deferred(env, nullptr, Undefined(env)), "");
    }
  });
}

// --- Scopes, references, instance data ---

TEST_P(EnvProfilesDeathTest, AHandleScopeLeftOpen) {
  auto leave_open = [&] {
    Run([](napi_env env) {
      napi_handle_scope scope = nullptr;
      napi_open_handle_scope(env, &scope);
    });
  };
  if (openharmony()) {
    leave_open();
  } else {
    EXPECT_DEATH(leave_open(), "unbalanced scopes");
  }
}

TEST_P(EnvProfiles, OpenHarmonyReferencesAnyValueAndUnrefsAtZero) {
  Run([](napi_env env) {
    napi_ref reference = nullptr;
    EXPECT_EQ(napi_create_reference(env, Number(env, 1), 1, &reference),
              Either(napi_ok, napi_invalid_arg));
    if (reference != nullptr) {
      EXPECT_NAPI(napi_delete_reference(env, reference));
    }
    ASSERT_NAPI(napi_create_reference(env, Object(env), 0, &reference));
    uint32_t count = 99;
    EXPECT_EQ(napi_reference_unref(env, reference, &count), Either(napi_ok, napi_generic_failure));
    EXPECT_EQ(count, openharmony() ? 0u : 99u);
    EXPECT_NAPI(napi_delete_reference(env, reference));
  });
}

TEST_P(EnvProfiles, OpenHarmonyFinalizesThoughTheWeakReferenceWasDeleted) {
  Run([&](napi_env env) {
    napi_ref reference = nullptr;
    ASSERT_NAPI(
        napi_wrap(env, Object(env), this, NoteFinalize, const_cast<char*>("wrap"), &reference));
    EXPECT_NAPI(napi_delete_reference(env, reference));
    // There a second delete changes nothing; elsewhere it would be a misuse.
    if (openharmony()) {
      EXPECT_NAPI(napi_delete_reference(env, reference));
    }
  });
  Teardown();
  EXPECT_EQ(EventCount(), openharmony() ? 1u : 0u);
  Events();
}

TEST_P(EnvProfiles, OpenHarmonyFinalizesInstanceDataThatIsReplaced) {
  Run([&](napi_env env) {
    for (const char* name : {"old", "new"}) {
      EXPECT_NAPI(napi_set_instance_data(env, this, NoteFinalize, const_cast<char*>(name)));
    }
  });
  if (openharmony()) {
    EXPECT_THAT(Events(), ElementsAre("old"));
  } else {
    EXPECT_THAT(Events(), IsEmpty());
  }
  Teardown();
  EXPECT_THAT(Events(), ElementsAre("new"));
}

TEST_P(EnvProfiles, InstanceDataThatIsSetWithoutAFinalizerIsJustForgotten) {
  Run([&](napi_env env) {
    EXPECT_NAPI(napi_set_instance_data(env, this, nullptr, nullptr));
    EXPECT_NAPI(napi_set_instance_data(env, nullptr, nullptr, nullptr));
    void* data = this;
    EXPECT_NAPI(napi_get_instance_data(env, &data));
    EXPECT_EQ(data, nullptr);
  });
  Teardown();
  EXPECT_THAT(Events(), IsEmpty());
}

TEST_P(EnvProfiles, OpenHarmonyFinalizesInstanceDataLast) {
  Run([&](napi_env env) {
    EXPECT_NAPI(napi_add_finalizer(env, LastingObject(env), this, NoteFinalize,
                                   const_cast<char*>("object"), nullptr));
    EXPECT_NAPI(
        napi_set_instance_data(env, this, NoteFinalize, const_cast<char*>("instance data")));
  });
  Teardown();
  // On Node it is one of the finalizers, and they run newest first.
  if (openharmony()) {
    EXPECT_THAT(Events(), ElementsAre("object", "instance data"));
  } else {
    EXPECT_THAT(Events(), ElementsAre("instance data", "object"));
  }
}

// --- Cleanup and teardown ---

TEST_P(EnvProfilesDeathTest, OpenHarmonysCleanupHooksAreTheirArgument) {
  static std::vector<std::string> ran;
  ran.clear();
  auto first = [](void*) { ran.push_back("first"); };
  auto second = [](void*) { ran.push_back("second"); };
  Run([&](napi_env env) {
    EXPECT_NAPI(napi_add_env_cleanup_hook(env, first, this));
    EXPECT_NAPI(napi_add_env_cleanup_hook(env, second, this));
    if (openharmony()) {
      EXPECT_NAPI(napi_add_env_cleanup_hook(env, first, this));
    } else {
      EXPECT_DEATH(napi_add_env_cleanup_hook(env, first, this), "added twice");
    }
  });
  Teardown();
  if (openharmony()) {
    EXPECT_THAT(ran, ElementsAre("first"));
  } else {
    EXPECT_THAT(ran, ElementsAre("second", "first"));
  }
}

TEST_P(EnvProfiles, OpenHarmonyRemovesAHookByItsArgument) {
  static int ran;
  ran = 0;
  Run([&](napi_env env) {
    EXPECT_NAPI(napi_add_env_cleanup_hook(
        env, [](void*) { ++ran; }, &ran));
    EXPECT_NAPI(napi_remove_env_cleanup_hook(
        env, [](void*) { ran += 100; }, &ran));
  });
  Teardown();
  EXPECT_EQ(ran, openharmony() ? 0 : 1);
}

TEST_P(EnvProfiles, AnEnvIsTornDownInTheProfilesOrder) {
  struct Hook {
    EnvProfiles* test;
    const char* name;
    static void Sync(void* argument) {
      auto& self = *static_cast<Hook*>(argument);
      self.test->Note(self.name);
    }
    static void Async(napi_async_cleanup_hook_handle handle, void* argument) {
      Sync(argument);
      EXPECT_NAPI(napi_remove_async_cleanup_hook(handle));
    }
  } first{this, "first"}, async{this, "async"}, last{this, "last"};
  Tsfn tsfn;
  MakeTsfn(tsfn);
  Work work;
  work.on_complete = [&](napi_env env, napi_status status) {
    Note("complete " + std::to_string(status));
    work.Delete(env);
  };
  Run([&](napi_env env) {
    EXPECT_NAPI(napi_add_finalizer(env, LastingObject(env), this, NoteFinalize,
                                   const_cast<char*>("object"), nullptr));
    EXPECT_NAPI(
        napi_set_instance_data(env, this, NoteFinalize, const_cast<char*>("instance data")));
    EXPECT_NAPI(napi_add_env_cleanup_hook(env, Hook::Sync, &first));
    EXPECT_NAPI(napi_add_async_cleanup_hook(env, Hook::Async, &async, nullptr));
    EXPECT_NAPI(napi_add_env_cleanup_hook(env, Hook::Sync, &last));
    work.Queue(env);
  });
  Teardown();
  if (openharmony()) {
    EXPECT_THAT(Events(),
                ElementsAre("complete 0", "last", "async", "first", "object", "instance data"));
  } else {
    EXPECT_THAT(Events(), ElementsAre("complete 0", "last", "async", "first", "finalize",
                                      "instance data", "object"));
  }
  if (drains_first()) {
    EXPECT_NAPI(tsfn.Release());
  }
}

TEST_P(EnvProfiles, WhetherJavaScriptRunsDuringTeardown) {
  Run([&](napi_env env) {
    EXPECT_NAPI(napi_set_instance_data(
        env, this,
        [](napi_env inner, void* data, void*) {
          napi_value object = Object(inner);
          napi_status status = napi_set_named_property(inner, object, "a", object);
          // Below version 10, which this module declares.
          EXPECT_EQ(status, Either(napi_ok, napi_pending_exception));
          static_cast<AsyncTest*>(data)->Note("finalized");
        },
        nullptr));
  });
  Teardown();
  EXPECT_THAT(Events(), ElementsAre("finalized"));
}

// --- Buffers ---

TEST_P(EnvProfiles, OpenHarmonysBufferInfo) {
  Run([](napi_env env) {
    void* data = nullptr;
    size_t length = 0;
    EXPECT_EQ(napi_get_buffer_info(env, Object(env), &data, &length),
              Either(napi_arraybuffer_expected, napi_invalid_arg));
    napi_value buffer = nullptr;
    ASSERT_NAPI(napi_create_arraybuffer(env, 8, &data, &buffer));
    EXPECT_EQ(napi_get_arraybuffer_info(env, buffer, &data, nullptr),
              Either(napi_invalid_arg, napi_ok));
    EXPECT_NAPI(napi_get_arraybuffer_info(env, buffer, nullptr, &length));
    EXPECT_EQ(length, 8u);
  });
}

}  // namespace
}  // namespace napisan
