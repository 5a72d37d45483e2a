// Seeded defects: mistakes that were made on purpose, to measure what fuzzers and schedulers find.
//
// Only builds with NAPISAN_DEFECTS have them, one at a time: the environment variable
// NAPISAN_DEFECT names it when the process starts. In every other build HAS_DEFECT(name) is the
// word false, and nothing of it is left, not even in what debuggers read.
#pragma once

#if defined(NAPISAN_DEFECTS)

#include <cstdint>

namespace napisan {

enum class DefectId : uint8_t {
#define DEFECT(name, room, kind, targets, modelled_on, text) name,
#include "api/defects.def"
  kNone
};

// Written once, before the first constructor.
extern DefectId chosen_defect;

}  // namespace napisan

#define HAS_DEFECT(name) (::napisan::chosen_defect == ::napisan::DefectId::name)

#else

#define HAS_DEFECT(name) false

#endif
