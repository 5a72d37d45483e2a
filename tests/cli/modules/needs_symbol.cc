// A module that was linked without what it uses.
#include <node_api.h>

extern "C" int napisan_test_nobody_has_this();

NAPI_MODULE_INIT() {
  napi_value answer = nullptr;
  napi_create_int32(env, napisan_test_nobody_has_this(), &answer);
  napi_set_named_property(env, exports, "answer", answer);
  return exports;
}
