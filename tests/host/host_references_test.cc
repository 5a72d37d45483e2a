// References, wraps, finalizers at teardown, handle scopes and type tags: what needs no collector.
#include <functional>

#include "async_test.h"
#include "napisan/experimental.h"

namespace napisan {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class HostReferences : public AsyncTest {
 protected:
  using AsyncTest::AsyncTest;

  // A finalizer that notes its name; it is its own data.
  struct Named {
    HostReferences* test;
    std::string name;
    napi_ref reference = nullptr;
    std::function<void(napi_env env)> then = nullptr;

    static void Finalize(napi_env env, void* data, void*) {
      auto& self = *static_cast<Named*>(data);
      EXPECT_NE(env, nullptr);
      self.test->Note(self.name);
      if (self.reference != nullptr) {
        EXPECT_NAPI(napi_delete_reference(env, self.reference));
      }
      if (self.then != nullptr) self.then(env);
    }
  };
  Named& Make(const std::string& name) {
    named_.push_back(std::make_unique<Named>(Named{this, name}));
    return *named_.back();
  }
  static void Post(napi_env env, Named& named) {
    EXPECT_NAPI(node_api_post_finalizer(env, Named::Finalize, &named, nullptr));
  }
  static void SetInstanceData(napi_env env, Named& named) {
    EXPECT_NAPI(napi_set_instance_data(env, &named, Named::Finalize, nullptr));
  }

 private:
  std::vector<std::unique_ptr<Named>> named_;
};

uint32_t Ref(napi_env env, napi_ref reference) {
  uint32_t count = 99;
  EXPECT_NAPI(napi_reference_ref(env, reference, &count));
  return count;
}
uint32_t Unref(napi_env env, napi_ref reference) {
  uint32_t count = 99;
  EXPECT_NAPI(napi_reference_unref(env, reference, &count));
  return count;
}

TEST_F(HostReferences, KeepAValueAcrossCallbacks) {
  napi_ref reference = nullptr;
  Run([&](napi_env env) {
    napi_value object = Object(env);
    ASSERT_NAPI(napi_set_named_property(env, object, "a", Number(env, 5)));
    ASSERT_NAPI(napi_create_reference(env, object, 1, &reference));
  });
  Run([&](napi_env env) {
    napi_value object = nullptr;
    ASSERT_NAPI(napi_get_reference_value(env, reference, &object));
    EXPECT_EQ(AsNumber(env, Get(env, object, "a")), 5);
    EXPECT_EQ(Ref(env, reference), 2u);
    EXPECT_EQ(Unref(env, reference), 1u);
    EXPECT_EQ(Unref(env, reference), 0u);
    EXPECT_EQ(napi_reference_unref(env, reference, nullptr), napi_generic_failure);
    EXPECT_EQ(Ref(env, reference), 1u);
    EXPECT_NAPI(napi_reference_ref(env, reference, nullptr));
    EXPECT_NAPI(napi_delete_reference(env, reference));
  });
}

TEST_F(HostReferences, WhatCannotBeMadeIsRefused) {
  Run([](napi_env env) {
    napi_ref reference = nullptr;
    napi_value value = nullptr;
    EXPECT_EQ(napi_create_reference(env, nullptr, 1, &reference), napi_invalid_arg);
    EXPECT_EQ(napi_create_reference(env, Object(env), 1, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_delete_reference(env, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_reference_ref(env, nullptr, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_reference_unref(env, nullptr, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_get_reference_value(env, nullptr, &value), napi_invalid_arg);
  });
}

TEST_F(HostReferences, AWrapGivesItsDataBackAndIsFinalizedAtTeardown) {
  Named& named = Make("wrap");
  Run([&](napi_env env) {
    napi_value object = Object(env);
    void* data = nullptr;
    EXPECT_EQ(napi_unwrap(env, object, &data), napi_invalid_arg);
    ASSERT_NAPI(napi_wrap(env, object, &named, Named::Finalize, nullptr, nullptr));
    EXPECT_NAPI(napi_unwrap(env, object, &data));
    EXPECT_EQ(data, &named);
    EXPECT_EQ(napi_wrap(env, object, &named, nullptr, nullptr, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_wrap(env, Number(env, 1), &named, nullptr, nullptr, nullptr), napi_invalid_arg);
  });
  EXPECT_THAT(Events(), IsEmpty());
  Teardown();
  EXPECT_THAT(Events(), ElementsAre("wrap"));
}

TEST_F(HostReferences, ARemovedWrapIsNotFinalized) {
  Named& named = Make("wrap");
  Run([&](napi_env env) {
    napi_value object = Object(env);
    ASSERT_NAPI(napi_wrap(env, object, &named, Named::Finalize, nullptr, nullptr));
    void* data = nullptr;
    EXPECT_NAPI(napi_remove_wrap(env, object, &data));
    EXPECT_EQ(data, &named);
    EXPECT_EQ(napi_unwrap(env, object, &data), napi_invalid_arg);
    // It may be wrapped again.
    EXPECT_NAPI(napi_wrap(env, object, &named, nullptr, nullptr, nullptr));
  });
  Teardown();
  EXPECT_THAT(Events(), IsEmpty());
}

TEST_F(HostReferences, TheReferenceOfAWrapIsWeakAndDeletedInItsFinalizer) {
  Named& named = Make("wrap");
  Run([&](napi_env env) {
    napi_value object = Object(env);
    ASSERT_NAPI(napi_wrap(env, object, &named, Named::Finalize, nullptr, &named.reference));
    EXPECT_EQ(Ref(env, named.reference), 1u);
    EXPECT_EQ(Unref(env, named.reference), 0u);
    napi_value value = nullptr;
    EXPECT_NAPI(napi_get_reference_value(env, named.reference, &value));
    bool same = false;
    EXPECT_NAPI(napi_strict_equals(env, value, object, &same));
    EXPECT_TRUE(same);
  });
  Teardown();
  EXPECT_THAT(Events(), ElementsAre("wrap"));
}

TEST_F(HostReferences, DeletingTheReferenceOfAFinalizerTakesTheFinalizerAway) {
  Named& named = Make("finalizer");
  Run([&](napi_env env) {
    napi_ref reference = nullptr;
    ASSERT_NAPI(napi_add_finalizer(env, Object(env), &named, Named::Finalize, nullptr, &reference));
    EXPECT_NAPI(napi_delete_reference(env, reference));
  });
  Teardown();
  EXPECT_THAT(Events(), IsEmpty());
}

TEST_F(HostReferences, EveryExternalIsFinalizedOnceBytesFirstAndNewestFirst) {
  static char bytes[3][16];
  Run([&](napi_env env) {
    napi_value value = nullptr;
    void* data = nullptr;
    ASSERT_NAPI(napi_create_external(env, &Make("external"), Named::Finalize, nullptr, &value));
    EXPECT_NAPI(napi_get_value_external(env, value, &data));
    EXPECT_EQ(static_cast<Named*>(data)->name, "external");
    EXPECT_EQ(TypeOf(env, value), napi_external);
    // Those whose data is the bytes find their name by the hint.
    napi_finalize by_hint = [](napi_env inner, void*, void* hint) {
      Named::Finalize(inner, hint, nullptr);
    };
    ASSERT_NAPI(
        napi_create_external_arraybuffer(env, bytes[0], 16, by_hint, &Make("arraybuffer"), &value));
    ASSERT_NAPI(napi_create_external_buffer(env, 16, bytes[1], by_hint, &Make("buffer"), &value));
    ASSERT_NAPI(node_api_create_external_sharedarraybuffer(
        env, bytes[2], 16,
        [](void* given, void* hint) {
          EXPECT_EQ(given, bytes[2]);
          auto& self = *static_cast<Named*>(hint);
          self.test->Note(self.name);
        },
        &Make("sharedarraybuffer"), &value));
    EXPECT_EQ(napi_create_external(env, nullptr, nullptr, nullptr, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_get_value_external(env, Object(env), &data), napi_invalid_arg);
  });
  Teardown();
  // Memory that envs share is finalized when the last of them lets go of it.
  std::vector<std::string> events = Events();
  EXPECT_EQ(std::erase(events, "sharedarraybuffer"), 1u);
  EXPECT_THAT(events, ElementsAre("buffer", "arraybuffer", "external"));
}

TEST_F(HostReferences, ADetachedBufferIsFinalizedOnceToo) {
  static char bytes[16];
  Named& named = Make("bytes");
  Run([&](napi_env env) {
    napi_value buffer = nullptr;
    ASSERT_NAPI(napi_create_external_arraybuffer(
        env, bytes, 16,
        [](napi_env inner, void*, void* hint) { Named::Finalize(inner, hint, nullptr); }, &named,
        &buffer));
    bool detached = true;
    EXPECT_NAPI(napi_is_detached_arraybuffer(env, buffer, &detached));
    EXPECT_FALSE(detached);
    EXPECT_NAPI(napi_detach_arraybuffer(env, buffer));
    EXPECT_NAPI(napi_is_detached_arraybuffer(env, buffer, &detached));
    EXPECT_TRUE(detached);
    size_t length = 1;
    void* data = bytes;
    EXPECT_NAPI(napi_get_arraybuffer_info(env, buffer, &data, &length));
    EXPECT_EQ(length, 0u);
    EXPECT_EQ(data, nullptr);
    EXPECT_EQ(napi_detach_arraybuffer(env, Object(env)), napi_arraybuffer_expected);
  });
  Teardown();
  EXPECT_THAT(Events(), ElementsAre("bytes"));
}

TEST_F(HostReferences, AFinalizerMayAddAnother) {
  struct Adding {
    HostReferences* test;
    Named* next;
    Named* posted;
  } adding{this, &Make("added"), &Make("posted")};
  Run([&](napi_env env) {
    ASSERT_NAPI(napi_add_finalizer(
        env, Object(env), &adding,
        [](napi_env inner, void* data, void*) {
          auto& self = *static_cast<Adding*>(data);
          self.test->Note("adds");
          EXPECT_NAPI(napi_set_instance_data(inner, self.next, Named::Finalize, nullptr));
          EXPECT_NAPI(node_api_post_finalizer(inner, Named::Finalize, self.posted, nullptr));
        },
        nullptr, nullptr));
  });
  Teardown();
  EXPECT_THAT(Events(), ElementsAre("adds", "posted", "added"));
}

TEST_F(HostReferences, APostedFinalizerRunsOnALaterTurnOrAtTeardown) {
  Run([&](napi_env env) {
    EXPECT_NAPI(node_api_post_finalizer(env, Named::Finalize, &Make("one"), nullptr));
    EXPECT_NAPI(node_api_post_finalizer(env, Named::Finalize, &Make("two"), nullptr));
    EXPECT_NAPI(node_api_post_finalizer(env, nullptr, nullptr, nullptr));
  });
  EXPECT_THAT(Events(), IsEmpty());
  RunLoop();
  EXPECT_EQ(Events().size(), 2u);
  Run([&](napi_env env) {
    EXPECT_NAPI(node_api_post_finalizer(env, Named::Finalize, &Make("late"), nullptr));
  });
  Teardown();
  EXPECT_THAT(Events(), ElementsAre("late"));
}

TEST_F(HostReferences, WhatFinalizersPostAndMakeAtTeardownRuns) {
  Named& holds = Make("holds");
  Named& one = Make("one");
  Named& two = Make("two");
  Named& three = Make("three");
  // What this one posts holds the env, for a turn of the loop that does not come.
  holds.then = [&](napi_env env) { Post(env, Make("held")); };
  one.then = [&](napi_env env) { Post(env, two); };
  two.then = [&](napi_env env) { SetInstanceData(env, three); };
  three.then = [&](napi_env env) { Post(env, Make("four")); };
  struct Hook {
    napi_env env;
    Named& posts;
  } hook{nullptr, holds};
  Run([&](napi_env env) {
    hook.env = env;
    SetInstanceData(env, one);
    // From a hook: the loop has been turned before.
    EXPECT_NAPI(napi_add_env_cleanup_hook(
        env,
        [](void* data) {
          auto& self = *static_cast<Hook*>(data);
          Post(self.env, self.posts);
        },
        &hook));
  });
  Teardown();
  EXPECT_THAT(Events(), ElementsAre("holds", "held", "one", "two", "three", "four"));
}

// Its instance data is finalized after all else.
class HostReferencesOfOpenHarmony : public HostReferences {
 protected:
  HostReferencesOfOpenHarmony() : HostReferences("openharmony") {}
};

TEST_F(HostReferencesOfOpenHarmony, WhatTheLastFinalizerPostsRuns) {
  Named& last = Make("last");
  last.then = [&](napi_env env) { Post(env, Make("posted")); };
  Run([&](napi_env env) {
    SetInstanceData(env, last);
    EXPECT_NAPI(
        napi_add_finalizer(env, Object(env), &Make("one"), Named::Finalize, nullptr, nullptr));
  });
  Teardown();
  EXPECT_THAT(Events(), ElementsAre("one", "last", "posted"));
}

TEST_F(HostReferences, TypeTags) {
  const napi_type_tag tag = {1, 2};
  const napi_type_tag other = {1, 3};
  Run([&](napi_env env) {
    napi_value object = Object(env);
    bool matches = true;
    EXPECT_NAPI(napi_check_object_type_tag(env, object, &tag, &matches));
    EXPECT_FALSE(matches);
    EXPECT_NAPI(napi_type_tag_object(env, object, &tag));
    EXPECT_NAPI(napi_check_object_type_tag(env, object, &tag, &matches));
    EXPECT_TRUE(matches);
    EXPECT_NAPI(napi_check_object_type_tag(env, object, &other, &matches));
    EXPECT_FALSE(matches);
    EXPECT_EQ(napi_type_tag_object(env, object, &other), napi_invalid_arg);
    EXPECT_EQ(napi_type_tag_object(env, object, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_check_object_type_tag(env, nullptr, &tag, &matches), napi_invalid_arg);
  });
}

TEST_F(HostReferences, ExternalMemoryIsCountedForAllModulesTogether) {
  HostAgent::ModuleRef other = Add("other");
  int64_t sum = 0;
  Run([&](napi_env env) {
    EXPECT_NAPI(napi_adjust_external_memory(env, 1000, &sum));
    EXPECT_EQ(sum, 1000);
    EXPECT_EQ(napi_adjust_external_memory(env, 1, nullptr), napi_invalid_arg);
  });
  RunIn(other, [&](napi_env env) {
    EXPECT_NAPI(napi_adjust_external_memory(env, 24, &sum));
    EXPECT_EQ(sum, 1024);
    EXPECT_NAPI(napi_adjust_external_memory(env, -24, &sum));
    EXPECT_EQ(sum, 1000);
  });
}

TEST_F(HostReferences, HandleScopes) {
  Run([](napi_env env) {
    napi_escapable_handle_scope outer = nullptr;
    ASSERT_NAPI(napi_open_escapable_handle_scope(env, &outer));
    napi_handle_scope inner = nullptr;
    ASSERT_NAPI(napi_open_handle_scope(env, &inner));
    for (int i = 0; i < 100; ++i) Object(env);
    EXPECT_NAPI(napi_close_handle_scope(env, inner));
    napi_value escaped = nullptr;
    EXPECT_NAPI(napi_escape_handle(env, outer, Text(env, "kept"), &escaped));
    EXPECT_EQ(napi_escape_handle(env, outer, escaped, &escaped), napi_escape_called_twice);
    EXPECT_NAPI(napi_close_escapable_handle_scope(env, outer));
    for (int i = 0; i < 100; ++i) Object(env);
    EXPECT_EQ(AsText(env, escaped), "kept");
    EXPECT_EQ(napi_close_handle_scope(env, inner), napi_handle_scope_mismatch);
    EXPECT_EQ(napi_close_escapable_handle_scope(env, outer), napi_handle_scope_mismatch);
    EXPECT_EQ(napi_open_handle_scope(env, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_close_handle_scope(env, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_open_escapable_handle_scope(env, nullptr), napi_invalid_arg);
  });
}

using HostReferencesDeathTest = HostReferences;

TEST_F(HostReferencesDeathTest, AHandleScopeLeftOpenEndsTheProcess) {
  EXPECT_DEATH(Run([](napi_env env) {
                 napi_handle_scope scope = nullptr;
                 napi_open_handle_scope(env, &scope);
               }),
               "unbalanced scopes");
}

}  // namespace
}  // namespace napisan
