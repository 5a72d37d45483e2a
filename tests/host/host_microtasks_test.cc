// When promise reactions run: by the time the loop is idle, in every profile.

#include "host_test.h"

namespace napisan {
namespace {

struct Settled {
  napi_deferred deferred = nullptr;
  napi_async_work work = nullptr;
  int reactions = 0;
};

void CountReaction(napi_env env, napi_value promise, Settled* settled) {
  napi_value then = nullptr;
  EXPECT_NAPI(napi_get_named_property(env, promise, "then", &then));
  napi_value reaction = Function(
      env,
      [](napi_env in, napi_callback_info info) -> napi_value {
        void* data = nullptr;
        EXPECT_NAPI(napi_get_cb_info(in, info, nullptr, nullptr, nullptr, &data));
        ++static_cast<Settled*>(data)->reactions;
        return nullptr;
      },
      settled);
  EXPECT_NAPI(napi_call_function(env, promise, then, 1, &reaction, nullptr));
}

class MicrotasksTest : public testing::TestWithParam<const char*> {};

TEST_P(MicrotasksTest, ReactionsToWhatCompleteSettledRun) {
  HostOptions options;
  options.profile = GetParam();
  HostAgent agent(options);
  HostAgent::ModuleRef module = 0;
  std::string error;
  ASSERT_TRUE(agent.Add("test_module", nullptr, 8, module, error)) << error;
  Settled settled;
  agent.Run(module, [&](napi_env env) {
    napi_value promise = nullptr;
    ASSERT_NAPI(napi_create_promise(env, &settled.deferred, &promise));
    CountReaction(env, promise, &settled);
    ASSERT_NAPI(napi_create_async_work(
        env, nullptr, Text(env, "settles"), [](napi_env, void*) {},
        [](napi_env in, napi_status, void* data) {
          auto* self = static_cast<Settled*>(data);
          EXPECT_NAPI(napi_resolve_deferred(in, self->deferred, Undefined(in)));
          EXPECT_NAPI(napi_delete_async_work(in, self->work));
        },
        &settled, &settled.work));
    ASSERT_NAPI(napi_queue_async_work(env, settled.work));
  });
  EXPECT_EQ(settled.reactions, 0);
  agent.RunLoop();
  EXPECT_EQ(settled.reactions, 1);
}

INSTANTIATE_TEST_SUITE_P(EveryProfile, MicrotasksTest,
                         testing::Values("node20", "node22", "node24", "node26", "openharmony"),
                         [](const auto& profile) { return std::string(profile.param); });

}  // namespace
}  // namespace napisan
