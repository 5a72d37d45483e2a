#include "host/builtins.h"

#include <cstdlib>
#include <string_view>

#include "host/agent.h"
#include "host/atoms.h"
#include "host/backing_store.h"
#include "host/objects.h"
#include "host/properties.h"

namespace napisan::host {
namespace {

struct Row {
  const char* name;
  BuiltinId parent;
};

constexpr Row kRows[] = {
#define BUILTIN(name, parent) {#name, BuiltinId::k##parent},
#include "host/builtins.def"
};

const Row& RowOf(BuiltinId id) { return kRows[static_cast<size_t>(id)]; }

// The host asks for rows only; a name that is none is a mistake of its own.
BuiltinId IdOf(std::string_view name) {
  for (size_t i = 0; i < kBuiltinCount; ++i) {
    if (name == kRows[i].name) return static_cast<BuiltinId>(i);
  }
  std::abort();
}

BuiltinId BoxOf(Value value) {
  if (value.IsNumber()) return BuiltinId::kNumber;
  if (value.IsBoolean()) return BuiltinId::kBoolean;
  if (IsString(value)) return BuiltinId::kString;
  return IsSymbol(value) ? BuiltinId::kSymbol : BuiltinId::kBigInt;
}

BuiltinId DefaultOf(const Object& object) {
  switch (object.kind) {
    case CellKind::kArray:
      return BuiltinId::kArray;
    case CellKind::kFunction:
      return BuiltinId::kFunction;
    case CellKind::kError:
      return BuiltinId::kError;
    case CellKind::kPromise:
      return BuiltinId::kPromise;
    case CellKind::kArrayBuffer:
      return (object.flags & kShared) != 0 ? BuiltinId::kSharedArrayBuffer
                                           : BuiltinId::kArrayBuffer;
    case CellKind::kTypedArray:
      return (object.flags & kIsBuffer) != 0 ? BuiltinId::kBuffer
                                             : IdOf(TypedArrayName(object.view.type));
    case CellKind::kDataView:
      return BuiltinId::kDataView;
    case CellKind::kDate:
      return BuiltinId::kDate;
    case CellKind::kBoxed:
      return BoxOf(object.boxed);
    default:
      return BuiltinId::kObject;
  }
}

// Some prototypes are what they are the prototype of.
Object* NewPrototype(Agent& agent, BuiltinId id) {
  auto boxed = [&](Value value) {
    Object* made = NewObject(agent, CellKind::kBoxed);
    made->boxed = value;
    return made;
  };
  switch (id) {
    case BuiltinId::kFunction:
      return NewBuiltin(agent, "", [](Agent&, CallFrame&) { return Value::Undefined(); });
    case BuiltinId::kArray:
      return NewArray(agent);
    case BuiltinId::kString:
      return boxed(Value::Of(NewString(agent, "")));
    case BuiltinId::kNumber:
      return boxed(Value::Number(0));
    case BuiltinId::kBoolean:
      return boxed(Value::Boolean(false));
    default:
      return NewObject(agent);
  }
}

}  // namespace

const char* NameOf(BuiltinId id) { return RowOf(id).name; }

Object* BuiltinPrototype(Agent& agent, BuiltinId id) {
  Object*& slot = agent.builtins().prototypes[static_cast<size_t>(id)];
  if (slot != nullptr) return slot;
  Object* made = NewPrototype(agent, id);
  slot = made;
  if (id == BuiltinId::kObject) {
    made->flags |= kNoPrototype;
  } else {
    made->prototype = BuiltinPrototype(agent, RowOf(id).parent);
  }
  made->flags |= kOwnPending;
  return made;
}

Object* BuiltinConstructor(Agent& agent, BuiltinId id) {
  Object*& slot = agent.builtins().constructors[static_cast<size_t>(id)];
  if (slot != nullptr) return slot;
  Object* made = NewBuiltin(agent, NameOf(id), CallOf(id), Value::Number(static_cast<double>(id)));
  slot = made;
  made->flags |= kConstructor | kOwnPending;
  return made;
}

Object* BuiltinPrototype(Agent& agent, std::string_view name) {
  return BuiltinPrototype(agent, IdOf(name));
}

Object* BuiltinConstructor(Agent& agent, std::string_view name) {
  return BuiltinConstructor(agent, IdOf(name));
}

Object* PrototypeOf(Agent& agent, Object* object) {
  if (object->prototype != nullptr) return object->prototype;
  if ((object->flags & kNoPrototype) != 0 || object->kind == CellKind::kExternal) return nullptr;
  return BuiltinPrototype(agent, DefaultOf(*object));
}

Object* Agent::Global() {
  if (builtins_->global != nullptr) return builtins_->global;
  builtins_->global = NewObject(*this);
  builtins_->global->flags |= kOwnPending;
  return builtins_->global;
}

namespace {

void FillGlobal(Agent& agent, Object* global) {
  for (size_t i = 0; i < kBuiltinCount; ++i) {
    auto id = static_cast<BuiltinId>(i);
    // JavaScript has no name for it.
    if (id == BuiltinId::kTypedArray) continue;
    Define(agent, global, Key::Of(NewString(agent, NameOf(id))),
           Value::Of(BuiltinConstructor(agent, id)), kHiddenProperty);
  }
  Define(agent, global, Key::Of(NewString(agent, "globalThis")), Value::Of(global),
         kHiddenProperty);
}

}  // namespace

void MakeBuiltinOwn(Agent& agent, Object* object) {
  BuiltinTable& table = agent.builtins();
  if (object == table.global) return FillGlobal(agent, object);
  for (size_t i = 0; i < kBuiltinCount; ++i) {
    auto id = static_cast<BuiltinId>(i);
    if (object == table.constructors[i]) {
      Define(agent, object, AtomKey(Atom::k_prototype), Value::Of(BuiltinPrototype(agent, id)),
             napi_default);
    } else if (object == table.prototypes[i]) {
      Define(agent, object, AtomKey(Atom::k_constructor), Value::Of(BuiltinConstructor(agent, id)),
             kHiddenProperty);
      FillPrototype(agent, id, object);
    }
  }
}

void Agent::ResetBuiltins() { *builtins_ = {}; }

}  // namespace napisan::host
