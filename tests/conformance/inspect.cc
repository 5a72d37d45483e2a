#include "inspect.h"

#include <cstdio>
#include <cstring>

#include "words.h"

namespace napisan::conformance {
namespace {

constexpr uint32_t kItemsMax = 12;
constexpr size_t kBytesMax = 16;

class Inspector {
 public:
  Inspector(Machine& machine, napi_env env) : machine_(machine), env_(env) {}

  std::string Of(napi_value value, int depth);

 private:
  std::string OfObject(napi_value object, int depth);
  std::string OfArray(napi_value array, int depth);
  std::string OfError(napi_value error, int depth);
  std::string OfBigInt(napi_value bigint);
  std::string OfArrayBuffer(napi_value buffer, int depth);
  std::string OfTypedArray(napi_value array, int depth);
  std::string OfDataView(napi_value view, int depth);
  // ` {a: 1, …}` of the own properties, but for those that its kind shows anyway; or nothing. An
  // object may hold itself: it ends with the depth.
  std::string Properties(napi_value object, int depth, const char* hidden);
  std::string Text(napi_value string);
  // What a property holds, or what it threw.
  std::string PropertyText(napi_value object, napi_value key, int depth);
  std::string NamedText(napi_value object, const char* name, int depth);
  std::string Thrown(napi_status status);
  // Clears what was thrown; nothing.
  std::string Cleared() {
    Thrown(napi_pending_exception);
    return "";
  }
  // "Array.prototype" for what a built-in constructor has as its prototype, or nothing: what it
  // owns is the engine's business.
  std::string BuiltinName(napi_value object);
  // The same for globalThis.
  bool IsGlobal(napi_value object) {
    napi_value global = nullptr;
    bool equal = false;
    return napi_get_global(env_, &global) == napi_ok &&
           napi_strict_equals(env_, object, global, &equal) == napi_ok && equal;
  }
  bool Is(napi_status (*test)(napi_env, napi_value, bool*), napi_value value) {
    bool result = false;
    return test(env_, value, &result) == napi_ok && result;
  }

  static constexpr int kThrowingMax = 2;

  Machine& machine_;
  napi_env env_;
  int throwing_ = 0;
};

std::string Number(double number) {
  char text[40];
  std::snprintf(text, sizeof(text), "%.17g", number);
  return std::strcmp(text, "-nan") == 0 ? "nan" : text;
}

// Only where all is shown: the bytes of a new Buffer are whatever was there before.
std::string Bytes(const void* data, size_t length, int depth) {
  if (depth <= kShallow) return "";
  std::string text;
  char byte[4];
  for (size_t i = 0; data != nullptr && i < length && i < kBytesMax; ++i) {
    std::snprintf(byte, sizeof(byte), " %02x", static_cast<const unsigned char*>(data)[i]);
    text += byte;
  }
  return text + (length > kBytesMax ? " ..." : "");
}

std::string Inspector::Thrown(napi_status status) {
  bool pending = false;
  napi_value exception = nullptr;
  if (napi_is_exception_pending(env_, &pending) != napi_ok || !pending) {
    return "<status " + std::to_string(status) + ">";
  }
  if (napi_get_and_clear_last_exception(env_, &exception) != napi_ok) return "<throws>";
  // What is thrown may throw when it is looked at.
  if (throwing_ == kThrowingMax) return "<throws again>";
  ++throwing_;
  std::string text = "<throws " + Of(exception, 0) + ">";
  --throwing_;
  return text;
}

std::string Inspector::Text(napi_value string) {
  size_t length = 0;
  if (napi_get_value_string_utf16(env_, string, nullptr, 0, &length) != napi_ok) return "?";
  std::u16string text(length + 1, u'\0');
  napi_get_value_string_utf16(env_, string, text.data(), text.size(), &length);
  text.resize(length);
  constexpr size_t kShown = 200;
  if (length <= kShown) return Quote(text);
  return Quote(text.substr(0, kShown)) + "... " + std::to_string(length) + " units";
}

std::string Inspector::PropertyText(napi_value object, napi_value key, int depth) {
  napi_value value = nullptr;
  napi_status status = napi_get_property(env_, object, key, &value);
  return status == napi_ok ? Of(value, depth) : Thrown(status);
}

std::string Inspector::NamedText(napi_value object, const char* name, int depth) {
  napi_value value = nullptr;
  napi_status status = napi_get_named_property(env_, object, name, &value);
  return status == napi_ok ? Of(value, depth) : Thrown(status);
}

std::string Inspector::Properties(napi_value object, int depth, const char* hidden) {
  if (depth < 0) return "";
  napi_value keys = nullptr;
  napi_status status = napi_get_all_property_names(
      env_, object, napi_key_own_only, napi_key_all_properties, napi_key_keep_numbers, &keys);
  if (status != napi_ok) return " " + Thrown(status);
  uint32_t count = 0;
  napi_get_array_length(env_, keys, &count);
  std::string text;
  uint32_t shown = 0;
  for (uint32_t i = 0; i < count; ++i) {
    napi_value key = nullptr;
    napi_get_element(env_, keys, i, &key);
    std::string name = Of(key, 0);
    if (std::strstr(hidden, (name + " ").c_str()) != nullptr) continue;
    if (shown++ == kItemsMax) {
      text += ", ...";
      break;
    }
    text += (text.empty() ? "" : ", ") + name + ": " + PropertyText(object, key, depth - 1);
  }
  return text.empty() ? "" : " {" + text + "}";
}

std::string Inspector::OfError(napi_value error, int depth) {
  return "error " + NamedText(error, "name", 0) + " " + NamedText(error, "message", 0) +
         Properties(error, depth, "\"stack\" \"message\" ");
}

std::string Inspector::OfArray(napi_value array, int depth) {
  uint32_t length = 0;
  napi_get_array_length(env_, array, &length);
  std::string text = "array(" + std::to_string(length) + ")";
  return text + Properties(array, depth, "\"length\" ");
}

std::string Inspector::OfBigInt(napi_value bigint) {
  uint64_t words[8] = {};
  size_t count = 8;
  int sign = 0;
  if (napi_get_value_bigint_words(env_, bigint, &sign, &count, words) != napi_ok) return "bigint ?";
  std::string text = sign != 0 ? "bigint -" : "bigint +";
  for (size_t i = 0; i < count && i < 8; ++i) {
    char word[24];
    std::snprintf(word, sizeof(word), " %llx", static_cast<unsigned long long>(words[i]));
    text += word;
  }
  return count > 8 ? text + " ... " + std::to_string(count) + " words" : text;
}

std::string Inspector::OfArrayBuffer(napi_value buffer, int depth) {
  void* data = nullptr;
  size_t length = 0;
  napi_get_arraybuffer_info(env_, buffer, &data, &length);
  bool detached = Is(napi_is_detached_arraybuffer, buffer);
  return "arraybuffer(" + std::to_string(length) + (detached ? ", detached)" : ")") +
         Bytes(data, length, depth);
}

std::string Inspector::OfTypedArray(napi_value array, int depth) {
  napi_typedarray_type type = napi_int8_array;
  size_t length = 0;
  size_t offset = 0;
  napi_value buffer = nullptr;
  napi_get_typedarray_info(env_, array, &type, &length, nullptr, &buffer, &offset);
  void* data = nullptr;
  size_t bytes = 0;
  bool is_buffer = Is(napi_is_buffer, array);
  napi_get_buffer_info(env_, array, &data, &bytes);
  return std::string(is_buffer ? "view" : "typedarray") + "(type " + std::to_string(type) +
         ", length " + std::to_string(length) + ", offset " + std::to_string(offset) + ", bytes " +
         std::to_string(bytes) + ")" + Bytes(data, bytes, depth);
}

std::string Inspector::OfDataView(napi_value view, int depth) {
  void* data = nullptr;
  size_t length = 0;
  size_t offset = 0;
  napi_get_dataview_info(env_, view, &length, &data, nullptr, &offset);
  return "dataview(length " + std::to_string(length) + ", offset " + std::to_string(offset) + ")" +
         Bytes(data, length, depth);
}

std::string Inspector::BuiltinName(napi_value object) {
  napi_value key = nullptr;
  napi_value constructor = nullptr;
  napi_value name = nullptr;
  napi_value global = nullptr;
  napi_value known = nullptr;
  napi_value prototype = nullptr;
  bool yes = false;
  napi_valuetype type = napi_undefined;
  napi_create_string_utf8(env_, "constructor", NAPI_AUTO_LENGTH, &key);
  if (napi_has_own_property(env_, object, key, &yes) != napi_ok || !yes) return "";
  if (napi_get_property(env_, object, key, &constructor) != napi_ok) return Cleared();
  if (napi_typeof(env_, constructor, &type) != napi_ok || type != napi_function) return "";
  if (napi_get_named_property(env_, constructor, "name", &name) != napi_ok) return Cleared();
  if (napi_typeof(env_, name, &type) != napi_ok || type != napi_string) return "";
  napi_get_global(env_, &global);
  if (napi_get_property(env_, global, name, &known) != napi_ok) return Cleared();
  if (napi_strict_equals(env_, constructor, known, &yes) != napi_ok || !yes) return "";
  if (napi_get_named_property(env_, known, "prototype", &prototype) != napi_ok) return Cleared();
  if (napi_strict_equals(env_, object, prototype, &yes) != napi_ok || !yes) return "";
  std::string text = Text(name);
  return text.substr(1, text.size() - 2) + ".prototype";
}

std::string Inspector::OfObject(napi_value object, int depth) {
  if (IsGlobal(object)) return "global";
  if (std::string name = BuiltinName(object); !name.empty()) return name;
  if (Is(napi_is_error, object)) return OfError(object, depth);
  if (Is(napi_is_array, object)) return OfArray(object, depth);
  if (Is(napi_is_arraybuffer, object))
    return OfArrayBuffer(object, depth) + Properties(object, depth, "");
  if (Is(napi_is_typedarray, object)) return OfTypedArray(object, depth);
  if (Is(napi_is_dataview, object))
    return OfDataView(object, depth) + Properties(object, depth, "");
  if (Is(napi_is_promise, object)) return "promise" + Properties(object, depth, "");
  if (Is(napi_is_date, object)) {
    double time = 0;
    napi_status status = napi_get_date_value(env_, object, &time);
    return "date " + (status == napi_ok ? Number(time) : Thrown(status)) +
           Properties(object, depth, "");
  }
  return "object" + Properties(object, depth, "");
}

std::string Inspector::Of(napi_value value, int depth) {
  napi_valuetype type = napi_undefined;
  if (value == nullptr) return "NULL";
  if (napi_status status = napi_typeof(env_, value, &type); status != napi_ok) {
    return "<typeof " + std::to_string(status) + ">";
  }
  switch (type) {
    case napi_undefined:
      return "undefined";
    case napi_null:
      return "null";
    case napi_boolean: {
      bool truth = false;
      napi_get_value_bool(env_, value, &truth);
      return truth ? "true" : "false";
    }
    case napi_number: {
      double number = 0;
      napi_get_value_double(env_, value, &number);
      return Number(number);
    }
    case napi_string:
      return Text(value);
    case napi_symbol:
      return "symbol";
    case napi_bigint:
      return OfBigInt(value);
    case napi_external: {
      void* data = nullptr;
      napi_get_value_external(env_, value, &data);
      return "external " + machine_.NameOf(data);
    }
    case napi_function:
      if (std::string name = BuiltinName(value); !name.empty()) return name;
      if (depth < 0) return "function";
      if (depth <= kShallow) return "function " + NamedText(value, "name", 0);
      return "function" + Properties(value, depth, "");
    case napi_object:
      return OfObject(value, depth);
  }
  return "?";
}

}  // namespace

std::string Inspect(Machine& machine, napi_env env, napi_value value, int depth) {
  napi_handle_scope scope = nullptr;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return "<no scope>";
  std::string text = Inspector(machine, env).Of(value, depth);
  napi_close_handle_scope(env, scope);
  return text;
}

}  // namespace napisan::conformance
