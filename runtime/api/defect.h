// Seeded defects: mistakes that were made on purpose, to measure what fuzzers and schedulers find.
//
// Only builds with NAPISAN_DEFECTS have them, one at a time: the environment variable
// NAPISAN_DEFECT names it when the process starts. In every other build HasDefect is false when it
// is compiled, and nothing of it is left.
#pragma once

#include <cstdint>

namespace napisan {

enum class DefectId : uint8_t {
#define DEFECT(name, room, kind, targets, modelled_on, text) name,
#include "api/defects.def"
  kNone
};

#if defined(NAPISAN_DEFECTS)
// Written once, before the first constructor.
extern DefectId chosen_defect;
inline bool HasDefect(DefectId id) { return chosen_defect == id; }
#else
consteval bool HasDefect(DefectId) { return false; }
#endif

}  // namespace napisan
