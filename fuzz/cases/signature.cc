#include "signature.h"

#include <type_traits>
#include <utility>

#include "api/node_api.h"

namespace napisan::cases {
namespace {

template <class T>
struct OfType {
  static constexpr ParameterInfo Of() {
    if constexpr (std::is_enum_v<T>) {
      return {Parameter::kEnum, HandleKind::kNone, 2};
    } else if constexpr (std::is_integral_v<T>) {
      return {Parameter::kInteger, HandleKind::kNone, 0};
    } else {
      static_assert(std::is_pointer_v<T> && !std::is_function_v<std::remove_pointer_t<T>>,
                    "say in signature.cc what a case passes for it");
      static_assert(!std::is_const_v<std::remove_pointer_t<T>>,
                    "say in signature.cc what a case passes for it");
      return {Parameter::kScalarOut, HandleKind::kNone, 0};
    }
  }
};

#define NAPISAN_PARAMETER(type, parameter)                                                       \
  template <>                                                                                    \
  struct OfType<type> {                                                                          \
    static constexpr ParameterInfo Of() { return {Parameter::parameter, HandleKind::kNone, 0}; } \
  };
NAPISAN_PARAMETER(napi_env, kEnv)
NAPISAN_PARAMETER(napi_value, kValue)
NAPISAN_PARAMETER(napi_value*, kValueOut)
NAPISAN_PARAMETER(const napi_value*, kValues)
NAPISAN_PARAMETER(const char*, kText)
NAPISAN_PARAMETER(const char16_t*, kText16)
NAPISAN_PARAMETER(char*, kCopy)
NAPISAN_PARAMETER(char16_t*, kCopy16)
NAPISAN_PARAMETER(size_t, kSize)
NAPISAN_PARAMETER(size_t*, kSizeInOut)
NAPISAN_PARAMETER(double, kDouble)
NAPISAN_PARAMETER(bool, kBool)
NAPISAN_PARAMETER(void*, kData)
NAPISAN_PARAMETER(const void*, kConstData)
NAPISAN_PARAMETER(napi_callback, kCallback)
NAPISAN_PARAMETER(napi_async_execute_callback, kExecute)
NAPISAN_PARAMETER(napi_async_complete_callback, kComplete)
NAPISAN_PARAMETER(napi_finalize, kFinalize)
NAPISAN_PARAMETER(node_api_noenv_finalize, kNoenvFinalize)
NAPISAN_PARAMETER(napi_threadsafe_function_call_js, kCallJs)
NAPISAN_PARAMETER(napi_cleanup_hook, kHook)
NAPISAN_PARAMETER(napi_async_cleanup_hook, kAsyncHook)
NAPISAN_PARAMETER(napi_callback_info, kInfo)
NAPISAN_PARAMETER(const napi_type_tag*, kTag)
NAPISAN_PARAMETER(const napi_property_descriptor*, kDescriptors)
NAPISAN_PARAMETER(const uint64_t*, kWords)
#undef NAPISAN_PARAMETER

#define NAPISAN_HANDLE(type, kind)                                                               \
  template <>                                                                                    \
  struct OfType<type> {                                                                          \
    static constexpr ParameterInfo Of() { return {Parameter::kHandle, HandleKind::kind, 0}; }    \
  };                                                                                             \
  template <>                                                                                    \
  struct OfType<type*> {                                                                         \
    static constexpr ParameterInfo Of() { return {Parameter::kHandleOut, HandleKind::kind, 0}; } \
  };
NAPISAN_HANDLE(napi_ref, kReference)
NAPISAN_HANDLE(napi_deferred, kDeferred)
NAPISAN_HANDLE(napi_async_work, kWork)
NAPISAN_HANDLE(napi_threadsafe_function, kThreadsafeFunction)
NAPISAN_HANDLE(napi_handle_scope, kScope)
NAPISAN_HANDLE(napi_escapable_handle_scope, kEscapableScope)
NAPISAN_HANDLE(napi_callback_scope, kCallbackScope)
NAPISAN_HANDLE(napi_async_context, kAsyncContext)
NAPISAN_HANDLE(napi_async_cleanup_hook_handle, kAsyncHook)
#undef NAPISAN_HANDLE

template <>
struct OfType<napi_typedarray_type> {
  static constexpr ParameterInfo Of() { return {Parameter::kEnum, HandleKind::kNone, 11}; }
};
template <>
struct OfType<napi_key_filter> {
  static constexpr ParameterInfo Of() { return {Parameter::kEnum, HandleKind::kNone, 32}; }
};

template <class T>
T FromSlot(Slot slot) {
  if constexpr (std::is_same_v<T, double>) {
    return slot.number;
  } else if constexpr (std::is_pointer_v<T>) {
    return reinterpret_cast<T>(slot.bits);
  } else {
    return static_cast<T>(slot.bits);
  }
}

template <auto Function, class Type = decltype(Function)>
struct Called;

template <auto Function, class... Args>
struct Called<Function, napi_status (*)(Args...)> {
  static_assert(sizeof...(Args) <= kParametersMax);

  template <size_t... I>
  static napi_status With(const Slot* slots, std::index_sequence<I...>) {
    return Function(FromSlot<Args>(slots[I])...);
  }
  static napi_status Invoke(const Slot* slots) {
    return With(slots, std::index_sequence_for<Args...>());
  }
  static constexpr Signature Make() { return {sizeof...(Args), {OfType<Args>::Of()...}, Invoke}; }
};

// napi_fatal_error ends the process, and napi_module_register belongs to its start.
template <FunctionId F, auto Function>
constexpr Signature Make() {
  if constexpr (F == FunctionId::napi_fatal_error || F == FunctionId::napi_module_register) {
    return {};
  } else {
    Signature signature = Called<Function>::Make();
    // Its lists are not const.
    if (F == FunctionId::node_api_create_object_with_properties) {
      signature.parameters[2].parameter = signature.parameters[3].parameter = Parameter::kValues;
    }
    return signature;
  }
}

constexpr Signature kSignatures[kFunctionCount] = {
#define ABSENT(name) Signature{},
#define OPENHARMONY(name, thread, pending, basic, event) Signature{},
#define FUNCTION(name, since, thread, pending, basic, event) Make<FunctionId::name, &::name>(),
#include "api/functions.def"
};

}  // namespace

const Signature& SignatureOf(FunctionId function) {
  return kSignatures[static_cast<int>(function)];
}

bool TakesCharacters(FunctionId function) {
  return function == FunctionId::node_api_create_external_string_latin1 ||
         function == FunctionId::node_api_create_external_string_utf16;
}

bool MakesExternalBuffer(FunctionId function) {
  return function == FunctionId::napi_create_external_buffer ||
         function == FunctionId::napi_create_external_arraybuffer ||
         function == FunctionId::node_api_create_external_sharedarraybuffer;
}

}  // namespace napisan::cases
