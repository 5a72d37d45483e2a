// Making objects, converting values, and what every kind of object shares.
// Threads: the agent's only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "host/agent.h"
#include "host/cell.h"
#include "host/env.h"

namespace napisan::host {

// What few objects have: a wrap, type tags. In the heap's storage, owned by the object.
struct Extras {
  Reference* wrap;
  bool tagged;
  uint64_t tag[2];
};
Extras& ExtrasOf(Agent& agent, Object* object);

Object* NewObject(Agent& agent, CellKind kind = CellKind::kObject);
Object* NewArray(Agent& agent, uint32_t length = 0);
Object* NewFunction(napi_env env, std::string_view name, napi_callback callback, void* data);
Object* NewBuiltin(Agent& agent, std::string_view name, Builtin call, Value slot0 = Value(),
                   Value slot1 = Value());
// What V8 calls an object in an error's text: by its constructor, unless it has a toString of its
// own.
std::string NameInError(Agent& agent, Object* object);
// `type` is "Error", "TypeError", …; the prototype and name follow from it.
Object* NewError(Agent& agent, std::string_view type, Value message);
Value ThrowError(Agent& agent, std::string_view type, std::string_view message,
                 std::string_view code = {});

// The prototype an object has, its kind's default included; null for none.
Object* PrototypeOf(Agent& agent, Object* object);
// "Object", "Array", "Function", "Error", "TypeError", "Promise", "Date", "ArrayBuffer",
// "Uint8Array", …: made when first asked for, one an agent.
Object* BuiltinPrototype(Agent& agent, std::string_view name);
// The constructor on globalThis that goes with it.
Object* BuiltinConstructor(Agent& agent, std::string_view name);

napi_valuetype TypeOf(Value value);
bool StrictEquals(Value a, Value b);
bool ToBoolean(Value value);
// These may run toString and valueOf functions; Hole (and false) when one threw.
Value ToPrimitive(Agent& agent, Value value, bool as_string);
Value ToNumber(Agent& agent, Value value);
Value ToString(Agent& agent, Value value);
Value ToObject(Agent& agent, Value value);
bool InstanceOf(Agent& agent, Value object, Value constructor, bool& result);

// new constructor(…arguments) of a function value; Hole when it threw.
Value Construct(Agent& agent, Value constructor, const Value* arguments, size_t count);

// A short text for people, as Node's util.inspect would have it: 1024, 'text', { a: 1 }, [ 1, 2 ].
std::string Inspect(Agent& agent, Value value, int depth = 2);

// For the collector and Reset: gives back what an object owns outside of its cell.
void ReleaseObject(Agent& agent, Object& object);

}  // namespace napisan::host
