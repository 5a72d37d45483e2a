/* Declares a version that nobody has. */
#include <node_api.h>
#include <stdlib.h>

NAPI_MODULE_EXPORT int32_t node_api_module_get_api_version_v1(void) { return 99; }

NAPI_MODULE_EXPORT napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  (void)env, (void)exports;
  abort();
}
