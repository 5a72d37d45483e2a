// Properties of objects: named ones in the order of making, indexed ones in ascending order.
//
// Named properties sit in one table an object, searched by hash; indexed ones in a dense vector
// where they are dense, and in the table where they are not.
// Threads: the agent's only.
#pragma once

#include <cstddef>
#include <cstdint>

#include "host/agent.h"
#include "host/cell.h"
#include "host/strings.h"

namespace napisan::host {

// A property key: a string or symbol cell, or an array index.
struct Key {
  Cell* cell = nullptr;  // null: `index` is the key
  uint32_t index = 0;

  static Key Of(Cell* cell);  // a string that spells an index becomes one
  static Key Of(uint32_t index) { return {nullptr, index}; }
  bool is_index() const { return cell == nullptr; }
};

struct Property {
  Value key;     // a string or symbol; a number for a sparse index; a hole once deleted
  Value value;   // the value, or the getter
  Value setter;  // a hole for data properties
  uint32_t hash;
  napi_property_attributes attributes;

  bool is_accessor() const { return !setter.IsHole(); }
};

struct PropertyTable {
  uint32_t used;  // entries, deleted ones included
  uint32_t deleted;
  uint32_t capacity;
  // 0, or the number of slots in the index behind the entries.
  uint32_t index_size;

  Property* entries() { return reinterpret_cast<Property*>(this + 1); }
};

// Dense elements from 0; a hole where there is none. All of them have the default attributes.
struct Elements {
  uint32_t used;
  uint32_t capacity;

  Value* values() { return reinterpret_cast<Value*>(this + 1); }
};

inline constexpr auto kPlainProperty =
    static_cast<napi_property_attributes>(napi_writable | napi_enumerable | napi_configurable);
inline constexpr auto kHiddenProperty =
    static_cast<napi_property_attributes>(napi_writable | napi_configurable);

// Own property, without accessors run. Null where there is none. The pointer lives until the
// object changes. An element's is a copy that lives until the next call.
Property* FindOwn(Agent& agent, Object* object, Key key);
// Along the prototypes, with getters run; Hole where a getter threw; undefined where there is none.
Value Get(Agent& agent, Value receiver, Object* object, Key key);
bool Has(Agent& agent, Object* object, Key key);
bool HasOwn(Agent& agent, Object* object, Key key);
// With setters run. False where it is not allowed (read only, not extensible), or a setter threw.
bool Set(Agent& agent, Object* object, Key key, Value value);
// As ECMAScript defines a property: false where what is there does not allow it, or where
// converting an array's length threw. A getter or setter that is a hole is not mentioned.
struct Descriptor {
  bool accessor;
  Value value = Value::Hole();
  Value getter = Value::Hole();
  Value setter = Value::Hole();
  napi_property_attributes attributes = napi_default;
};
bool DefineOwn(Agent& agent, Object* object, Key key, const Descriptor& wanted);

// Adds or replaces an own property whatever its attributes; false where not extensible.
bool Define(Agent& agent, Object* object, Key key, Value value,
            napi_property_attributes attributes);
bool DefineAccessor(Agent& agent, Object* object, Key key, Value getter, Value setter,
                    napi_property_attributes attributes);
// True where it is gone now.
bool Delete(Agent& agent, Object* object, Key key);

// Shorthands for text known at compile time.
Value GetNamed(Agent& agent, Object* object, std::string_view name);
bool SetNamed(Agent& agent, Object* object, std::string_view name, Value value);

// Visits own properties in enumeration order (indices, strings, symbols) until visit returns false.
// `visit(Value key, const Property& property)`; an index is a number value. The object must not
// change meanwhile.
using PropertyVisitor = bool (*)(void* context, Value key, const Property& property);
void ForEachOwn(Agent& agent, Object* object, PropertyVisitor visit, void* context);

// What an object with kOwnPending owns from the start: a function's length, name, prototype and so
// on, a built-in's constructor and methods. In own_properties.cc.
void MakeOwn(Agent& agent, Object* object);
inline void TouchOwn(Agent& agent, Object* object) {
  if ((object->flags & kOwnPending) != 0) MakeOwn(agent, object);
}

// For the collector and Reset: gives the storage back.
void ReleaseProperties(Agent& agent, Object& object);

// True for the names of a typed array's elements, there or not.
bool IsTypedElement(Object* object, Key key);
bool IsLength(Key key);
// True for a boxed string's characters and its length.
bool IsCharacter(const Object& object, Key key);

// A value as an array's length. False where it is none, or converting it threw.
bool ToArrayLength(Agent& agent, Value value, uint32_t& length);
// Array length, and setting it.
uint32_t ArrayLength(const Object& array);
void SetArrayLength(Agent& agent, Object& array, uint32_t length);

// Freeze and seal.
void PreventExtensions(Agent& agent, Object* object, bool freeze);

}  // namespace napisan::host
