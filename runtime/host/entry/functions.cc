// Functions: making, calling, and what a callback asks about its call.
#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

#include "host/entry.h"
#include "host/entry/to_object.h"
#include "host/env.h"
#include "host/objects.h"

namespace napisan::host {
namespace {

CallFrame& FrameOf(napi_callback_info info) { return *reinterpret_cast<CallFrame*>(info); }

// A module's functions are sloppy ones: their receiver is an object, globalThis in place of none.
Value ReceiverOf(Agent& agent, CallFrame& frame) {
  if (frame.receiver.IsUndefined() || frame.receiver.IsNull()) {
    frame.receiver = Value::Of(agent.Global());
  } else {
    frame.receiver = ToObject(agent, frame.receiver);
  }
  return frame.receiver;
}

constexpr size_t kInlineArguments = 8;

// The values behind an argument vector.
class ArgumentValues {
 public:
  napi_status Take(napi_env env, size_t count, const napi_value* argv) {
    if (count > kInlineArguments) more_.resize(count);
    values_ = count > kInlineArguments ? more_.data() : inline_;
    for (size_t i = 0; i < count; ++i) {
      CHECK_ARG(env, argv[i]);
      values_[i] = argv[i]->value;
    }
    return napi_ok;
  }
  const Value* get() const { return values_; }

 private:
  Value inline_[kInlineArguments];
  std::vector<Value> more_;
  Value* values_ = inline_;
};

}  // namespace

napi_status napi_create_function(napi_env env, const char* utf8name, size_t length,
                                 napi_callback cb, void* data, napi_value* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, result);
  CHECK_ARG(env, cb);
  std::string_view name;
  if (utf8name != nullptr) {
    RETURN_STATUS_IF_FALSE(env, length == NAPI_AUTO_LENGTH || length <= INT32_MAX,
                           napi_invalid_arg);
    name = {utf8name, length == NAPI_AUTO_LENGTH ? std::strlen(utf8name) : length};
  }
  *result = Handle(env, Value::Of(NewFunction(env, name, cb, data)));
  return napi_ok;
}

napi_status napi_get_cb_info(napi_env env, napi_callback_info cbinfo, size_t* argc,
                             napi_value* argv, napi_value* this_arg, void** data) {
  CHECK_ENV(env);
  CHECK_ARG(env, cbinfo);
  CallFrame& frame = FrameOf(cbinfo);
  if (argv != nullptr) {
    CHECK_ARG(env, argc);
    size_t given = std::min(*argc, frame.count);
    for (size_t i = 0; i < given; ++i) argv[i] = Handle(env, frame.arguments[i]);
    if (given < *argc) {
      napi_value undefined = Handle(env, Value::Undefined());
      std::fill(argv + given, argv + *argc, undefined);
    }
  }
  if (argc != nullptr) *argc = frame.count;
  if (this_arg != nullptr) *this_arg = Handle(env, ReceiverOf(env->agent, frame));
  if (data != nullptr) *data = frame.function->function.data;
  return ClearLastError(env);
}

napi_status napi_get_new_target(napi_env env, napi_callback_info cbinfo, napi_value* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, cbinfo);
  CHECK_ARG(env, result);
  const CallFrame& frame = FrameOf(cbinfo);
  *result = frame.new_target.IsUndefined() ? nullptr : Handle(env, frame.new_target);
  return ClearLastError(env);
}

napi_status napi_call_function(napi_env env, napi_value recv, napi_value func, size_t argc,
                               const napi_value* argv, napi_value* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, recv);
  if (argc > 0) CHECK_ARG(env, argv);
  CHECK_ARG(env, func);
  RETURN_STATUS_IF_FALSE(env, IsFunction(func->value), napi_invalid_arg);
  ArgumentValues arguments;
  TAKE_OR_RETURN(arguments.Take(env, argc, argv));
  Value returned = env->agent.Call(func->value, recv->value, arguments.get(), argc);
  if (returned.IsHole()) return Pending(env);
  if (result != nullptr) *result = Handle(env, returned);
  return ClearLastError(env);
}

napi_status napi_new_instance(napi_env env, napi_value constructor, size_t argc,
                              const napi_value* argv, napi_value* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, constructor);
  if (argc > 0) CHECK_ARG(env, argv);
  CHECK_ARG(env, result);
  RETURN_STATUS_IF_FALSE(env, IsFunction(constructor->value), napi_invalid_arg);
  ArgumentValues arguments;
  TAKE_OR_RETURN(arguments.Take(env, argc, argv));
  Value made = Construct(env->agent, constructor->value, arguments.get(), argc);
  if (made.IsHole()) return Pending(env);
  *result = Handle(env, made);
  return napi_ok;
}

napi_status napi_instanceof(napi_env env, napi_value object, napi_value constructor, bool* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, object);
  CHECK_ARG(env, result);
  *result = false;
  Object* function;
  TAKE_OR_RETURN(TakeObject(env, constructor, function));
  if (function->kind != CellKind::kFunction) {
    return Throw(env, "TypeError", "Constructor must be a function", "ERR_NAPI_CONS_FUNCTION",
                 napi_function_expected);
  }
  if (!InstanceOf(env->agent, object->value, Value::Of(function), *result)) {
    return Pending(env, napi_generic_failure);
  }
  return napi_ok;
}

}  // namespace napisan::host
