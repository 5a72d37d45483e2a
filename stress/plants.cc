#include "plants.h"

#include <cstdint>
#include <cstdlib>

namespace napisan::stress {
namespace {

uint64_t touched = 0;

}  // namespace

void TouchUnsynchronised() { ++touched; }

void DropMemory() {
  // Through a volatile pointer: the optimizer may not drop an allocation that it sees is unused.
  void* volatile memory = std::malloc(24);
  memory = nullptr;
  static_cast<void>(memory);
}

}  // namespace napisan::stress
