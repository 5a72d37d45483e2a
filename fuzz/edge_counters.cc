#include "edge_counters.h"

#include <cstring>

namespace {

struct Section {
  uint8_t* begin;
  uint8_t* end;
};

// One a shared object; a replay program has its own and no more.
constexpr size_t kSectionsMax = 16;
Section sections[kSectionsMax];
size_t section_count = 0;

}  // namespace

// Called by constructors that the compiler makes, possibly before our own.
extern "C" void __sanitizer_cov_8bit_counters_init(uint8_t* begin, uint8_t* end) {
  if (begin == end || section_count == kSectionsMax) return;
  for (size_t i = 0; i < section_count; ++i) {
    if (sections[i].begin == begin) return;
  }
  sections[section_count++] = {begin, end};
}

namespace napisan::fuzz {

size_t EdgeCount() {
  size_t count = 0;
  for (size_t i = 0; i < section_count; ++i) {
    count += static_cast<size_t>(sections[i].end - sections[i].begin);
  }
  return count;
}

void ClearEdges() {
  for (size_t i = 0; i < section_count; ++i) {
    std::memset(sections[i].begin, 0, static_cast<size_t>(sections[i].end - sections[i].begin));
  }
}

uint64_t HashEdges() {
  uint64_t hash = 0xcbf29ce484222325;
  for (size_t i = 0; i < section_count; ++i) {
    for (uint8_t* counter = sections[i].begin; counter < sections[i].end; ++counter) {
      hash = (hash ^ *counter) * 0x100000001b3;
    }
  }
  return hash;
}

}  // namespace napisan::fuzz
