#include "host/properties.h"

#include <algorithm>
#include <cstring>

#include "host/atoms.h"
#include "host/backing_store.h"
#include "host/numbers.h"
#include "host/objects.h"
#include "host/property_table.h"
#include "host/strings.h"
#include "host/typed_elements.h"

namespace napisan::host {
namespace {

// What FindOwn answers where no entry stands for the property; good until its next call.
thread_local constinit Property scratch{};

// How far beyond its end a dense vector may grow at once; further out an element is sparse.
constexpr uint32_t kGapMax = 1024;

size_t ElementsBytes(uint32_t capacity) { return sizeof(Elements) + capacity * sizeof(Value); }

uint32_t HashOf(Key key) {
  if (key.is_index()) return HashOfIndex(key.index);
  if (key.cell->kind == CellKind::kString) return HashOf(*static_cast<String*>(key.cell));
  return key.cell->hash;
}

Value KeyValue(Key key) { return key.is_index() ? Value::Number(key.index) : Value::Of(key.cell); }

Property* FindNamed(Object* object, Key key) {
  return FindEntry(object->properties, KeyValue(key), HashOf(key));
}

Value* FindDense(Object* object, Key key) {
  if (!key.is_index() || object->elements == nullptr) return nullptr;
  if (key.index >= object->elements->used) return nullptr;
  Value* value = &object->elements->values()[key.index];
  return value->IsHole() ? nullptr : value;
}

// Room for one element at `index`; null where it should be sparse.
Value* MakeDense(Agent& agent, Object* object, uint32_t index) {
  Elements* old = object->elements;
  uint32_t used = old != nullptr ? old->used : 0;
  uint32_t capacity = old != nullptr ? old->capacity : 0;
  if (index > used + kGapMax) return nullptr;
  if (index >= capacity) {
    uint32_t bigger = index + 1 < 4 ? 4 : (index + 1) + (index + 1) / 2;
    auto* made = static_cast<Elements*>(agent.heap().Allocate(ElementsBytes(bigger)));
    made->capacity = bigger;
    made->used = used;
    if (old != nullptr) {
      std::memcpy(static_cast<void*>(made->values()), old->values(), used * sizeof(Value));
      agent.heap().Free(old, ElementsBytes(capacity));
    }
    object->elements = made;
  }
  Value* values = object->elements->values();
  for (uint32_t i = object->elements->used; i < index; ++i) values[i] = Value::Hole();
  if (index >= object->elements->used) object->elements->used = index + 1;
  return &values[index];
}

// Beyond the end of every array where the number is no index.
uint32_t ElementOf(Key key) { return key.is_index() ? key.index : kNotAnIndex; }

// What an array and a boxed string have without an entry for it; good until the next call.
Property* FindExotic(Agent& agent, Object* object, Key key) {
  if (object->kind == CellKind::kArray) {
    if (!IsLength(key)) return nullptr;
    bool fixed = (object->flags & kLengthReadOnly) != 0;
    scratch = {AtomValue(Atom::k_length), Value::Number(object->array.length), Value::Hole(),
               HashOf(key), fixed ? napi_default : napi_writable};
    return &scratch;
  }
  if (!IsCharacter(*object, key)) return nullptr;
  const String& string = *AsString(object->boxed);
  if (IsLength(key)) {
    scratch = {AtomValue(Atom::k_length), Value::Number(string.length), Value::Hole(), HashOf(key),
               napi_default};
    return &scratch;
  }
  char16_t unit = string.at(key.index);
  scratch = {KeyValue(key), Value::Of(NewStringUtf16(agent, &unit, 1)), Value::Hole(), 0,
             napi_enumerable};
  return &scratch;
}

void NoteLength(Object* object, Key key) {
  if (object->kind == CellKind::kArray && key.is_index() && key.index >= object->array.length) {
    object->array.length = key.index + 1;
  }
}

// Adds a property that is not there.
bool Add(Agent& agent, Object* object, Key key, Value value, Value setter,
         napi_property_attributes attributes) {
  if ((object->flags & kNotExtensible) != 0) return false;
  if ((object->flags & kLengthReadOnly) != 0 && key.is_index()) return false;
  NoteLength(object, key);
  bool plain = setter.IsHole() && attributes == kPlainProperty;
  if (key.is_index() && plain) {
    if (Value* place = MakeDense(agent, object, key.index)) {
      *place = value;
      return true;
    }
  }
  Property* entry = AppendEntry(agent, object, KeyValue(key), HashOf(key));
  entry->value = value;
  entry->setter = setter;
  entry->attributes = attributes;
  return true;
}

bool SetLength(Agent& agent, Object* object, Value value) {
  if ((object->flags & kLengthReadOnly) != 0) return false;
  uint32_t length;
  if (!ToArrayLength(agent, value, length)) return false;
  SetArrayLength(agent, *object, length);
  return ArrayLength(*object) == length;
}

}  // namespace

// There is nothing else in a typed array whose name is a number.
bool IsTypedElement(Object* object, Key key) {
  if (object->kind != CellKind::kTypedArray) return false;
  if (key.is_index()) return true;
  if (key.cell->kind != CellKind::kString) return false;
  const auto& name = *static_cast<String*>(key.cell);
  std::string text = NumberToString(StringToNumber(name));
  return ToUtf8(name) == text || (text == "0" && ToUtf8(name) == "-0");
}

bool IsLength(Key key) {
  return !key.is_index() && key.cell->kind == CellKind::kString &&
         Equal(*static_cast<String*>(key.cell), *AtomString(Atom::k_length));
}

bool IsCharacter(const Object& object, Key key) {
  if (object.kind != CellKind::kBoxed || !IsString(object.boxed)) return false;
  return key.is_index() ? key.index < AsString(object.boxed)->length : IsLength(key);
}

bool ToArrayLength(Agent& agent, Value value, uint32_t& length) {
  Value number = ToNumber(agent, value);
  if (number.IsHole()) return false;
  length = ToUint32(number.AsNumber());
  // ECMAScript asks an object twice.
  if (IsObject(value)) number = ToNumber(agent, value);
  if (number.IsHole()) return false;
  if (number.AsNumber() == length) return true;
  ThrowError(agent, "RangeError", "Invalid array length");
  return false;
}

Key Key::Of(Cell* cell) {
  if (cell->kind == CellKind::kString) {
    uint32_t index = ArrayIndex(*static_cast<String*>(cell));
    if (index != kNotAnIndex) return Of(index);
  }
  return {cell, 0};
}

Property* FindOwn(Agent& agent, Object* object, Key key) {
  TouchOwn(agent, object);
  if (Value* dense = FindDense(object, key)) {
    scratch = {KeyValue(key), *dense, Value::Hole(), 0, kPlainProperty};
    return &scratch;
  }
  if (IsTypedElement(object, key)) {
    Value value = ReadElement(agent, *object, ElementOf(key));
    if (value.IsHole()) return nullptr;
    scratch = {KeyValue(key), value, Value::Hole(), 0, kPlainProperty};
    return &scratch;
  }
  if (Property* exotic = FindExotic(agent, object, key)) return exotic;
  return FindNamed(object, key);
}

Value Get(Agent& agent, Value receiver, Object* object, Key key) {
  for (Object* at = object; at != nullptr; at = PrototypeOf(agent, at)) {
    Property* found = FindOwn(agent, at, key);
    if (found == nullptr) continue;
    if (!found->is_accessor()) return found->value;
    if (!IsFunction(found->value)) return Value::Undefined();
    return agent.Call(found->value, receiver, nullptr, 0);
  }
  return Value::Undefined();
}

bool Has(Agent& agent, Object* object, Key key) {
  for (Object* at = object; at != nullptr; at = PrototypeOf(agent, at)) {
    if (HasOwn(agent, at, key)) return true;
  }
  return false;
}

bool HasOwn(Agent& agent, Object* object, Key key) {
  return FindOwn(agent, object, key) != nullptr;
}

bool Set(Agent& agent, Object* object, Key key, Value value) {
  TouchOwn(agent, object);
  if (Value* dense = FindDense(object, key)) {
    *dense = value;
    return true;
  }
  if (IsTypedElement(object, key)) return WriteElement(agent, *object, ElementOf(key), value);
  if (FindExotic(agent, object, key) != nullptr) {
    return object->kind == CellKind::kArray && SetLength(agent, object, value);
  }
  for (Object* at = object; at != nullptr; at = PrototypeOf(agent, at)) {
    Property* found = at == object ? FindNamed(at, key) : FindOwn(agent, at, key);
    if (found == nullptr) continue;
    if (found->is_accessor()) {
      if (!IsFunction(found->setter)) return false;
      return !agent.Call(found->setter, Value::Of(object), &value, 1).IsHole();
    }
    if ((found->attributes & napi_writable) == 0) return false;
    if (at != object) break;
    found->value = value;
    return true;
  }
  return Add(agent, object, key, value, Value::Hole(), kPlainProperty);
}

bool Define(Agent& agent, Object* object, Key key, Value value,
            napi_property_attributes attributes) {
  TouchOwn(agent, object);
  if (Value* dense = FindDense(object, key)) {
    if (attributes == kPlainProperty) {
      *dense = value;
      return true;
    }
    *dense = Value::Hole();
    return Add(agent, object, key, value, Value::Hole(), attributes);
  }
  Property* found = FindNamed(object, key);
  if (found == nullptr) return Add(agent, object, key, value, Value::Hole(), attributes);
  found->value = value;
  found->setter = Value::Hole();
  found->attributes = attributes;
  return true;
}

bool DefineAccessor(Agent& agent, Object* object, Key key, Value getter, Value setter,
                    napi_property_attributes attributes) {
  // An accessor is told by its setter: undefined where it has none, never a hole.
  if (getter.IsHole()) getter = Value::Undefined();
  if (setter.IsHole()) setter = Value::Undefined();
  TouchOwn(agent, object);
  if (Value* dense = FindDense(object, key)) *dense = Value::Hole();
  Property* found = FindNamed(object, key);
  if (found == nullptr) return Add(agent, object, key, getter, setter, attributes);
  found->value = getter;
  found->setter = setter;
  found->attributes = attributes;
  return true;
}

bool Delete(Agent& agent, Object* object, Key key) {
  TouchOwn(agent, object);
  if (Value* dense = FindDense(object, key)) {
    *dense = Value::Hole();
    return true;
  }
  if (IsTypedElement(object, key)) return ReadElement(agent, *object, ElementOf(key)).IsHole();
  if (FindExotic(agent, object, key) != nullptr) return false;
  Property* found = FindNamed(object, key);
  if (found == nullptr) return true;
  if ((found->attributes & napi_configurable) == 0) return false;
  RemoveEntry(object->properties, found);
  return true;
}

Value GetNamed(Agent& agent, Object* object, std::string_view name) {
  return Get(agent, Value::Of(object), object, Key::Of(NewString(agent, name)));
}

bool SetNamed(Agent& agent, Object* object, std::string_view name, Value value) {
  return Set(agent, object, Key::Of(NewString(agent, name)), value);
}

uint32_t ArrayLength(const Object& array) { return array.array.length; }

void SetArrayLength(Agent& agent, Object& array, uint32_t length) {
  if (PropertyTable* table = array.properties; table != nullptr && length < array.array.length) {
    // What cannot be deleted stays, and all before it.
    for (uint32_t i = 0; i < table->used; ++i) {
      Property& entry = table->entries()[i];
      if (!entry.key.IsNumber() || (entry.attributes & napi_configurable) != 0) continue;
      length = std::max(length, static_cast<uint32_t>(entry.key.AsNumber()) + 1);
    }
    for (uint32_t i = 0; i < table->used; ++i) {
      Property& entry = table->entries()[i];
      if (entry.key.IsNumber() && entry.key.AsNumber() >= length) RemoveEntry(table, &entry);
    }
  }
  if (array.elements != nullptr && length < array.elements->used) array.elements->used = length;
  array.array.length = length;
  (void)agent;
}

void ReleaseProperties(Agent& agent, Object& object) {
  if (PropertyTable* table = object.properties) {
    agent.heap().Free(table, TableBytes(table->capacity, table->index_size));
  }
  if (Elements* elements = object.elements) {
    agent.heap().Free(elements, ElementsBytes(elements->capacity));
  }
  object.properties = nullptr;
  object.elements = nullptr;
}

}  // namespace napisan::host
