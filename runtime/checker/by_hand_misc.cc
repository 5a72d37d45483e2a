// What has no env, no return, or something to hide.

#include "api/defect.h"
#include "checker/by_hand.h"
#include "checker/thunk.h"

namespace napisan::checker::by_hand {

// A call that we refused, and our own calls to the host, must not show in the last error.
napi_status napi_get_last_error_info(node_api_basic_env env,
                                     const napi_extended_error_info** result) {
  constexpr auto kId = FunctionId::napi_get_last_error_info;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  if (!EnterEnv<kId>(call, env)) return call.refused;
  EnvRecord& record = *call.env;
  bool ours = record.refused != napi_ok && !HAS_DEFECT(refusal_not_in_the_last_error);
  if (!ours || result == nullptr) {
    return host.napi_get_last_error_info(static_cast<napi_env>(record.host), result);
  }
  if (record.refused_info.error_message == nullptr) {
    record.refused_info.error_message = "The call was refused by napisan; see its report";
  }
  *result = &record.refused_info;
  return napi_ok;
}

void napi_module_register(napi_module* mod) { host.napi_module_register(mod); }

void napi_fatal_error(const char* location, size_t location_len, const char* message,
                      size_t message_len) {
  host.napi_fatal_error(location, location_len, message, message_len);
  __builtin_unreachable();
}

// There is no env yet, and none for the host to make.
napi_status napi_create_ark_runtime(napi_env* env) { return host.napi_create_ark_runtime(env); }
napi_status napi_destroy_ark_runtime(napi_env* env) { return host.napi_destroy_ark_runtime(env); }

}  // namespace napisan::checker::by_hand
