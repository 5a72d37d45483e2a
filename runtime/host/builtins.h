// Built-ins: the constructors and prototypes of builtins.def, one of each an agent.
//
// Ownership: the agent's heap; the agent's table keeps them alive. Threads: the agent's only.
#pragma once

#include <cstddef>
#include <cstdint>

#include "host/cell.h"

namespace napisan::host {

enum class BuiltinId : uint8_t {
#define BUILTIN(name, parent) k##name,
#include "host/builtins.def"
  kCount
};

inline constexpr auto kBuiltinCount = static_cast<size_t>(BuiltinId::kCount);

const char* NameOf(BuiltinId id);

// Null where nobody has asked yet.
struct BuiltinTable {
  Object* global;
  Object* prototypes[kBuiltinCount];
  Object* constructors[kBuiltinCount];
};

Object* BuiltinPrototype(Agent& agent, BuiltinId id);
Object* BuiltinConstructor(Agent& agent, BuiltinId id);

// MakeOwn for globalThis, a constructor or a prototype.
void MakeBuiltinOwn(Agent& agent, Object* object);

// What calling or constructing one of them does. In builtin_calls.cc.
Builtin CallOf(BuiltinId id);
// Its prototype's toString; null where it has none of its own. In builtin_text.cc.
Builtin ToStringOf(BuiltinId id);
// The functions on its prototype. In builtin_calls.cc.
void FillPrototype(Agent& agent, BuiltinId id, Object* prototype);

}  // namespace napisan::host
