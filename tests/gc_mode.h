// The whole of a test program can run with another garbage collector than its tests ask for:
// NAPISAN_TEST_GC=off, idle or zeal. Tests do not see a difference; that is what it proves.
#pragma once

#include <cstdio>
#include <cstdlib>

#include "napisan/gc_mode.h"

namespace napisan {

inline GcMode TestGcMode() {
  const char* name = std::getenv("NAPISAN_TEST_GC");
  if (name == nullptr) return GcMode::kIdle;
  if (auto mode = ParseGcMode(name)) return *mode;
  std::fprintf(stderr, "NAPISAN_TEST_GC is %s, and not off, idle or zeal\n", name);
  std::abort();
}

}  // namespace napisan
