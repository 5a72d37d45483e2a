// Structured clone: a value as bytes that belong to no agent, and back, by HTML's algorithm.
//
// What is cloned: primitives but symbols, boxed primitives, dates, errors (name, message, stack,
// cause), arrays and objects (own enumerable properties with string keys; cycles and shared
// references stay what they are), array buffers and their views. A Buffer arrives as a Uint8Array,
// an instance of a class as a plain object; a wrap stays behind. Anything else is a DataCloneError.
//
// Ownership: a CloneData owns what it holds; it may move to another thread.
// Threads: the two functions on the agent's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "host/agent.h"
#include "host/value.h"

namespace napisan::host {

struct CloneData {
  std::vector<uint8_t> bytes;
  // The contents of the array buffers in it, copied or transferred.
  std::vector<std::vector<uint8_t>> buffers;
};

// The array buffers in `transfer` are detached once the rest has succeeded. False with an exception
// thrown in the agent: a DataCloneError, or what a getter threw.
bool Serialize(Agent& agent, Value value, const std::vector<Value>& transfer, CloneData& data);

// As Serialize throws it. A clone of one is an Error of no name of its own.
Object* NewDataCloneError(Agent& agent, const std::string& message);
bool IsDataCloneError(Agent& agent, Value exception);

// The value, with no handle of its own; what Serialize made is always good.
Value Deserialize(Agent& agent, const CloneData& data);

}  // namespace napisan::host
