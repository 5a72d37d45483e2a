// Functions and descriptors: argument vectors, and callbacks that must go through a trampoline.

#include <algorithm>
#include <cstring>
#include <vector>

#include "checker/by_hand.h"
#include "checker/closure.h"

namespace napisan::checker::by_hand {
namespace {

constexpr size_t kInlineArguments = 16;
// V8's own bound on arguments is below this; a larger count is nonsense that must not be followed.
constexpr size_t kArgumentsMax = 1 << 20;

// The host's handles for an argument vector of the module's.
class Arguments {
 public:
  bool In(Call& call, size_t count, const napi_value* argv) {
    if (argv == nullptr || count == 0) return true;
    if (count > kArgumentsMax) {
      Refuse(call, napi_invalid_arg);
      return false;
    }
    if (count > kInlineArguments) more_.resize(count);
    handles_ = count > kInlineArguments ? more_.data() : inline_;
    for (size_t i = 0; i < count; ++i) {
      if (!FindValue(call, argv[i], handles_[i], "argv")) return false;
    }
    return true;
  }
  const napi_value* get() const { return handles_; }

 private:
  napi_value inline_[kInlineArguments];
  std::vector<napi_value> more_;
  napi_value* handles_ = nullptr;
};

void FreeFunctionClosure(napi_env, void* closure, void*) {
  FreeClosure(*static_cast<Closure*>(closure));
}

// One descriptor for the host. Its closure lives as long as the env: nothing tells when the
// property's function is gone.
bool Convert(Call& call, const napi_property_descriptor& given, napi_property_descriptor& made) {
  made = given;
  if (!FindValue(call, given.name, made.name, "properties[].name")) return false;
  if (!FindValue(call, given.value, made.value, "properties[].value")) return false;
  if (given.method == nullptr && given.getter == nullptr && given.setter == nullptr) return true;
  Closure& closure = NewClosure(*call.env);
  closure.function = given.method != nullptr ? given.method : given.getter;
  closure.hint = reinterpret_cast<void*>(given.setter);
  closure.data = given.data;
  SetName(closure, given.utf8name, NAPI_AUTO_LENGTH);
  made.data = &closure;
  if (given.method != nullptr) made.method = FunctionTrampoline;
  if (given.getter != nullptr) made.getter = FunctionTrampoline;
  if (given.setter != nullptr) made.setter = SetterTrampoline;
  return true;
}

bool ConvertAll(Call& call, size_t count, const napi_property_descriptor* given,
                std::vector<napi_property_descriptor>& made) {
  if (given == nullptr) return true;
  if (count > kArgumentsMax) {
    Refuse(call, napi_invalid_arg);
    return false;
  }
  made.resize(count);
  for (size_t i = 0; i < count; ++i) {
    if (!Convert(call, given[i], made[i])) return false;
  }
  return true;
}

}  // namespace

napi_status napi_create_function(napi_env env, const char* utf8name, size_t length,
                                 napi_callback cb, void* data, napi_value* result) {
  constexpr auto kId = FunctionId::napi_create_function;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  if (!EnterEnv<kId>(call, env)) return call.refused;
  Arg<kId, napi_value*> out;
  if (!out.In(call, result, "result")) return Refused(call, result);
  auto host_env = static_cast<napi_env>(call.env->host);
  if (cb == nullptr) {
    return Leave<kId>(call,
                      host.napi_create_function(host_env, utf8name, length, cb, data, out.host));
  }
  Closure& closure = NewClosure(*call.env);
  closure.function = cb;
  closure.data = data;
  SetName(closure, utf8name, length);
  napi_status status =
      host.napi_create_function(host_env, utf8name, length, FunctionTrampoline, &closure, out.host);
  if (status != napi_ok) {
    FreeClosure(closure);
  } else {
    host.napi_add_finalizer(host_env, out.value, &closure, FreeFunctionClosure, nullptr, nullptr);
  }
  out.Out(call, status);
  return Leave<kId>(call, status, result);
}

napi_status napi_define_properties(napi_env env, napi_value object, size_t property_count,
                                   const napi_property_descriptor* properties) {
  constexpr auto kId = FunctionId::napi_define_properties;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  if (!EnterEnv<kId>(call, env)) return call.refused;
  napi_value host_object;
  if (!FindValue(call, object, host_object, "object")) return call.refused;
  std::vector<napi_property_descriptor> made;
  if (!ConvertAll(call, property_count, properties, made)) return call.refused;
  return Leave<kId>(
      call, host.napi_define_properties(static_cast<napi_env>(call.env->host), host_object,
                                        property_count, properties ? made.data() : nullptr));
}

napi_status napi_define_class(napi_env env, const char* utf8name, size_t length,
                              napi_callback constructor, void* data, size_t property_count,
                              const napi_property_descriptor* properties, napi_value* result) {
  constexpr auto kId = FunctionId::napi_define_class;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  if (!EnterEnv<kId>(call, env)) return call.refused;
  Arg<kId, napi_value*> out;
  if (!out.In(call, result, "result")) return Refused(call, result);
  std::vector<napi_property_descriptor> made;
  if (!ConvertAll(call, property_count, properties, made)) return Refused(call, result);
  Closure* closure = nullptr;
  if (constructor != nullptr) {
    closure = &NewClosure(*call.env);
    closure->function = constructor;
    closure->data = data;
    SetName(*closure, utf8name, length);
  }
  napi_status status = host.napi_define_class(
      static_cast<napi_env>(call.env->host), utf8name, length,
      constructor != nullptr ? FunctionTrampoline : nullptr, closure, property_count,
      properties != nullptr ? made.data() : nullptr, out.host);
  if (status != napi_ok && closure != nullptr) FreeClosure(*closure);
  out.Out(call, status);
  return Leave<kId>(call, status, result);
}

napi_status napi_get_cb_info(napi_env env, napi_callback_info cbinfo, size_t* argc,
                             napi_value* argv, napi_value* this_arg, void** data) {
  constexpr auto kId = FunctionId::napi_get_cb_info;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  if (!EnterEnv<kId>(call, env)) return call.refused;
  Arg<kId, napi_callback_info> info;
  if (!info.In(call, cbinfo, "cbinfo")) {
    for (size_t i = 0; argc != nullptr && argv != nullptr && i < *argc && i < kInlineArguments;
         ++i) {
      OnUnset(call, call.refused, &argv[i]);
    }
    return Refused(call, this_arg);
  }
  auto host_env = static_cast<napi_env>(call.env->host);
  size_t given = argc != nullptr && argv != nullptr ? *argc : 0;
  if (given > kArgumentsMax) return napi_invalid_arg;
  napi_value inline_handles[kInlineArguments];
  std::vector<napi_value> more(given > kInlineArguments ? given : 0);
  napi_value* handles = given > kInlineArguments ? more.data() : inline_handles;
  napi_value host_this = nullptr;
  void* host_data = nullptr;
  napi_status status = host.napi_get_cb_info(
      host_env, info.host, argc, argv != nullptr ? handles : nullptr,
      this_arg != nullptr ? &host_this : nullptr, data != nullptr ? &host_data : nullptr);
  if (status != napi_ok) return Leave<kId>(call, status);
  for (size_t i = 0; i < given; ++i) argv[i] = HandleOf<napi_value>(AddValue(call, handles[i]));
  if (this_arg != nullptr) *this_arg = HandleOf<napi_value>(AddValue(call, host_this));
  if (data != nullptr) *data = static_cast<Closure*>(host_data)->data;
  return Leave<kId>(call, status);
}

napi_status napi_call_function(napi_env env, napi_value recv, napi_value func, size_t argc,
                               const napi_value* argv, napi_value* result) {
  constexpr auto kId = FunctionId::napi_call_function;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  if (!EnterEnv<kId>(call, env)) return call.refused;
  napi_value host_recv, host_func;
  Arguments arguments;
  Arg<kId, napi_value*> out;
  if (!FindValue(call, recv, host_recv, "recv") || !FindValue(call, func, host_func, "func") ||
      !arguments.In(call, argc, argv) || !out.In(call, result, "result")) {
    return Refused(call, result);
  }
  napi_status status = host.napi_call_function(static_cast<napi_env>(call.env->host), host_recv,
                                               host_func, argc, arguments.get(), out.host);
  out.Out(call, status);
  return Leave<kId>(call, status, result);
}

napi_status napi_new_instance(napi_env env, napi_value constructor, size_t argc,
                              const napi_value* argv, napi_value* result) {
  constexpr auto kId = FunctionId::napi_new_instance;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  if (!EnterEnv<kId>(call, env)) return call.refused;
  napi_value host_constructor;
  Arguments arguments;
  Arg<kId, napi_value*> out;
  if (!FindValue(call, constructor, host_constructor, "constructor") ||
      !arguments.In(call, argc, argv) || !out.In(call, result, "result")) {
    return Refused(call, result);
  }
  napi_status status = host.napi_new_instance(static_cast<napi_env>(call.env->host),
                                              host_constructor, argc, arguments.get(), out.host);
  out.Out(call, status);
  return Leave<kId>(call, status, result);
}

napi_status napi_make_callback(napi_env env, napi_async_context async_context, napi_value recv,
                               napi_value func, size_t argc, const napi_value* argv,
                               napi_value* result) {
  constexpr auto kId = FunctionId::napi_make_callback;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  if (!EnterEnv<kId>(call, env)) return call.refused;
  Arg<kId, napi_async_context> context;
  napi_value host_recv, host_func;
  Arguments arguments;
  Arg<kId, napi_value*> out;
  if (!context.In(call, async_context, "async_context") ||
      !FindValue(call, recv, host_recv, "recv") || !FindValue(call, func, host_func, "func") ||
      !arguments.In(call, argc, argv) || !out.In(call, result, "result")) {
    return Refused(call, result);
  }
  napi_status status =
      host.napi_make_callback(static_cast<napi_env>(call.env->host), context.host, host_recv,
                              host_func, argc, arguments.get(), out.host);
  context.Out(call, status);
  out.Out(call, status);
  return Leave<kId>(call, status, result);
}

// Two argument vectors that the header does not call const; what goes in is never written to.
napi_status node_api_create_object_with_properties(napi_env env, napi_value prototype_or_null,
                                                   napi_value* property_names,
                                                   napi_value* property_values,
                                                   size_t property_count, napi_value* result) {
  constexpr auto kId = FunctionId::node_api_create_object_with_properties;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  if (!EnterEnv<kId>(call, env)) return call.refused;
  napi_value prototype;
  Arguments names, values;
  Arg<kId, napi_value*> out;
  if (!FindValue(call, prototype_or_null, prototype, "prototype_or_null") ||
      !names.In(call, property_count, property_names) ||
      !values.In(call, property_count, property_values) || !out.In(call, result, "result")) {
    return Refused(call, result);
  }
  napi_status status = host.node_api_create_object_with_properties(
      static_cast<napi_env>(call.env->host), prototype, const_cast<napi_value*>(names.get()),
      const_cast<napi_value*>(values.get()), property_count, out.host);
  out.Out(call, status);
  return Leave<kId>(call, status, result);
}

}  // namespace napisan::checker::by_hand
