// The version that a module declares, and what it is held to.
#include "async_test.h"
#include "napisan/experimental.h"

namespace napisan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int kExperimental = NAPI_VERSION_EXPERIMENTAL;

struct Declared {
  const char* profile;
  int version;
  // Held to what Node-API 10 brought.
  bool strict;
};

class HostVersions : public AsyncTest, public testing::WithParamInterface<Declared> {
 protected:
  HostVersions() : AsyncTest(GetParam().profile) { module_ = Add("versioned", GetParam().version); }
  static bool strict() { return GetParam().strict; }

  HostAgent::ModuleRef module_;
};

INSTANTIATE_TEST_SUITE_P(
    Versions, HostVersions,
    testing::Values(Declared{"node20", 8, false}, Declared{"node20", 9, false},
                    Declared{"node20", kExperimental, true}, Declared{"node22", 9, false},
                    Declared{"node22", 10, true}, Declared{"node24", 1, false},
                    Declared{"node24", 9, false}, Declared{"node24", 10, true},
                    Declared{"node24", kExperimental, true}, Declared{"node26", 10, true}),
    [](const testing::TestParamInfo<Declared>& row) {
      return std::string(row.param.profile) + "_" +
             (row.param.version == kExperimental ? "experimental"
                                                 : std::to_string(row.param.version));
    });

TEST_P(HostVersions, ReferencesToAnyValue) {
  RunIn(module_, [](napi_env env) {
    napi_value symbol = nullptr;
    ASSERT_NAPI(napi_create_symbol(env, Text(env, "s"), &symbol));
    // These three in any version.
    for (napi_value value : {Object(env), symbol, Function(env, [](napi_env, napi_callback_info) {
                               return static_cast<napi_value>(nullptr);
                             })}) {
      napi_ref reference = nullptr;
      ASSERT_NAPI(napi_create_reference(env, value, 1, &reference));
      EXPECT_NAPI(napi_delete_reference(env, reference));
    }
    for (napi_value value : {Number(env, 5), Text(env, "text"), Undefined(env)}) {
      napi_ref reference = nullptr;
      EXPECT_EQ(napi_create_reference(env, value, 1, &reference),
                strict() ? napi_ok : napi_invalid_arg);
      if (!strict()) continue;
      napi_value kept = nullptr;
      EXPECT_NAPI(napi_get_reference_value(env, reference, &kept));
      EXPECT_EQ(TypeOf(env, kept), TypeOf(env, value));
      EXPECT_NAPI(napi_delete_reference(env, reference));
    }
  });
}

TEST_P(HostVersions, TheAnswerWhileTheEnvIsStopping) {
  RunIn(module_, [&](napi_env env) {
    EXPECT_NAPI(napi_set_instance_data(
        env, this,
        [](napi_env inner, void* data, void*) {
          napi_value object = Object(inner);
          EXPECT_EQ(napi_set_named_property(inner, object, "a", object),
                    strict() ? napi_cannot_run_js : napi_pending_exception);
          const napi_extended_error_info* info = nullptr;
          EXPECT_NAPI(napi_get_last_error_info(inner, &info));
          EXPECT_STREQ(info->error_message,
                       strict() ? "Cannot run JavaScript" : "An exception is pending");
          static_cast<AsyncTest*>(data)->Note("finalized");
        },
        nullptr));
  });
  Teardown();
  EXPECT_THAT(Events(), ElementsAre("finalized"));
}

TEST_P(HostVersions, AnExceptionThatAFinalizerLeaves) {
  RunIn(module_, [](napi_env env) {
    EXPECT_NAPI(node_api_post_finalizer(
        env,
        [](napi_env inner, void*, void*) {
          EXPECT_NAPI(napi_throw_error(inner, nullptr, "from a finalizer"));
        },
        nullptr, nullptr));
  });
  RunLoop();
  // Finalizers of objects, unlike those of thread-safe functions, whatever the version.
  EXPECT_THAT(Uncaught(), ElementsAre(HasSubstr("from a finalizer")));
}

TEST(HostVersionLimits, NodeRefusesWhatItDoesNotHave) {
  struct Limit {
    const char* profile;
    int most;
  };
  for (Limit limit : {Limit{"node20", 9}, Limit{"node22", 10}, Limit{"node24", 10},
                      Limit{"node26", 10}, Limit{"openharmony", 99}}) {
    HostAgent agent({.profile = limit.profile});
    HostAgent::ModuleRef module = 0;
    std::string error;
    EXPECT_TRUE(agent.Add("most", nullptr, limit.most, module, error)) << error;
    EXPECT_TRUE(agent.Add("experimental", nullptr, kExperimental, module, error)) << error;
    if (limit.most == 99) continue;
    EXPECT_FALSE(agent.Add("more", nullptr, limit.most + 1, module, error));
    EXPECT_THAT(error, HasSubstr("declares Node-API version"));
  }
}

}  // namespace
}  // namespace napisan
