// PropertyTable: an object's named properties in the order of making, found by hash.
//
// Up to kLinearMax entries are searched one by one; beyond that an index of open addressing stands
// behind the entries. Deleting leaves a gap that the next growth closes.
// Ownership: the object's. Threads: the agent's only.
#pragma once

#include "host/properties.h"

namespace napisan::host {

inline constexpr uint32_t kLinearMax = 8;

// The entry of a string or symbol, or of a sparse index (a number value). Null without one.
Property* FindEntry(PropertyTable* table, Value key, uint32_t hash);
// Appends; the key must not be there.
Property* AppendEntry(Agent& agent, Object* object, Value key, uint32_t hash);
void RemoveEntry(PropertyTable* table, Property* entry);

uint32_t HashOfIndex(uint32_t index);
size_t TableBytes(uint32_t capacity, uint32_t index_size);

}  // namespace napisan::host
