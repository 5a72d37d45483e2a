// Own properties that are made when first asked for: most functions and built-ins die without
// anybody having looked.

#include "host/atoms.h"
#include "host/builtins.h"
#include "host/objects.h"
#include "host/properties.h"

namespace napisan::host {
namespace {

// As the engine gives them to every function that a module makes.
void MakeFunctionOwn(Agent& agent, Object* function) {
  Value name = Value::Of(NewString(agent, ""));
  if (Property* found = FindOwn(agent, function, AtomKey(Atom::k_name))) name = found->value;
  ReleaseProperties(agent, *function);
  Object* prototype = NewObject(agent);
  Define(agent, prototype, AtomKey(Atom::k_constructor), Value::Of(function), kHiddenProperty);
  Define(agent, function, AtomKey(Atom::k_length), Value::Number(0), napi_configurable);
  Define(agent, function, AtomKey(Atom::k_name), name, napi_configurable);
  if (agent.traits().engine.functions_own_caller) {
    Define(agent, function, AtomKey(Atom::k_arguments), Value::Null(), napi_default);
    Define(agent, function, AtomKey(Atom::k_caller), Value::Null(), napi_default);
  }
  Define(agent, function, AtomKey(Atom::k_prototype), Value::Of(prototype), napi_writable);
}

}  // namespace

void MakeOwn(Agent& agent, Object* object) {
  object->flags &= static_cast<uint16_t>(~kOwnPending);
  if (object->kind == CellKind::kFunction && (object->flags & kBuiltin) == 0) {
    MakeFunctionOwn(agent, object);
  } else {
    MakeBuiltinOwn(agent, object);
  }
}

}  // namespace napisan::host
