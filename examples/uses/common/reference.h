// A strong reference that is deleted with its owner, on the env's thread.
#pragma once

#include <utility>

#include "common/node_api.h"
#include "common/plant.h"

namespace uses {

class Reference {
 public:
  Reference() = default;
  Reference(Reference&& other) noexcept
      : env_(other.env_), reference_(std::exchange(other.reference_, nullptr)) {}
  Reference& operator=(Reference&& other) noexcept {
    std::swap(env_, other.env_);
    std::swap(reference_, other.reference_);
    return *this;
  }
  ~Reference() {
    if (Planted(Plant::reference_leaked)) return;
    if (reference_ != nullptr) napi_delete_reference(env_, reference_);
  }

  // False with the status in the env where there is none to be had.
  bool Make(napi_env env, napi_value value) {
    env_ = env;
    return napi_create_reference(env, value, 1, &reference_) == napi_ok;
  }

  // Null where nothing is referred to.
  napi_value Value() const {
    napi_value value = nullptr;
    if (reference_ != nullptr) napi_get_reference_value(env_, reference_, &value);
    return value;
  }

  explicit operator bool() const { return reference_ != nullptr; }

 private:
  napi_env env_ = nullptr;
  napi_ref reference_ = nullptr;
};

}  // namespace uses
