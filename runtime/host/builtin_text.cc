// What the built-ins' toString functions say.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <vector>

#include "host/atoms.h"
#include "host/backing_store.h"
#include "host/builtins.h"
#include "host/objects.h"
#include "host/properties.h"
#include "host/strings.h"

namespace napisan::host {
namespace {

const char* TagOf(Value value) {
  if (value.IsUndefined()) return "Undefined";
  if (value.IsNull()) return "Null";
  if (value.IsBoolean()) return "Boolean";
  if (value.IsNumber()) return "Number";
  switch (value.AsCell()->kind) {
    case CellKind::kString:
      return "String";
    case CellKind::kSymbol:
      return "Symbol";
    case CellKind::kBigInt:
      return "BigInt";
    case CellKind::kArray:
      return "Array";
    case CellKind::kFunction:
      return "Function";
    case CellKind::kError:
      return "Error";
    case CellKind::kPromise:
      return "Promise";
    case CellKind::kArrayBuffer:
      return "ArrayBuffer";
    case CellKind::kTypedArray:
      return TypedArrayName(AsObject(value)->view.type);
    case CellKind::kDataView:
      return "DataView";
    case CellKind::kDate:
      return "Date";
    case CellKind::kBoxed:
      return TagOf(AsObject(value)->boxed);
    default:
      return "Object";
  }
}

Value ObjectToString(Agent& agent, CallFrame& frame) {
  return TextValue(agent, std::string("[object ") + TagOf(frame.receiver) + "]");
}

Value ErrorToString(Agent& agent, CallFrame& frame) {
  if (!IsObject(frame.receiver)) return ObjectToString(agent, frame);
  std::string text;
  for (Atom part : {Atom::k_name, Atom::k_message}) {
    Value value = Get(agent, frame.receiver, AsObject(frame.receiver), AtomKey(part));
    if (!value.IsHole() && !value.IsUndefined()) value = ToString(agent, value);
    if (value.IsHole()) return value;
    std::string word = IsString(value) ? ToUtf8(*AsString(value)) : "";
    if (part == Atom::k_name && value.IsUndefined()) word = "Error";
    if (!text.empty() && !word.empty()) text += ": ";
    text += word;
  }
  return TextValue(agent, text);
}

// Arrays that are being joined on this thread: one within itself is no text.
std::vector<Object*>& Joining() {
  thread_local std::vector<Object*> joining;
  return joining;
}

// UTF-16, so that lone surrogates stay what they are.
bool JoinInto(Agent& agent, Object* array, uint32_t length, std::u16string& text) {
  // As V8 has it: a length that is set is no memory, its commas are.
  constexpr size_t kLongestText = (size_t{1} << 29) - 24;
  for (uint32_t i = 0; i < length; ++i) {
    if (text.size() + (length - i - 1) > kLongestText) {
      ThrowError(agent, "RangeError", "Invalid string length");
      return false;
    }
    if (i > 0) text += u',';
    Value value = Get(agent, Value::Of(array), array, Key::Of(i));
    if (value.IsUndefined() || value.IsNull()) continue;
    if (!value.IsHole()) value = ToString(agent, value);
    if (value.IsHole()) return false;
    for (uint32_t at = 0; at < AsString(value)->length; ++at) text += AsString(value)->at(at);
  }
  return true;
}

// Whether it is of the kind, or has its methods.
bool Inherits(Agent& agent, Value value, CellKind kind) {
  Object* at = IsObject(value) ? AsObject(value) : nullptr;
  while (at != nullptr && at->kind != kind) at = PrototypeOf(agent, at);
  return at != nullptr;
}

// False with an exception thrown.
bool LengthOf(Agent& agent, Object* object, uint32_t& length) {
  if (object->kind == CellKind::kArray) {
    length = ArrayLength(*object);
    return true;
  }
  if (object->kind == CellKind::kTypedArray) {
    length = static_cast<uint32_t>(ExtentOf(*object).elements);
    return true;
  }
  Value value = Get(agent, Value::Of(object), object, AtomKey(Atom::k_length));
  if (!value.IsHole()) value = ToNumber(agent, value);
  if (value.IsHole()) return false;
  double number = std::isnan(value.AsNumber()) ? 0 : std::max(value.AsNumber(), 0.0);
  length = static_cast<uint32_t>(std::min(number, double{UINT32_MAX}));
  return true;
}

// What is there of Array.prototype.join and %TypedArray%.prototype.join, whichever it inherits.
Value ArrayToString(Agent& agent, CallFrame& frame) {
  bool is_view = Is(frame.receiver, CellKind::kTypedArray);
  if (!is_view && Inherits(agent, frame.receiver, CellKind::kTypedArray)) {
    return ThrowError(agent, "TypeError",
                      "Method %TypedArray%.prototype.join called on incompatible receiver "
                      "[object Object]");
  }
  if (!is_view && !Inherits(agent, frame.receiver, CellKind::kArray)) {
    return ObjectToString(agent, frame);
  }
  Object* array = AsObject(frame.receiver);
  if (is_view && IsDetached(*array->view.buffer)) {
    return ThrowError(agent, "TypeError",
                      "Cannot perform %TypedArray%.prototype.join on a detached ArrayBuffer");
  }
  auto& joining = Joining();
  if (std::find(joining.begin(), joining.end(), array) != joining.end())
    return TextValue(agent, "");
  joining.push_back(array);
  uint32_t length = 0;
  std::u16string text;
  bool joined = LengthOf(agent, array, length) && JoinInto(agent, array, length, text);
  joining.pop_back();
  return joined ? Value::Of(NewStringUtf16(agent, text.data(), text.size())) : Value::Hole();
}

Value BufferToString(Agent& agent, CallFrame& frame) {
  if (!Is(frame.receiver, CellKind::kTypedArray)) {
    return ThrowError(agent, "TypeError",
                      "Method get TypedArray.prototype.length called on incompatible receiver "
                      "[object Object]");
  }
  ViewExtent extent = ExtentOf(*AsObject(frame.receiver));
  return TextValue(agent, {reinterpret_cast<const char*>(extent.data), extent.bytes});
}

Value FunctionToString(Agent& agent, CallFrame& frame) {
  if (!IsFunction(frame.receiver)) {
    return ThrowError(agent, "TypeError",
                      "Function.prototype.toString requires that 'this' be a Function");
  }
  std::string name;
  Property* found = FindOwn(agent, AsObject(frame.receiver), AtomKey(Atom::k_name));
  if (found != nullptr && IsString(found->value)) name = ToUtf8(*AsString(found->value));
  return TextValue(agent, "function " + name + "() { [native code] }");
}

Value BoxedToString(Agent& agent, CallFrame& frame) {
  Value value =
      Is(frame.receiver, CellKind::kBoxed) ? AsObject(frame.receiver)->boxed : frame.receiver;
  if (IsObject(value)) return ThrowError(agent, "TypeError", "this is no boxed value");
  if (!IsSymbol(value)) return ToString(agent, value);
  Value description = AsSymbol(value)->description;
  std::string text = IsString(description) ? ToUtf8(*AsString(description)) : "";
  return TextValue(agent, "Symbol(" + text + ")");
}

Value DateToString(Agent& agent, CallFrame& frame) {
  if (!Is(frame.receiver, CellKind::kDate)) {
    return ThrowError(agent, "TypeError", "this is not a Date object.");
  }
  double time = AsObject(frame.receiver)->date;
  if (std::isnan(time)) return TextValue(agent, "Invalid Date");
  auto seconds = static_cast<time_t>(std::floor(time / 1000));
  std::tm parts{};
  localtime_r(&seconds, &parts);
  char day[16];
  std::strftime(day, sizeof(day), "%a %b %d", &parts);
  long minutes = parts.tm_gmtoff / 60;
  int year = parts.tm_year + 1900;
  char text[96];
  std::snprintf(text, sizeof(text),
                year < 0 ? "%s %07d %02d:%02d:%02d GMT%c%02ld%02ld"
                         : "%s %04d %02d:%02d:%02d GMT%c%02ld%02ld",
                day, year, parts.tm_hour, parts.tm_min, parts.tm_sec, minutes < 0 ? '-' : '+',
                std::labs(minutes) / 60, std::labs(minutes) % 60);
  // Engines have the names of zones from a library of their own.
  std::string zone = minutes == 0 ? "Coordinated Universal Time" : parts.tm_zone;
  return TextValue(agent, std::string(text) + " (" + zone + ")");
}

}  // namespace

Builtin ToStringOf(BuiltinId id) {
  switch (id) {
    case BuiltinId::kObject:
      return ObjectToString;
    case BuiltinId::kError:
      return ErrorToString;
    case BuiltinId::kArray:
    case BuiltinId::kTypedArray:
      return ArrayToString;
    case BuiltinId::kBuffer:
      return BufferToString;
    case BuiltinId::kFunction:
      return FunctionToString;
    case BuiltinId::kNumber:
    case BuiltinId::kString:
    case BuiltinId::kBoolean:
    case BuiltinId::kBigInt:
    case BuiltinId::kSymbol:
      return BoxedToString;
    case BuiltinId::kDate:
      return DateToString;
    default:
      return nullptr;
  }
}

}  // namespace napisan::host
