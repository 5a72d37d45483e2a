#include "host/gc_mark.h"

#include "api/defect.h"
#include "host/agent.h"
#include "host/builtins.h"
#include "host/env.h"
#include "host/objects.h"
#include "host/promise.h"
#include "host/properties.h"

namespace napisan::host {

void Marker::MarkAll() {
  marked_ = 0;
  MarkRoots();
  while (!stack_.empty()) {
    Cell* cell = stack_.back();
    stack_.pop_back();
    Trace(*cell);
  }
}

void Marker::MarkRoots() {
  const HandleStack& handles = agent_.handles();
  for (napi_value slot = handles.bottom(); slot != handles.top(); ++slot) Mark(slot->value);
  agent_.ForEachMicrotask([this](const Microtask& task) {
    Mark(task.a);
    Mark(task.b);
    Mark(task.c);
  });
  Mark(agent_.exception());
  Mark(agent_.later());
  for (napi_deferred open = agent_.deferreds(); open != nullptr; open = open->next) {
    if (!HAS_DEFECT(deferred_is_no_root)) Mark(open->promise);
  }
  for (napi_env env : agent_.envs()) {
    Mark(env->last_exception);
    MarkReferences(env->finalizing_list);
    MarkReferences(env->reference_list);
  }
  const BuiltinTable& builtins = agent_.builtins();
  Mark(builtins.global);
  for (Object* prototype : builtins.prototypes) Mark(prototype);
  for (Object* constructor : builtins.constructors) Mark(constructor);
}

void Marker::MarkReferences(const RefList& list) {
  for (const Reference* reference = list.first; reference != nullptr; reference = reference->next) {
    bool strong = reference->count > 0 || HAS_DEFECT(weak_reference_is_strong);
    if (strong) Mark(reference->value);
  }
}

void Marker::Trace(Cell& cell) {
  if (cell.kind == CellKind::kSymbol) return Mark(static_cast<Symbol&>(cell).description);
  auto& object = static_cast<Object&>(cell);
  Mark(object.prototype);
  TraceProperties(object);
  TraceKind(object);
}

void Marker::TraceProperties(const Object& object) {
  if (PropertyTable* table = object.properties) {
    for (uint32_t i = 0; i < table->used; ++i) {
      const Property& entry = table->entries()[i];
      // A deleted entry keeps what it held.
      if (entry.key.IsHole()) continue;
      Mark(entry.key);
      Mark(entry.value);
      Mark(entry.setter);
    }
  }
  if (Elements* elements = object.elements) {
    for (uint32_t i = 0; i < elements->used; ++i) Mark(elements->values()[i]);
  }
}

void Marker::TraceKind(const Object& object) {
  switch (object.kind) {
    case CellKind::kFunction:
      // A module's own data is not ours to follow.
      if ((object.flags & kBuiltin) == 0) return;
      Mark(object.builtin.slots[0]);
      return Mark(object.builtin.slots[1]);
    case CellKind::kPromise:
      Mark(object.promise.result);
      for (Reaction* at = object.promise.reactions; at != nullptr; at = at->next) {
        Mark(at->on_fulfilled);
        Mark(at->on_rejected);
        Mark(at->derived);
      }
      return;
    case CellKind::kTypedArray:
    case CellKind::kDataView:
      return Mark(object.view.buffer);
    case CellKind::kBoxed:
      return Mark(object.boxed);
    default:
      return;
  }
}

}  // namespace napisan::host
