// Calling and constructing: the one way from the host into a function value.

#include "host/atoms.h"
#include "host/call.h"
#include "host/objects.h"
#include "host/properties.h"

namespace napisan::host {
namespace {

// Every call is a call on the native stack, and a sanitizer's frames are large.
constexpr int kCallDepthMax = 1500;

// What the module left pending becomes the agent's exception; the caller decides what it means.
Value CallCallback(Agent& agent, CallFrame& frame) {
  const Object::FunctionData& function = frame.function->function;
  napi_env env = function.env;
  if (frame.function->hash != 0 && (frame.function->flags & kConstructor) == 0 &&
      !(IsObject(frame.receiver) && frame.receiver.AsCell()->hash == frame.function->hash)) {
    return ThrowError(agent, "TypeError", "Illegal invocation");
  }
  AutoScope scope(agent.handles());
  Value result = Value::Undefined();
  Value outer = agent.TakeLater();
  if (!outer.IsHole()) agent.handles().Push(outer);
  CallIntoModule(env, ExceptionPolicy::kKeep, [&] {
    napi_value returned = function.callback(env, reinterpret_cast<napi_callback_info>(&frame));
    if (returned != nullptr) result = returned->value;
  });
  Value later = agent.TakeLater(outer);
  if (!env->last_exception.IsHole()) {
    return agent.Throw(std::exchange(env->last_exception, Value::Hole()));
  }
  if (!later.IsHole()) return agent.Throw(later);
  return result;
}

}  // namespace

Value Agent::Call(Value function, Value receiver, const Value* arguments, size_t count,
                  Value new_target) {
  if (!IsFunction(function)) {
    return ThrowError(*this, "TypeError", Inspect(*this, function) + " is not a function");
  }
  if (call_depth_ >= kCallDepthMax) {
    return ThrowError(*this, "RangeError", "Maximum call stack size exceeded");
  }
  Object* callee = AsObject(function);
  CallFrame frame{receiver, new_target, arguments, count, callee};
  // For the collector. Handles, not the frame itself: a longjmp in the module skips our return.
  AutoScope scope(handles_);
  for (Value value : {function, receiver, new_target}) {
    if (value.IsCell()) handles_.Push(value);
  }
  for (size_t i = 0; i < count; ++i) {
    if (arguments[i].IsCell()) handles_.Push(arguments[i]);
  }
  ++call_depth_;
  Value result = (callee->flags & kBuiltin) != 0 ? callee->builtin.call(*this, frame)
                                                 : CallCallback(*this, frame);
  --call_depth_;
  return result;
}

Value Construct(Agent& agent, Value constructor, const Value* arguments, size_t count) {
  Object* callee = AsObject(constructor);
  Value receiver;
  if ((callee->flags & kBuiltin) == 0) {
    Object* made = NewObject(agent);
    made->hash = callee->hash;
    Value prototype = Get(agent, constructor, callee, AtomKey(Atom::k_prototype));
    if (prototype.IsHole()) return prototype;
    if (IsObject(prototype)) made->prototype = AsObject(prototype);
    receiver = Value::Of(made);
  }
  Value result = agent.Call(constructor, receiver, arguments, count, constructor);
  return result.IsHole() || IsObject(result) ? result : receiver;
}

}  // namespace napisan::host
