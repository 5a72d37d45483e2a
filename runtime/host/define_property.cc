// Defining a property as ECMAScript does it: what its object already has decides what is allowed.

#include "host/bigint.h"
#include "host/objects.h"
#include "host/properties.h"
#include "host/typed_elements.h"

namespace napisan::host {
namespace {

// As StrictEquals, but for numbers: not-a-number is itself, and the zeros differ.
bool SameValue(Value a, Value b) {
  return a.IsNumber() && b.IsNumber() ? a.bits() == b.bits() : StrictEquals(a, b);
}

bool MayReplace(const Property& current, const Descriptor& wanted) {
  if ((current.attributes & napi_configurable) != 0) return true;
  constexpr int kFixed = napi_configurable | napi_enumerable;
  if ((current.attributes & kFixed) != (wanted.attributes & kFixed)) return false;
  if (current.is_accessor() != wanted.accessor) return false;
  if (wanted.accessor) {
    return (wanted.getter.IsHole() || SameValue(wanted.getter, current.value)) &&
           (wanted.setter.IsHole() || SameValue(wanted.setter, current.setter));
  }
  if ((current.attributes & napi_writable) != 0) return true;
  return (wanted.attributes & napi_writable) == 0 && SameValue(wanted.value, current.value);
}

bool DefineLength(Agent& agent, Object* array, const Property& current, const Descriptor& wanted) {
  if (wanted.accessor) return false;
  uint32_t length;
  if (!ToArrayLength(agent, wanted.value, length)) return false;
  Descriptor number = wanted;
  number.value = Value::Number(length);
  bool shorter = length < ArrayLength(*array);
  if (shorter && (current.attributes & napi_writable) == 0) return false;
  // A shorter one is checked as if it were the one that is there.
  if (shorter) number.value = current.value;
  if (!MayReplace(current, number)) return false;
  SetArrayLength(agent, *array, length);
  if ((wanted.attributes & napi_writable) == 0) array->flags |= kLengthReadOnly;
  return ArrayLength(*array) == length;
}

}  // namespace

bool DefineOwn(Agent& agent, Object* object, Key key, const Descriptor& wanted) {
  Property* found = FindOwn(agent, object, key);
  if (IsTypedElement(object, key)) {
    if (wanted.accessor || wanted.attributes != kPlainProperty) return false;
    if (found != nullptr) return Set(agent, object, key, wanted.value);
    return false;
  }
  if (found != nullptr) {
    Property current = *found;
    if (object->kind == CellKind::kArray && IsLength(key)) {
      return DefineLength(agent, object, current, wanted);
    }
    if (!MayReplace(current, wanted)) return false;
    // What cannot change has not.
    if (IsCharacter(*object, key)) return true;
    if (!wanted.accessor) return Define(agent, object, key, wanted.value, wanted.attributes);
    // Half an accessor leaves the other half as it is.
    auto half = [&](Value given, Value old) {
      return !given.IsHole() || !current.is_accessor() ? given : old;
    };
    return DefineAccessor(agent, object, key, half(wanted.getter, current.value),
                          half(wanted.setter, current.setter), wanted.attributes);
  }
  return wanted.accessor
             ? DefineAccessor(agent, object, key, wanted.getter, wanted.setter, wanted.attributes)
             : Define(agent, object, key, wanted.value, wanted.attributes);
}

}  // namespace napisan::host
