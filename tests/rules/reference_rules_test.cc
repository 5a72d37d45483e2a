// reference/*: deleted once, not used afterwards, not counted below zero. Leaks are
// reference_leak_rules_test.cc's.
#include "rule_test.h"

namespace napisan {
namespace {

constexpr char kDoubleDelete[] = "reference/double-delete";
constexpr char kUseAfterDelete[] = "reference/use-after-delete";
constexpr char kBelowZero[] = "reference/unref-below-zero";

class ReferenceRules : public RuleTest {
 protected:
  using RuleTest::RuleTest;

  static napi_ref Make(napi_env env, uint32_t count = 1) {
    napi_ref reference = nullptr;
    EXPECT_EQ(napi_create_reference(env, Object(env), count, &reference), napi_ok);
    return reference;
  }
  static void Delete(napi_env env, napi_ref reference) {
    EXPECT_EQ(napi_delete_reference(env, reference), napi_ok);
  }
  static uint32_t Ref(napi_env env, napi_ref reference) {
    uint32_t count = 4711;
    EXPECT_EQ(napi_reference_ref(env, reference, &count), napi_ok);
    return count;
  }
  static uint32_t Unref(napi_env env, napi_ref reference) {
    uint32_t count = 4711;
    EXPECT_EQ(napi_reference_unref(env, reference, &count), napi_ok);
    return count;
  }
  static napi_value Get(napi_env env, napi_ref reference) {
    napi_value value = nullptr;
    EXPECT_EQ(napi_get_reference_value(env, reference, &value), napi_ok);
    return value;
  }
};

// reference/double-delete

TEST_F(ReferenceRules, DoubleDelete) {
  Breaks("reference/double-delete");
  Run([](napi_env env) {
    napi_ref reference = Make(env);
    Delete(env, reference);
    EXPECT_EQ(napi_delete_reference(env, reference), napi_invalid_arg);
  });
  EXPECT_THAT(Reports(), ElementsAre(kDoubleDelete));
  EXPECT_THAT(LastJson(), testing::HasSubstr("\"event\":\"created\""));
  EXPECT_THAT(LastJson(), testing::HasSubstr("\"event\":\"deleted\""));
}

// OpenHarmony sets a flag only, the second time.
TEST_F(ReferenceRules, AWeakOneIsDeletedOnceAsWell) {
  Run([](napi_env env) {
    napi_ref reference = Make(env, 0);
    Delete(env, reference);
    EXPECT_EQ(napi_delete_reference(env, reference), napi_invalid_arg);
  });
  EXPECT_THAT(Reports(), ElementsAre(kDoubleDelete));
}

TEST_F(ReferenceRules, ADoubleDeleteDoesNotDeleteTheNextOne) {
  Run([](napi_env env) {
    napi_ref first = Make(env);
    Delete(env, first);
    // Enough for the first one's place to be used again.
    for (int i = 0; i < 1000; ++i) Delete(env, Make(env));
    napi_ref other = Make(env);
    EXPECT_EQ(napi_delete_reference(env, first), napi_invalid_arg);
    EXPECT_EQ(TypeOf(env, Get(env, other)), napi_object);
    Delete(env, other);
  });
  EXPECT_THAT(Reports(), ElementsAre(kDoubleDelete));
}

TEST_F(ReferenceRules, DeletedInCompleteAndByADestructor) {
  static napi_ref reference;
  TestWork work;
  work.on_complete = [](napi_env env, napi_status, TestWork& self) {
    Delete(env, reference);
    EXPECT_EQ(napi_delete_async_work(env, self.handle), napi_ok);
  };
  Run([&](napi_env env) {
    reference = Make(env);
    ASSERT_EQ(work.Create(env), napi_ok);
    ASSERT_EQ(napi_queue_async_work(env, work.handle), napi_ok);
  });
  agent().RunLoop();
  Run([](napi_env env) { EXPECT_EQ(napi_delete_reference(env, reference), napi_invalid_arg); });
  EXPECT_THAT(Reports(), ElementsAre(kDoubleDelete));
}

TEST_F(ReferenceRules, EachReferenceToOneObjectIsDeletedOnce) {
  Keeps("reference/double-delete", "reference/use-after-delete");
  Run([](napi_env env) {
    napi_value object = Object(env);
    napi_ref references[3];
    for (napi_ref& reference : references) {
      ASSERT_EQ(napi_create_reference(env, object, 1, &reference), napi_ok);
    }
    for (napi_ref reference : references) {
      EXPECT_EQ(TypeOf(env, Get(env, reference)), napi_object);
      Delete(env, reference);
    }
  });
}

// reference/use-after-delete

TEST_F(ReferenceRules, UseAfterDelete) {
  Breaks("reference/use-after-delete");
  Run([](napi_env env) {
    napi_ref reference = Make(env);
    Delete(env, reference);
    napi_value value = nullptr;
    uint32_t count = 4711;
    EXPECT_EQ(napi_get_reference_value(env, reference, &value), napi_invalid_arg);
    EXPECT_EQ(napi_reference_ref(env, reference, &count), napi_invalid_arg);
    EXPECT_EQ(napi_reference_unref(env, reference, &count), napi_invalid_arg);
    EXPECT_EQ(value, nullptr);
    EXPECT_EQ(count, 4711u);
  });
  EXPECT_THAT(Reports(), ElementsAre(kUseAfterDelete, kUseAfterDelete, kUseAfterDelete));
}

TEST_F(ReferenceRules, WhatAUseAfterDeleteDidNotFillIsNoSecondMistake) {
  Run([](napi_env env) {
    napi_ref reference = Make(env);
    Delete(env, reference);
    napi_value value = Forged<napi_value>();
    EXPECT_EQ(napi_get_reference_value(env, reference, &value), napi_invalid_arg);
    ExpectRefused(env, value);
    ExpectRefused(env, value);
  });
  EXPECT_THAT(Reports(), ElementsAre(kUseAfterDelete));
}

TEST_F(ReferenceRules, AReferenceIsGoodInEveryLaterCallbackUntilItIsDeleted) {
  Keeps("reference/use-after-delete", "reference/double-delete", "reference/leaked");
  static napi_ref reference;
  static int finalized;
  finalized = 0;
  TestWork work;
  work.on_complete = [](napi_env env, napi_status, TestWork& self) {
    EXPECT_EQ(TypeOf(env, Get(env, reference)), napi_object);
    EXPECT_EQ(napi_delete_async_work(env, self.handle), napi_ok);
  };
  Run([&](napi_env env) {
    reference = Make(env);
    ASSERT_EQ(work.Create(env), napi_ok);
    ASSERT_EQ(napi_queue_async_work(env, work.handle), napi_ok);
    ASSERT_EQ(napi_set_instance_data(
                  env, &reference,
                  [](napi_env finalizing, void* data, void*) {
                    ++finalized;
                    EXPECT_EQ(Ref(finalizing, *static_cast<napi_ref*>(data)), 2u);
                    Delete(finalizing, *static_cast<napi_ref*>(data));
                  },
                  nullptr),
              napi_ok);
  });
  agent().RunLoop();
  Run([](napi_env env) {
    CallInside(env, [](napi_env inner, napi_callback_info) { return Get(inner, reference); });
  });
  Teardown();
  EXPECT_EQ(finalized, 1);
}

// reference/unref-below-zero

TEST_F(ReferenceRules, UnrefBelowZero) {
  Breaks("reference/unref-below-zero");
  Run([](napi_env env) {
    napi_ref reference = Make(env, 1);
    EXPECT_EQ(Unref(env, reference), 0u);
    uint32_t count = 4711;
    EXPECT_EQ(napi_reference_unref(env, reference, &count), napi_generic_failure);
    EXPECT_EQ(count, 4711u);
    EXPECT_EQ(napi_reference_unref(env, reference, nullptr), napi_generic_failure);
    // It is as good as before.
    EXPECT_EQ(Ref(env, reference), 1u);
    EXPECT_EQ(Unref(env, reference), 0u);
    Delete(env, reference);
  });
  EXPECT_THAT(Reports(), ElementsAre(kBelowZero, kBelowZero));
}

TEST_F(ReferenceRules, AWrapsReferenceBeginsAtZero) {
  Run([](napi_env env) {
    napi_ref reference = nullptr;
    ASSERT_EQ(napi_wrap(
                  env, Object(env), &reference, [](node_api_basic_env, void*, void*) {}, nullptr,
                  &reference),
              napi_ok);
    EXPECT_EQ(napi_reference_unref(env, reference, nullptr), napi_generic_failure);
    Delete(env, reference);
  });
  EXPECT_THAT(Reports(), ElementsAre(kBelowZero));
}

TEST_F(ReferenceRules, AsManyUnrefsAsRefs) {
  Keeps("reference/unref-below-zero");
  Run([](napi_env env) {
    napi_ref reference = Make(env, 2);
    EXPECT_EQ(Ref(env, reference), 3u);
    EXPECT_EQ(napi_reference_ref(env, reference, nullptr), napi_ok);
    EXPECT_EQ(napi_reference_unref(env, reference, nullptr), napi_ok);
    for (uint32_t left : {2u, 1u, 0u}) EXPECT_EQ(Unref(env, reference), left);
    EXPECT_EQ(Ref(env, reference), 1u);
    EXPECT_EQ(Unref(env, reference), 0u);
    Delete(env, reference);
  });
}

class OpenHarmonyReferences : public ReferenceRules {
 protected:
  OpenHarmonyReferences() : ReferenceRules("openharmony") {}
};

// There it is answered with ok, and the count stays where it is.
TEST_F(OpenHarmonyReferences, UnrefBelowZeroIsToldThoughItSucceeds) {
  Run([](napi_env env) {
    napi_ref reference = Make(env, 1);
    EXPECT_EQ(Unref(env, reference), 0u);
    EXPECT_EQ(Unref(env, reference), 0u);
    EXPECT_EQ(Ref(env, reference), 1u);
    EXPECT_EQ(Unref(env, reference), 0u);
    Delete(env, reference);
  });
  EXPECT_THAT(Reports(), ElementsAre(kBelowZero));
}

// What node-addon-api does: the reference of a wrap belongs to its object.

TEST_F(ReferenceRules, AWrapsReferenceIsDeletedByItsFinalizer) {
  Keeps("reference/double-delete", "reference/use-after-delete", "reference/leaked");
  struct Wrapped {
    napi_ref reference = nullptr;
    int deleted = 0;
  } wrapped;
  Run([&](napi_env env) {
    ASSERT_EQ(napi_wrap(
                  env, Object(env), &wrapped,
                  [](node_api_basic_env basic, void* data, void*) {
                    auto& self = *static_cast<Wrapped*>(data);
                    ++self.deleted;
                    EXPECT_EQ(napi_delete_reference(const_cast<napi_env>(basic), self.reference),
                              napi_ok);
                  },
                  nullptr, &wrapped.reference),
              napi_ok);
    // Kept alive while something is under way.
    EXPECT_EQ(Ref(env, wrapped.reference), 1u);
    EXPECT_EQ(Unref(env, wrapped.reference), 0u);
  });
  Teardown();
  EXPECT_EQ(wrapped.deleted, 1);
}

TEST_F(ReferenceRules, AWrapThatIsRemovedHasItsReferenceDeletedByTheModule) {
  Keeps("reference/double-delete", "reference/use-after-delete");
  Run([](napi_env env) {
    napi_value object = Object(env);
    napi_ref reference = nullptr;
    int data = 0;
    ASSERT_EQ(napi_wrap(
                  env, object, &data,
                  [](node_api_basic_env, void*, void*) { ADD_FAILURE() << "the wrap is removed"; },
                  nullptr, &reference),
              napi_ok);
    void* found = nullptr;
    ASSERT_EQ(napi_remove_wrap(env, object, &found), napi_ok);
    EXPECT_EQ(found, &data);
    EXPECT_EQ(TypeOf(env, Get(env, reference)), napi_object);
    Delete(env, reference);
  });
}

TEST_F(ReferenceRules, AFinalizersReferenceIsNoLeak) {
  Keeps("reference/leaked");
  int finalized = 0;
  Run([&](napi_env env) {
    napi_ref reference = nullptr;
    ASSERT_EQ(napi_add_finalizer(
                  env, Object(env), &finalized,
                  [](node_api_basic_env, void* data, void*) { ++*static_cast<int*>(data); },
                  nullptr, &reference),
              napi_ok);
    EXPECT_NE(reference, nullptr);
  });
  Teardown();
  EXPECT_EQ(finalized, 1);
}

TEST_F(ReferenceRules, AReferenceMayBeDeletedWithAnExceptionPending) {
  Keeps("exception/call-while-pending", "reference/leaked");
  Run([](napi_env env) {
    napi_ref reference = Make(env);
    ASSERT_EQ(napi_throw_error(env, nullptr, "e"), napi_ok);
    EXPECT_EQ(Ref(env, reference), 2u);
    EXPECT_EQ(Unref(env, reference), 1u);
    EXPECT_EQ(TypeOf(env, Get(env, reference)), napi_object);
    Delete(env, reference);
  });
  EXPECT_EQ(Uncaught().size(), 1u);
}

TEST_F(ReferenceRules, NullArgumentsAndPrimitivesAreTheHostsToAnswer) {
  Keeps("reference/double-delete", "handle/forged", "exception/status-unchecked");
  Run([](napi_env env) {
    napi_ref reference = nullptr;
    napi_value value = nullptr;
    EXPECT_EQ(napi_create_reference(env, Number(env, 1), 1, &reference), napi_invalid_arg);
    EXPECT_EQ(napi_create_reference(env, Object(env), 1, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_create_reference(env, nullptr, 1, &reference), napi_invalid_arg);
    EXPECT_EQ(reference, nullptr);
    EXPECT_EQ(napi_delete_reference(env, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_reference_ref(env, nullptr, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_reference_unref(env, nullptr, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_get_reference_value(env, nullptr, &value), napi_invalid_arg);
  });
}

TEST_F(ReferenceRules, FromVersionTenOnAReferenceTakesAnyValue) {
  Keeps("reference/use-after-delete");
  NoteRun();
  agent().Run(Add("version_ten", 10), [](napi_env env) {
    napi_ref reference = nullptr;
    ASSERT_EQ(napi_create_reference(env, Number(env, 5), 1, &reference), napi_ok);
    EXPECT_EQ(NumberOf(env, Get(env, reference)), 5);
    Delete(env, reference);
  });
}

}  // namespace
}  // namespace napisan
