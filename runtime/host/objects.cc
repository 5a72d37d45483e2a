#include "host/objects.h"

#include "host/atoms.h"
#include "host/backing_store.h"
#include "host/promise.h"
#include "host/properties.h"
#include "host/strings.h"

namespace napisan::host {

Extras& ExtrasOf(Agent& agent, Object* object) {
  if (object->extras == nullptr) {
    object->extras = static_cast<Extras*>(agent.heap().Allocate(sizeof(Extras)));
    *object->extras = {};
  }
  return *object->extras;
}

Object* NewObject(Agent& agent, CellKind kind) {
  auto* object = agent.heap().New<Object>(kind);
  // A zeroed value would be the number 0.
  if (kind == CellKind::kBoxed) object->boxed = Value::Undefined();
  return object;
}

Object* NewArray(Agent& agent, uint32_t length) {
  Object* array = NewObject(agent, CellKind::kArray);
  array->array.length = length;
  return array;
}

Object* NewFunction(napi_env env, std::string_view name, napi_callback callback, void* data) {
  Agent& agent = env->agent;
  Object* function = NewObject(agent, CellKind::kFunction);
  function->function = {callback, data, env};
  if (!name.empty()) {
    Define(agent, function, AtomKey(Atom::k_name), Value::Of(NewString(agent, name)),
           napi_configurable);
  }
  function->flags |= kOwnPending;
  return function;
}

Object* NewBuiltin(Agent& agent, std::string_view name, Builtin call, Value slot0, Value slot1) {
  Object* function = NewObject(agent, CellKind::kFunction);
  function->flags |= kBuiltin;
  function->builtin = {call, {slot0, slot1}};
  Define(agent, function, AtomKey(Atom::k_name), Value::Of(NewString(agent, name)),
         napi_configurable);
  return function;
}

Object* NewError(Agent& agent, std::string_view type, Value message) {
  Object* error = NewObject(agent, CellKind::kError);
  if (type != "Error") error->prototype = BuiltinPrototype(agent, type);
  std::string stack(type);
  if (IsString(message) && AsString(message)->length > 0) {
    stack += ": " + ToUtf8(*AsString(message));
  }
  // There are no JavaScript frames to name.
  Define(agent, error, AtomKey(Atom::k_stack), Value::Of(NewString(agent, stack)), kHiddenProperty);
  if (IsString(message)) {
    Define(agent, error, AtomKey(Atom::k_message), message, kHiddenProperty);
  }
  return error;
}

std::string NameInError(Agent& agent, Object* object) {
  std::string name = object->kind == CellKind::kPromise ? "Promise" : "Object";
  bool has_own = FindOwn(agent, object, AtomKey(Atom::k_toString)) != nullptr;
  return has_own ? "[object " + name + "]" : "#<" + name + ">";
}

Value ThrowError(Agent& agent, std::string_view type, std::string_view message,
                 std::string_view code) {
  Object* error = NewError(agent, type, Value::Of(NewString(agent, message)));
  if (!code.empty()) {
    Define(agent, error, AtomKey(Atom::k_code), Value::Of(NewString(agent, code)), kPlainProperty);
  }
  return agent.Throw(Value::Of(error));
}

void ReleaseObject(Agent& agent, Object& object) {
  ReleaseProperties(agent, object);
  if (object.extras != nullptr) agent.heap().Free(object.extras, sizeof(Extras));
  object.extras = nullptr;
  if (object.kind == CellKind::kPromise) ReleaseReactions(agent, object);
  if (object.kind == CellKind::kArrayBuffer && object.buffer.store != nullptr) {
    ReleaseStore(agent, object.buffer.store);
    object.buffer.store = nullptr;
  }
}

}  // namespace napisan::host
