#include "common/arguments.h"

#include <cmath>

namespace uses {

bool ReadString(napi_env env, napi_value value, std::string& text) {
  size_t size = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &size) != napi_ok) return false;
  text.resize(size + 1);  // It ends what it writes with a zero.
  bool read = napi_get_value_string_utf8(env, value, text.data(), size + 1, &size) == napi_ok;
  text.resize(size);
  return read;
}

Arguments::Arguments(napi_env env, napi_callback_info info) : env_(env) {
  size_t count = kMost;  // What is not given is undefined.
  napi_get_cb_info(env, info, &count, values_, &receiver_, nullptr);
}

bool Arguments::Missing(size_t index) const {
  napi_valuetype type = napi_undefined;
  napi_typeof(env_, values_[index], &type);
  return type == napi_undefined;
}

bool Arguments::Wrong(const char* name, std::string_view what) const {
  std::string message = std::string(name) + " is not " + std::string(what);
  napi_throw_type_error(env_, "ERR_INVALID_ARG_TYPE", message.c_str());
  return false;
}

bool Arguments::String(size_t index, const char* name, std::string& text) const {
  if (!ReadString(env_, values_[index], text)) return Wrong(name, "a string");
  // What is given on to C would end there.
  return text.find('\0') == std::string::npos || Wrong(name, "a string without zeros");
}

bool Arguments::Array(size_t index, const char* name, const char* what,
                      const std::function<bool(napi_value)>& read) const {
  uint32_t count = 0;
  bool is_array = false;
  napi_is_array(env_, values_[index], &is_array);
  if (!is_array || napi_get_array_length(env_, values_[index], &count) != napi_ok) {
    return Wrong(name, what);
  }
  for (uint32_t i = 0; i < count; ++i) {
    napi_handle_scope scope = nullptr;
    napi_value element = nullptr;
    if (napi_open_handle_scope(env_, &scope) != napi_ok) return Wrong(name, "readable");
    bool is_read = napi_get_element(env_, values_[index], i, &element) == napi_ok && read(element);
    napi_close_handle_scope(env_, scope);
    if (is_read) continue;
    // A getter's own exception goes first.
    bool thrown = false;
    napi_is_exception_pending(env_, &thrown);
    return !thrown && Wrong(name, what);
  }
  return true;
}

bool Arguments::Strings(size_t index, const char* name, std::vector<std::string>& texts) const {
  return Array(index, name, "an array of strings", [&](napi_value element) {
    return ReadString(env_, element, texts.emplace_back()) &&
           texts.back().find('\0') == std::string::npos;
  });
}

bool Arguments::Wholes(size_t index, const char* name, double most,
                       std::vector<size_t>& numbers) const {
  std::string what = "an array of whole numbers from 1 to " + std::to_string(size_t(most));
  return Array(index, name, what.c_str(), [&](napi_value element) {
    double number = 0;
    if (napi_get_value_double(env_, element, &number) != napi_ok) return false;
    if (!(number >= 1 && number <= most) || number != std::floor(number)) return false;
    numbers.push_back(size_t(number));
    return true;
  });
}

bool Arguments::Whole(size_t index, const char* name, double most, size_t& number) const {
  double value = 0;
  if (napi_get_value_double(env_, values_[index], &value) != napi_ok) {
    return Wrong(name, "a number");
  }
  if (!(value >= 0 && value <= most) || value != std::floor(value)) {
    std::string message =
        std::string(name) + " is no whole number from 0 to " + std::to_string(size_t(most));
    napi_throw_range_error(env_, "ERR_OUT_OF_RANGE", message.c_str());
    return false;
  }
  number = static_cast<size_t>(value);
  return true;
}

bool Arguments::Bytes(size_t index, const char* name, const uint8_t*& data, size_t& size) const {
  bool is_buffer = false;
  void* memory = nullptr;
  napi_is_buffer(env_, values_[index], &is_buffer);
  if (!is_buffer || napi_get_buffer_info(env_, values_[index], &memory, &size) != napi_ok) {
    return Wrong(name, "a Buffer");
  }
  data = static_cast<const uint8_t*>(memory);
  return true;
}

bool Arguments::Function(size_t index, const char* name) const {
  napi_valuetype type = napi_undefined;
  napi_typeof(env_, values_[index], &type);
  return type == napi_function || Wrong(name, "a function");
}

}  // namespace uses
