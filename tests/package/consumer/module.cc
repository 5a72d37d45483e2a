#include <node_api.h>

static napi_value Answer(napi_env env, napi_callback_info) {
  napi_value answer = nullptr;
  napi_create_int32(env, 42, &answer);
  return answer;
}

NAPI_MODULE_INIT() {
  napi_value function = nullptr;
  napi_create_function(env, "answer", NAPI_AUTO_LENGTH, Answer, nullptr, &function);
  napi_set_named_property(env, exports, "answer", function);
  return exports;
}
