#include "signatures.h"

#include <type_traits>

#include "api/node_api.h"

namespace napisan::conformance {
namespace {

template <class T>
constexpr Parameter ParameterOf() {
  if constexpr (std::is_same_v<T, napi_value>) {
    return Parameter::kValue;
  } else if constexpr (std::is_same_v<T, napi_callback_info>) {
    return Parameter::kInfo;
  } else if constexpr (std::is_same_v<T, const char*> || std::is_same_v<T, const char16_t*> ||
                       std::is_same_v<T, char*> || std::is_same_v<T, char16_t*>) {
    return Parameter::kText;
  } else if constexpr (std::is_same_v<T, void*> || std::is_same_v<T, const void*>) {
    return Parameter::kPointer;
  } else if constexpr (std::is_same_v<T, size_t>) {
    return Parameter::kSize;
  } else if constexpr (std::is_same_v<T, uint32_t>) {
    return Parameter::kUint32;
  } else if constexpr (std::is_same_v<T, int32_t>) {
    return Parameter::kInt32;
  } else if constexpr (std::is_same_v<T, int64_t>) {
    return Parameter::kInt64;
  } else if constexpr (std::is_same_v<T, double>) {
    return Parameter::kDouble;
  } else if constexpr (std::is_same_v<T, bool>) {
    return Parameter::kBool;
  } else if constexpr (std::is_enum_v<T>) {
    return Parameter::kEnum;
  } else {
    static_assert(std::is_pointer_v<T>);
    using Target = std::remove_pointer_t<T>;
    if constexpr (std::is_function_v<Target>) {
      return Parameter::kCallback;
    } else if constexpr (std::is_same_v<Target, const napi_value> ||
                         std::is_same_v<Target, const uint64_t> ||
                         std::is_same_v<Target, const napi_property_descriptor> ||
                         std::is_same_v<Target, const napi_type_tag> ||
                         std::is_same_v<Target, napi_module>) {
      return Parameter::kList;
    } else if constexpr (std::is_pointer_v<Target> || std::is_arithmetic_v<Target> ||
                         std::is_enum_v<Target>) {
      return Parameter::kResult;
    } else {
      return Parameter::kHandle;
    }
  }
}

struct Signature {
  bool env;
  std::vector<Parameter> parameters;
};

template <class R, class... P>
Signature SignatureOf(R (*)(napi_env, P...)) {
  return {true, {ParameterOf<P>()...}};
}
template <class R, class... P>
Signature SignatureOf(R (*)(P...)) {
  return {false, {ParameterOf<P>()...}};
}

const Signature& Of(FunctionId function) {
  // Types only: none of them is linked.
  static const auto* signatures = new std::vector<Signature>{
#define FUNCTION(name, since, thread, pending, basic, event) \
  SignatureOf(static_cast<std::add_pointer_t<decltype(::name)>>(nullptr)),
#include "api/functions.def"
  };
  return (*signatures)[static_cast<size_t>(function)];
}

}  // namespace

const std::vector<Parameter>& ParametersOf(FunctionId function) { return Of(function).parameters; }
bool TakesEnv(FunctionId function) { return Of(function).env; }

}  // namespace napisan::conformance
