// A call's arguments, each read as what it has to be. What is not leaves a TypeError or a
// RangeError pending, and gives false.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/node_api.h"

namespace uses {

class Arguments {
 public:
  static constexpr size_t kMost = 4;

  Arguments(napi_env env, napi_callback_info info);

  napi_env env() const { return env_; }
  napi_value receiver() const { return receiver_; }
  napi_value operator[](size_t index) const { return values_[index]; }
  // Not given, or undefined.
  bool Missing(size_t index) const;

  bool String(size_t index, const char* name, std::string& text) const;
  bool Strings(size_t index, const char* name, std::vector<std::string>& texts) const;
  bool Whole(size_t index, const char* name, double most, size_t& number) const;
  // None of them 0.
  bool Wholes(size_t index, const char* name, double most, std::vector<size_t>& numbers) const;
  // A Buffer; its memory stays its own.
  bool Bytes(size_t index, const char* name, const uint8_t*& data, size_t& size) const;
  bool Function(size_t index, const char* name) const;

  bool Wrong(const char* name, std::string_view what) const;

  // An array, each of whose elements `read` takes.
  bool Array(size_t index, const char* name, const char* what,
             const std::function<bool(napi_value)>& read) const;

 private:
  napi_env env_;
  napi_value receiver_ = nullptr;
  napi_value values_[kMost] = {};
};

// A JavaScript string as UTF-8; false where it is none.
bool ReadString(napi_env env, napi_value value, std::string& text);

}  // namespace uses
