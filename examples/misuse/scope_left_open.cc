// Leaves a handle scope open. The author opens a scope for each element, as the documentation
// advises, and leaves the loop early for an element that is no number.
#include "module.h"

namespace {

napi_value Sum(napi_env env, napi_callback_info info) {
  napi_value array = misuse::Argument(env, info, 0);
  uint32_t length = 0;
  napi_get_array_length(env, array, &length);
  double sum = 0;
  for (uint32_t i = 0; i < length; ++i) {
    napi_handle_scope scope = nullptr;
    napi_open_handle_scope(env, &scope);
    napi_value element = nullptr;
    napi_get_element(env, array, i, &element);
    napi_valuetype type = napi_undefined;
    napi_typeof(env, element, &type);
    if (type != napi_number) break;  // BUG: the scope of this element stays open.
    sum += misuse::Number(env, element);
    napi_close_handle_scope(env, scope);
  }
  return misuse::NewNumber(env, sum);
}

}  // namespace

MISUSE_MODULE("sum", Sum);
