// Elements of typed arrays, as values.
#pragma once

#include <cstdint>

#include "host/agent.h"
#include "host/cell.h"

namespace napisan::host {

// Hole beyond the end.
Value ReadElement(Agent& agent, const Object& array, uint32_t index);
// True beyond the end, too: such a write goes nowhere. False where converting the value threw.
bool WriteElement(Agent& agent, Object& array, uint32_t index, Value value);

}  // namespace napisan::host
