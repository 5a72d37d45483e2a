// Strings and property keys. A property key is a string like any other here: nothing is interned.
#include "host/strings.h"

#include <algorithm>
#include <climits>
#include <cstring>
#include <string>

#include "host/entry.h"
#include "host/env.h"
#include "host/reference.h"

namespace napisan::host {
namespace {

template <class Unit>
napi_status CheckText(napi_env env, const Unit* text, size_t length, napi_value* result) {
  CHECK_ENV(env);
  if (length > 0) CHECK_ARG(env, text);
  CHECK_ARG(env, result);
  RETURN_STATUS_IF_FALSE(env, length == NAPI_AUTO_LENGTH || length <= INT_MAX, napi_invalid_arg);
  return napi_ok;
}

template <class Unit>
size_t LengthOf(const Unit* text, size_t length) {
  return length == NAPI_AUTO_LENGTH ? std::char_traits<Unit>::length(text) : length;
}

template <class Unit, class Make>
napi_status Create(napi_env env, const Unit* text, size_t length, napi_value* result, Make make) {
  if (napi_status status = CheckText(env, text, length, result); status != napi_ok) return status;
  length = LengthOf(text, length);
  // The engine counts bytes, not characters, for UTF-8 too.
  RETURN_STATUS_IF_FALSE(env, length <= kStringLengthMax, napi_generic_failure);
  *result = Handle(env, Value::Of(make(env->agent, text, length)));
  return ClearLastError(env);
}

String* MakeLatin1(Agent& agent, const char* text, size_t length) {
  return NewStringLatin1(agent, reinterpret_cast<const uint8_t*>(text), length);
}

String* MakeCopy(Agent& agent, const char* text, size_t length) {
  return MakeLatin1(agent, text, length);
}
String* MakeCopy(Agent& agent, const char16_t* text, size_t length) {
  return NewStringUtf16(agent, text, length);
}

template <class Unit>
napi_status CreateExternal(napi_env env, Unit* text, size_t length, node_api_basic_finalize basic,
                           void* hint, napi_value* result, bool* copied) {
  auto finalize = reinterpret_cast<napi_finalize>(basic);
  bool copies = env != nullptr && !env->agent.external_buffers();
  auto make = [=](Agent& agent, const Unit*, size_t units) {
    if (units > 0 && !copies) {
      return NewStringExternal(env, text, units, sizeof(Unit) == sizeof(char16_t), finalize, hint);
    }
    String* made = MakeCopy(agent, text, units);
    // The engine has one empty string. What is not needed any more it lets go of at once.
    if (finalize != nullptr) {
      AutoScope scope(agent.handles());
      agent.handles().Push(Value::Of(made));
      FinalizeReference(
          *NewReference(env, Value::Undefined(), 0, Ownership::kRuntime, finalize, text, hint));
    }
    return made;
  };
  napi_status status = Create(env, static_cast<const Unit*>(text), length, result, make);
  if (status == napi_ok && copied != nullptr) *copied = copies;
  return status;
}

// For so many units without the terminating one.
size_t RoomOf(napi_env env, size_t bufsize) {
  size_t room = bufsize - 1;
  if (!env->agent.traits().engine.room_for_text_is_int) return room;
  // The engine's -1 stands for all, and it copies nothing where the number is negative.
  auto narrowed = static_cast<int>(room);
  if (narrowed == -1) return SIZE_MAX;
  return narrowed < 0 ? 0 : static_cast<size_t>(narrowed);
}

// `length(string)` in the target's units; `copy(string, out, capacity)` returns the units copied.
template <class Unit, class Length, class Copy>
napi_status Read(napi_env env, napi_value value, Unit* buf, size_t bufsize, size_t* result,
                 Length length, Copy copy) {
  CHECK_ENV(env);
  CHECK_ARG(env, value);
  RETURN_STATUS_IF_FALSE(env, IsString(value->value), napi_string_expected);
  const String& string = *AsString(value->value);
  if (buf == nullptr) {
    CHECK_ARG(env, result);
    *result = length(string);
    return ClearLastError(env);
  }
  size_t copied = 0;
  if (bufsize > 0) {
    copied = copy(string, buf, RoomOf(env, bufsize));
    buf[copied] = 0;
  }
  if (result != nullptr) *result = copied;
  return ClearLastError(env);
}

// Latin-1 keeps the low byte of each code unit, as the engine does.
template <class Unit>
size_t CopyUnits(const String& string, Unit* out, size_t capacity) {
  size_t count = std::min(capacity, size_t{string.length});
  if (string.two_byte() == (sizeof(Unit) == sizeof(char16_t))) {
    if (count > 0) std::memcpy(out, string.bytes(), count * sizeof(Unit));
    return count;
  }
  for (uint32_t i = 0; i < count; ++i) out[i] = static_cast<Unit>(string.at(i));
  return count;
}

size_t UnitsOf(const String& string) { return string.length; }

}  // namespace

napi_status napi_create_string_latin1(napi_env env, const char* str, size_t length,
                                      napi_value* result) {
  return Create(env, str, length, result, MakeLatin1);
}

napi_status napi_create_string_utf8(napi_env env, const char* str, size_t length,
                                    napi_value* result) {
  return Create(env, str, length, result, NewStringUtf8);
}

napi_status napi_create_string_utf16(napi_env env, const char16_t* str, size_t length,
                                     napi_value* result) {
  return Create(env, str, length, result, NewStringUtf16);
}

napi_status node_api_create_property_key_latin1(napi_env env, const char* str, size_t length,
                                                napi_value* result) {
  return Create(env, str, length, result, MakeLatin1);
}

napi_status node_api_create_property_key_utf8(napi_env env, const char* str, size_t length,
                                              napi_value* result) {
  return Create(env, str, length, result, NewStringUtf8);
}

napi_status node_api_create_property_key_utf16(napi_env env, const char16_t* str, size_t length,
                                               napi_value* result) {
  return Create(env, str, length, result, NewStringUtf16);
}

napi_status node_api_create_external_string_latin1(napi_env env, char* str, size_t length,
                                                   node_api_basic_finalize finalize_callback,
                                                   void* finalize_hint, napi_value* result,
                                                   bool* copied) {
  return CreateExternal(env, str, length, finalize_callback, finalize_hint, result, copied);
}

napi_status node_api_create_external_string_utf16(napi_env env, char16_t* str, size_t length,
                                                  node_api_basic_finalize finalize_callback,
                                                  void* finalize_hint, napi_value* result,
                                                  bool* copied) {
  return CreateExternal(env, str, length, finalize_callback, finalize_hint, result, copied);
}

napi_status napi_get_value_string_latin1(napi_env env, napi_value value, char* buf, size_t bufsize,
                                         size_t* result) {
  return Read(env, value, buf, bufsize, result, UnitsOf, CopyUnits<char>);
}

napi_status napi_get_value_string_utf8(napi_env env, napi_value value, char* buf, size_t bufsize,
                                       size_t* result) {
  return Read(
      env, value, buf, bufsize, result,
      [](const String& string) { return WriteUtf8(string, nullptr, 0); }, WriteUtf8);
}

napi_status napi_get_value_string_utf16(napi_env env, napi_value value, char16_t* buf,
                                        size_t bufsize, size_t* result) {
  return Read(env, value, buf, bufsize, result, UnitsOf, CopyUnits<char16_t>);
}

}  // namespace napisan::host
