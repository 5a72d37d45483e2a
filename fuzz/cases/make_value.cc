// Values for arguments that no value of the case fits.
#include <fmt/format.h>

#include "runner.h"

namespace napisan::cases {

// A value of a kind that no value has yet.
uint8_t Runner::MakeValue(Frame& frame, Kind kind) {
  napi_env env = frame.env;
  napi_value value = nullptr;
  napi_value other = nullptr;
  napi_deferred deferred = nullptr;
  void* bytes = nullptr;
  napi_status status = napi_generic_failure;
  switch (kind) {
    case Kind::kUndefined:
      status = napi_get_undefined(env, &value);
      break;
    case Kind::kNull:
      status = napi_get_null(env, &value);
      break;
    case Kind::kBoolean:
      status = napi_get_boolean(env, true, &value);
      break;
    case Kind::kNumber:
      status = napi_create_int32(env, 3, &value);
      break;
    case Kind::kString:
      status = napi_create_string_utf8(env, "a", 1, &value);
      break;
    case Kind::kSymbol:
      status = napi_create_symbol(env, nullptr, &value);
      break;
    case Kind::kBigint:
      status = napi_create_bigint_int64(env, 5, &value);
      break;
    case Kind::kArray:
      status = napi_create_array(env, &value);
      break;
    case Kind::kError:
      if (napi_create_string_utf8(env, "m", 1, &other) != napi_ok) return kNobody;
      status = napi_create_error(env, nullptr, other, &value);
      break;
    case Kind::kObject:
      status = napi_create_object(env, &value);
      break;
    // The rest cannot be made while an exception is pending, or JavaScript is off.
    case Kind::kFunction:
    case Kind::kExternal:
    case Kind::kArraybuffer:
    case Kind::kTypedarray:
    case Kind::kDataview:
    case Kind::kBuffer:
    case Kind::kPromise:
    case Kind::kDate:
      if (world_.pending || js_is_off()) return kNobody;
      if (kind == Kind::kFunction) {
        Cell& cell = world_.cells[0];
        status = napi_create_function(env, "f", 1, OnFunction, &cell, &value);
      } else if (kind == Kind::kExternal) {
        status = napi_create_external(env, world_.cells[0].memory, nullptr, nullptr, &value);
      } else if (kind == Kind::kArraybuffer) {
        status = napi_create_arraybuffer(env, 16, &bytes, &value);
      } else if (kind == Kind::kBuffer) {
        status = napi_create_buffer(env, 16, &bytes, &value);
      } else if (kind == Kind::kPromise) {
        status = napi_create_promise(env, &deferred, &value);
        if (status != napi_ok) break;
        if (napi_get_undefined(env, &other) != napi_ok) return kNobody;
        status = napi_resolve_deferred(env, deferred, other);
      } else if (kind == Kind::kDate) {
        status = napi_create_date(env, 1, &value);
      } else {
        if (napi_create_arraybuffer(env, 16, &bytes, &other) != napi_ok) return kNobody;
        status = kind == Kind::kDataview
                     ? napi_create_dataview(env, 8, other, 0, &value)
                     : napi_create_typedarray(env, napi_uint8_array, 8, other, 0, &value);
      }
      break;
    case Kind::kUnknown:
    case Kind::kCount:
      return kNobody;
  }
  if (status != napi_ok) {
    Disagree(fmt::format("a value of kind {} cannot be made: status {}", static_cast<int>(kind),
                         static_cast<int>(status)));
  }
  bool is_object = (Only(kind) & kObject) != 0;
  return AddValue(value, kind, is_object ? NewIdentity() : kNobody);
}

}  // namespace napisan::cases
