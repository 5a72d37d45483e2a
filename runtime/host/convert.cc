// ECMAScript's conversions and comparisons.

#include <cmath>

#include "host/atoms.h"
#include "host/bigint.h"
#include "host/builtins.h"
#include "host/objects.h"
#include "host/properties.h"
#include "host/strings.h"

namespace napisan::host {
// OrdinaryToPrimitive: the first of the two methods that returns no object.
Value ToPrimitive(Agent& agent, Value value, bool as_string) {
  if (!IsObject(value)) return value;
  const Atom order[] = {as_string ? Atom::k_toString : Atom::k_valueOf,
                        as_string ? Atom::k_valueOf : Atom::k_toString};
  for (Atom method : order) {
    Value function = Get(agent, value, AsObject(value), AtomKey(method));
    if (function.IsHole()) return function;
    if (!IsFunction(function)) continue;
    Value result = agent.Call(function, value, nullptr, 0);
    if (result.IsHole() || !IsObject(result)) return result;
  }
  return ThrowError(agent, "TypeError", "Cannot convert object to primitive value");
}

napi_valuetype TypeOf(Value value) {
  if (value.IsNumber()) return napi_number;
  if (value.IsUndefined() || value.IsHole()) return napi_undefined;
  if (value.IsNull()) return napi_null;
  if (value.IsBoolean()) return napi_boolean;
  switch (value.AsCell()->kind) {
    case CellKind::kString:
      return napi_string;
    case CellKind::kSymbol:
      return napi_symbol;
    case CellKind::kBigInt:
      return napi_bigint;
    case CellKind::kFunction:
      return napi_function;
    case CellKind::kExternal:
      return napi_external;
    default:
      return napi_object;
  }
}

bool StrictEquals(Value a, Value b) {
  if (a.IsNumber() && b.IsNumber()) return a.AsNumber() == b.AsNumber();
  if (IsString(a) && IsString(b)) return Equal(*AsString(a), *AsString(b));
  if (Is(a, CellKind::kBigInt) && Is(b, CellKind::kBigInt)) {
    return Equal(*AsBigInt(a), *AsBigInt(b));
  }
  return a == b;
}

bool ToBoolean(Value value) {
  if (value.IsBoolean()) return value.AsBoolean();
  if (value.IsNumber()) return value.AsNumber() != 0 && !std::isnan(value.AsNumber());
  if (!value.IsCell()) return false;
  if (IsString(value)) return AsString(value)->length > 0;
  return !Is(value, CellKind::kBigInt) || AsBigInt(value)->count > 0;
}

Value ToNumber(Agent& agent, Value value) {
  value = ToPrimitive(agent, value, false);
  if (value.IsHole() || value.IsNumber()) return value;
  if (value.IsBoolean()) return Value::Number(value.AsBoolean() ? 1 : 0);
  if (value.IsNull()) return Value::Number(0);
  if (value.IsUndefined()) return Value::Number(NAN);
  if (IsString(value)) return Value::Number(StringToNumber(*AsString(value)));
  return ThrowError(agent, "TypeError",
                    IsSymbol(value) ? "Cannot convert a Symbol value to a number"
                                    : "Cannot convert a BigInt value to a number");
}

Value ToString(Agent& agent, Value value) {
  value = ToPrimitive(agent, value, true);
  if (value.IsHole() || IsString(value)) return value;
  if (value.IsNumber()) return TextValue(agent, NumberToString(value.AsNumber()));
  if (value.IsBoolean()) return TextValue(agent, value.AsBoolean() ? "true" : "false");
  if (value.IsNull()) return TextValue(agent, "null");
  if (value.IsUndefined()) return TextValue(agent, "undefined");
  if (IsSymbol(value)) {
    return ThrowError(agent, "TypeError", "Cannot convert a Symbol value to a string");
  }
  return TextValue(agent, ToDecimal(*AsBigInt(value)));
}

Value ToObject(Agent& agent, Value value) {
  if (IsObject(value)) return value;
  if (value.IsUndefined() || value.IsNull()) {
    return ThrowError(agent, "TypeError", "Cannot convert undefined or null to object");
  }
  Object* boxed = NewObject(agent, CellKind::kBoxed);
  boxed->boxed = value;
  return Value::Of(boxed);
}

bool InstanceOf(Agent& agent, Value object, Value constructor, bool& result) {
  result = false;
  Value prototype = Get(agent, constructor, AsObject(constructor), AtomKey(Atom::k_prototype));
  if (prototype.IsHole()) return false;
  if (!IsObject(object)) return true;
  if (!IsObject(prototype)) {
    ThrowError(agent, "TypeError",
               "Function has non-object prototype '" + Inspect(agent, prototype) +
                   "' in instanceof check");
    return false;
  }
  for (Object* at = PrototypeOf(agent, AsObject(object)); at != nullptr;
       at = PrototypeOf(agent, at)) {
    if (at == AsObject(prototype)) result = true;
  }
  return true;
}

}  // namespace napisan::host
