#include "host/property_table.h"

#include <cstring>

namespace napisan::host {
namespace {

constexpr uint32_t kEmptySlot = 0;

// Slots hold entry number + 1.
uint32_t* IndexOf(PropertyTable* table) {
  return reinterpret_cast<uint32_t*>(table->entries() + table->capacity);
}

bool SameKey(Value a, Value b) {
  if (a == b) return true;
  return IsString(a) && IsString(b) && Equal(*AsString(a), *AsString(b));
}

void Index(PropertyTable* table, uint32_t entry) {
  uint32_t mask = table->index_size - 1;
  uint32_t at = table->entries()[entry].hash & mask;
  uint32_t* slots = IndexOf(table);
  while (slots[at] != kEmptySlot) at = (at + 1) & mask;
  slots[at] = entry + 1;
}

// A table for one more entry than there are live ones, with the gaps closed.
PropertyTable* Grow(Agent& agent, PropertyTable* old) {
  uint32_t live = old != nullptr ? old->used - old->deleted : 0;
  uint32_t capacity = live < 2 ? 4 : live * 2;
  uint32_t index_size = 0;
  if (capacity > kLinearMax) {
    index_size = 16;
    while (index_size < capacity * 2) index_size *= 2;
  }
  size_t bytes = TableBytes(capacity, index_size);
  auto* table = static_cast<PropertyTable*>(agent.heap().Allocate(bytes));
  *table = {0, 0, capacity, index_size};
  if (index_size > 0) std::memset(IndexOf(table), 0, index_size * sizeof(uint32_t));
  if (old == nullptr) return table;
  for (uint32_t i = 0; i < old->used; ++i) {
    if (old->entries()[i].key.IsHole()) continue;
    table->entries()[table->used++] = old->entries()[i];
    if (index_size > 0) Index(table, table->used - 1);
  }
  agent.heap().Free(old, TableBytes(old->capacity, old->index_size));
  return table;
}

}  // namespace

size_t TableBytes(uint32_t capacity, uint32_t index_size) {
  return sizeof(PropertyTable) + capacity * sizeof(Property) + index_size * sizeof(uint32_t);
}

uint32_t HashOfIndex(uint32_t index) { return index * 0x9e3779b1U; }

Property* FindEntry(PropertyTable* table, Value key, uint32_t hash) {
  if (table == nullptr) return nullptr;
  Property* entries = table->entries();
  if (table->index_size == 0) {
    for (uint32_t i = 0; i < table->used; ++i) {
      if (entries[i].hash == hash && SameKey(entries[i].key, key)) return &entries[i];
    }
    return nullptr;
  }
  uint32_t mask = table->index_size - 1;
  uint32_t* slots = IndexOf(table);
  for (uint32_t at = hash & mask; slots[at] != kEmptySlot; at = (at + 1) & mask) {
    Property& entry = entries[slots[at] - 1];
    if (entry.hash == hash && SameKey(entry.key, key)) return &entry;
  }
  return nullptr;
}

Property* AppendEntry(Agent& agent, Object* object, Value key, uint32_t hash) {
  PropertyTable* table = object->properties;
  if (table == nullptr || table->used == table->capacity) {
    table = object->properties = Grow(agent, table);
  }
  Property* entry = &table->entries()[table->used++];
  *entry = {key, Value::Undefined(), Value::Hole(), hash, kPlainProperty};
  if (table->index_size > 0) Index(table, table->used - 1);
  return entry;
}

void RemoveEntry(PropertyTable* table, Property* entry) {
  entry->key = Value::Hole();
  entry->value = Value::Undefined();
  ++table->deleted;
}

}  // namespace napisan::host
