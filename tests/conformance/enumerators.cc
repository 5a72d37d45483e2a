// The words that programs may write for numbers.

#include <cstring>
#include <iterator>

#include "api/status_names.h"
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
  return index < std::size(kStatusNames) ? kStatusNames[index] : "a status beyond all";
}

}  // namespace napisan::conformance
