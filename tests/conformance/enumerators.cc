// The words that programs may write for numbers.

#include <cstring>
#include <iterator>

#include "decoder.h"
#include "operations.h"

namespace napisan::conformance {
namespace {

struct Enumerator {
  const char* name;
  int64_t value;
};

#define E(name) \
  { #name, static_cast < int64_t>(name) }
constexpr Enumerator kEnumerators[] = {
    {"auto", -1},
    {"true", 1},
    {"false", 0},
    E(napi_default),
    E(napi_writable),
    E(napi_enumerable),
    E(napi_configurable),
    E(napi_static),
    E(napi_default_method),
    E(napi_default_jsproperty),
    E(napi_int8_array),
    E(napi_uint8_array),
    E(napi_uint8_clamped_array),
    E(napi_int16_array),
    E(napi_uint16_array),
    E(napi_int32_array),
    E(napi_uint32_array),
    E(napi_float32_array),
    E(napi_float64_array),
    E(napi_bigint64_array),
    E(napi_biguint64_array),
    E(napi_float16_array),
    E(napi_key_include_prototypes),
    E(napi_key_own_only),
    E(napi_key_all_properties),
    E(napi_key_writable),
    E(napi_key_enumerable),
    E(napi_key_configurable),
    E(napi_key_skip_strings),
    E(napi_key_skip_symbols),
    E(napi_key_keep_numbers),
    E(napi_key_numbers_to_strings),
    E(napi_tsfn_release),
    E(napi_tsfn_abort),
    E(napi_tsfn_nonblocking),
    E(napi_tsfn_blocking),
};
constexpr const char* kStatuses[] = {
    "napi_ok",
    "napi_invalid_arg",
    "napi_object_expected",
    "napi_string_expected",
    "napi_name_expected",
    "napi_function_expected",
    "napi_number_expected",
    "napi_boolean_expected",
    "napi_array_expected",
    "napi_generic_failure",
    "napi_pending_exception",
    "napi_cancelled",
    "napi_escape_called_twice",
    "napi_handle_scope_mismatch",
    "napi_callback_scope_mismatch",
    "napi_queue_full",
    "napi_closing",
    "napi_bigint_expected",
    "napi_date_expected",
    "napi_arraybuffer_expected",
    "napi_detachable_arraybuffer_expected",
    "napi_would_deadlock",
    "napi_no_external_buffers_allowed",
    "napi_cannot_run_js",
};
static_assert(std::size(kStatuses) == napi_cannot_run_js + 1);
#undef E

}  // namespace

bool FindEnumerator(const std::string& name, int64_t& value) {
  for (const Enumerator& enumerator : kEnumerators) {
    if (name != enumerator.name) continue;
    value = enumerator.value;
    return true;
  }
  return false;
}

const char* StatusName(napi_status status) {
  auto index = static_cast<size_t>(status);
  return index < std::size(kStatuses) ? kStatuses[index] : "a status beyond all";
}

}  // namespace napisan::conformance
