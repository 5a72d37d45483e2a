// What the built-ins do when they are called, and the functions of their prototypes.

#include <chrono>
#include <cmath>

#include "host/agent.h"
#include "host/atoms.h"
#include "host/backing_store.h"
#include "host/builtins.h"
#include "host/numbers.h"
#include "host/objects.h"
#include "host/promise.h"
#include "host/properties.h"
#include "host/strings.h"

namespace napisan::host {
namespace {

BuiltinId SelfOf(const CallFrame& frame) {
  return static_cast<BuiltinId>(static_cast<int>(frame.function->builtin.slots[0].AsNumber()));
}

Value CallObject(Agent& agent, CallFrame& frame) {
  Value value = frame.argument(0);
  if (value.IsUndefined() || value.IsNull()) return Value::Of(NewObject(agent));
  return ToObject(agent, value);
}

Value CallArray(Agent& agent, CallFrame& frame) {
  if (frame.count == 1 && frame.arguments[0].IsNumber()) {
    double length = frame.arguments[0].AsNumber();
    if (length != ToUint32(length)) {
      return ThrowError(agent, "RangeError", "Invalid array length");
    }
    return Value::Of(NewArray(agent, ToUint32(length)));
  }
  Object* array = NewArray(agent);
  for (uint32_t i = 0; i < frame.count; ++i) {
    Define(agent, array, Key::Of(i), frame.arguments[i], kPlainProperty);
  }
  return Value::Of(array);
}

Value CallError(Agent& agent, CallFrame& frame) {
  Value message = frame.argument(0);
  if (!message.IsUndefined()) {
    message = ToString(agent, message);
    if (message.IsHole()) return message;
  }
  return Value::Of(NewError(agent, NameOf(SelfOf(frame)), message));
}

Value TextOf(Agent& agent, BuiltinId id, Value value) {
  CallFrame frame{};
  frame.receiver = value;
  return ToStringOf(id)(agent, frame);
}

// Number(), String() and Boolean(), as functions and as constructors.
Value CallWrapper(Agent& agent, CallFrame& frame) {
  Value value = frame.argument(0);
  switch (SelfOf(frame)) {
    case BuiltinId::kNumber:
      value = frame.count == 0 ? Value::Number(0) : ToNumber(agent, value);
      break;
    case BuiltinId::kString:
      // As a function it describes a symbol, which cannot be converted.
      if (frame.new_target.IsUndefined() && IsSymbol(value)) {
        return TextOf(agent, BuiltinId::kSymbol, value);
      }
      value = frame.count == 0 ? Value::Of(NewString(agent, "")) : ToString(agent, value);
      break;
    default:
      value = Value::Boolean(ToBoolean(value));
  }
  if (value.IsHole() || frame.new_target.IsUndefined()) return value;
  return ToObject(agent, value);
}

Value CallDate(Agent& agent, CallFrame& frame) {
  // As a function it takes no arguments, and says what time it is.
  bool is_call = frame.new_target.IsUndefined();
  std::chrono::duration<double, std::milli> now =
      std::chrono::system_clock::now().time_since_epoch();
  Value time = Value::Number(std::floor(now.count()));
  if (!is_call && frame.count > 0) time = ToNumber(agent, frame.argument(0));
  if (time.IsHole()) return time;
  Object* date = NewObject(agent, CellKind::kDate);
  date->date = TimeClip(time.AsNumber());
  return is_call ? TextOf(agent, BuiltinId::kDate, Value::Of(date)) : Value::Of(date);
}

Value CallArrayBuffer(Agent& agent, CallFrame& frame) {
  if (frame.new_target.IsUndefined()) {
    return ThrowError(agent, "TypeError", "Constructor ArrayBuffer requires 'new'");
  }
  Value length = ToNumber(agent, frame.argument(0));
  if (length.IsHole()) return length;
  double bytes = std::isnan(length.AsNumber()) ? 0 : std::trunc(length.AsNumber());
  BackingStore* store = bytes >= 0 && bytes <= static_cast<double>(kStoreBytesMax)
                            ? NewBackingStore(agent, static_cast<size_t>(bytes))
                            : nullptr;
  if (store == nullptr) return ThrowError(agent, "RangeError", "Array buffer allocation failed");
  return Value::Of(NewArrayBuffer(agent, store));
}

Value CallSymbol(Agent& agent, CallFrame& frame) {
  if (!frame.new_target.IsUndefined()) {
    return ThrowError(agent, "TypeError", "Symbol is not a constructor");
  }
  Value text = frame.argument(0);
  if (!text.IsUndefined()) text = ToString(agent, text);
  return text.IsHole() ? text : Value::Of(NewSymbol(agent, text));
}

Value CallNothing(Agent& agent, CallFrame& frame) {
  return ThrowError(
      agent, "TypeError",
      std::string(NameOf(SelfOf(frame))) + " cannot be called in a host without an engine");
}

Value ObjectValueOf(Agent& agent, CallFrame& frame) { return ToObject(agent, frame.receiver); }

Value BoxedValueOf(Agent& agent, CallFrame& frame) {
  if (Is(frame.receiver, CellKind::kBoxed)) return AsObject(frame.receiver)->boxed;
  return IsObject(frame.receiver) ? ThrowError(agent, "TypeError", "this is no boxed value")
                                  : frame.receiver;
}

Value DateValueOf(Agent& agent, CallFrame& frame) {
  if (Is(frame.receiver, CellKind::kDate)) return Value::Number(AsObject(frame.receiver)->date);
  return ThrowError(agent, "TypeError", "this is not a Date object.");
}

void AddMethod(Agent& agent, Object* prototype, const char* name, Builtin call) {
  Define(agent, prototype, Key::Of(NewString(agent, name)),
         Value::Of(NewBuiltin(agent, name, call)), kHiddenProperty);
}

bool IsErrorType(BuiltinId id) { return id >= BuiltinId::kError && id <= BuiltinId::kURIError; }

}  // namespace

Builtin CallOf(BuiltinId id) {
  if (IsErrorType(id)) return CallError;
  switch (id) {
    case BuiltinId::kObject:
      return CallObject;
    case BuiltinId::kArray:
      return CallArray;
    case BuiltinId::kNumber:
    case BuiltinId::kString:
    case BuiltinId::kBoolean:
      return CallWrapper;
    case BuiltinId::kDate:
      return CallDate;
    case BuiltinId::kArrayBuffer:
      return CallArrayBuffer;
    case BuiltinId::kSymbol:
      return CallSymbol;
    default:
      return CallNothing;
  }
}

void FillPrototype(Agent& agent, BuiltinId id, Object* prototype) {
  if (IsErrorType(id)) {
    Define(agent, prototype, AtomKey(Atom::k_name), Value::Of(NewString(agent, NameOf(id))),
           kHiddenProperty);
    Define(agent, prototype, AtomKey(Atom::k_message), Value::Of(NewString(agent, "")),
           kHiddenProperty);
  }
  if (Builtin text = ToStringOf(id)) AddMethod(agent, prototype, "toString", text);
  switch (id) {
    case BuiltinId::kObject:
      AddMethod(agent, prototype, "valueOf", ObjectValueOf);
      break;
    case BuiltinId::kNumber:
    case BuiltinId::kString:
    case BuiltinId::kBoolean:
    case BuiltinId::kBigInt:
    case BuiltinId::kSymbol:
      AddMethod(agent, prototype, "valueOf", BoxedValueOf);
      break;
    case BuiltinId::kDate:
      AddMethod(agent, prototype, "valueOf", DateValueOf);
      break;
    case BuiltinId::kPromise:
      FillPromisePrototype(agent, prototype);
      break;
    default:
      break;
  }
}

}  // namespace napisan::host
