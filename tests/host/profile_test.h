// A test for each profile, and words for what differs. OpenHarmony's behaviour is from its source,
// not run on a device.
#pragma once

#include "async_test.h"

namespace napisan {

inline constexpr const char* kGuide = "openharmony:cancel_status=guide";

class HostProfiles : public AsyncTest, public testing::WithParamInterface<const char*> {
 protected:
  HostProfiles() : AsyncTest(GetParam()) {}

  static std::string profile() { return GetParam(); }
  static bool openharmony() { return profile().rfind("openharmony", 0) == 0; }
  static bool guide() { return profile() == kGuide; }
  // What OpenHarmony answers, or Node.
  static napi_status Either(napi_status openharmony_status, napi_status node_status) {
    return openharmony() ? openharmony_status : node_status;
  }
  // A thread-safe function is kept for those who still hold it, and drains before it finalizes.
  static bool drains_first() { return profile() == "node24" || profile() == "node26"; }

  void MakeTsfn(Tsfn& tsfn, size_t threads = 1, size_t queue_max = 0) {
    tsfn.on_call = [this](napi_env env, napi_value, void* data) {
      Note((env != nullptr ? "call " : "drain ") +
           std::to_string(reinterpret_cast<intptr_t>(data)));
    };
    tsfn.on_finalize = [this](napi_env) { Note("finalize"); };
    Run([&](napi_env env) { ASSERT_NAPI(tsfn.Create(env, threads, queue_max)); });
  }
  static napi_status LastError(napi_env env) {
    const napi_extended_error_info* info = nullptr;
    EXPECT_NAPI(napi_get_last_error_info(env, &info));
    return info->error_code;
  }
};

inline std::string NameOf(const testing::TestParamInfo<const char*>& info) {
  return std::string(info.param) == kGuide ? "openharmony_guide" : info.param;
}
// One instance of a suite a profile.
#define NAPISAN_FOR_EACH_PROFILE(suite) \
  INSTANTIATE_TEST_SUITE_P(             \
      Profiles, suite,                  \
      testing::Values("node20", "node22", "node24", "node26", "openharmony", kGuide), NameOf)

}  // namespace napisan
