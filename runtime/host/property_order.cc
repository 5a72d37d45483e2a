// Enumeration, freezing and sealing: what looks at all of an object's properties.

#include <algorithm>
#include <vector>

#include "host/atoms.h"
#include "host/objects.h"
#include "host/properties.h"
#include "host/property_table.h"

namespace napisan::host {
namespace {

bool VisitNamed(PropertyTable* table, CellKind kind, PropertyVisitor visit, void* context) {
  for (uint32_t i = 0; table != nullptr && i < table->used; ++i) {
    const Property& entry = table->entries()[i];
    if (Is(entry.key, kind) && !visit(context, entry.key, entry)) return false;
  }
  return true;
}

// Indices ascending: the dense ones, then the sparse ones merged in.
bool VisitIndices(Agent& agent, Object* object, PropertyVisitor visit, void* context) {
  std::vector<uint32_t> indices;
  if (object->kind == CellKind::kTypedArray) {
    for (uint32_t i = 0; i < object->view.length; ++i) indices.push_back(i);
  }
  if (object->kind == CellKind::kBoxed && IsString(object->boxed)) {
    for (uint32_t i = 0; i < AsString(object->boxed)->length; ++i) indices.push_back(i);
  }
  Elements* elements = object->elements;
  for (uint32_t i = 0; elements != nullptr && i < elements->used; ++i) {
    if (!elements->values()[i].IsHole()) indices.push_back(i);
  }
  size_t dense = indices.size();
  PropertyTable* table = object->properties;
  for (uint32_t i = 0; table != nullptr && i < table->used; ++i) {
    if (table->entries()[i].key.IsNumber()) {
      indices.push_back(static_cast<uint32_t>(table->entries()[i].key.AsNumber()));
    }
  }
  if (indices.size() > dense) std::sort(indices.begin(), indices.end());
  for (uint32_t index : indices) {
    Property* found = FindOwn(agent, object, Key::Of(index));
    if (found == nullptr) continue;
    Property copy = *found;
    if (!visit(context, Value::Number(index), copy)) return false;
  }
  return true;
}

}  // namespace

void ForEachOwn(Agent& agent, Object* object, PropertyVisitor visit, void* context) {
  TouchOwn(agent, object);
  if (!VisitIndices(agent, object, visit, context)) return;
  if (object->kind == CellKind::kArray ||
      (object->kind == CellKind::kBoxed && IsString(object->boxed))) {
    Property length = *FindOwn(agent, object, AtomKey(Atom::k_length));
    if (!visit(context, length.key, length)) return;
  }
  if (!VisitNamed(object->properties, CellKind::kString, visit, context)) return;
  VisitNamed(object->properties, CellKind::kSymbol, visit, context);
}

void PreventExtensions(Agent& agent, Object* object, bool freeze) {
  TouchOwn(agent, object);
  // Frozen elements are no longer plain: they move to the table, with their attributes.
  if (Elements* elements = object->elements) {
    for (uint32_t i = 0; i < elements->used; ++i) {
      Value value = elements->values()[i];
      if (value.IsHole()) continue;
      elements->values()[i] = Value::Hole();
      Property* entry = AppendEntry(agent, object, Value::Number(i), HashOfIndex(i));
      entry->value = value;
    }
    elements->used = 0;
  }
  object->flags |= kNotExtensible;
  if (freeze && object->kind == CellKind::kArray) object->flags |= kLengthReadOnly;
  PropertyTable* table = object->properties;
  for (uint32_t i = 0; table != nullptr && i < table->used; ++i) {
    Property& entry = table->entries()[i];
    int kept = entry.attributes & ~napi_configurable;
    if (freeze && !entry.is_accessor()) kept &= ~napi_writable;
    entry.attributes = static_cast<napi_property_attributes>(kept);
  }
}

}  // namespace napisan::host
