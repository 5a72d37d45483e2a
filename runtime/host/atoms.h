// Atoms: the strings of atoms.def.
//
// Ownership: the process's; they are in no heap, and nobody writes to them. Threads: any.
#pragma once

#include <cstdint>

#include "host/cell.h"
#include "host/properties.h"

namespace napisan::host {

enum class Atom : uint8_t {
#define ATOM(name) k_##name,
#include "host/atoms.def"
  kCount
};

String* AtomString(Atom atom);
inline Value AtomValue(Atom atom) { return Value::Of(AtomString(atom)); }
inline Key AtomKey(Atom atom) { return {AtomString(atom), 0}; }

}  // namespace napisan::host
