#include "replay/edge_counters.h"

#include <dlfcn.h>

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

// Beside the counters, in the same order: where each leads, and flags.
struct Place {
  uintptr_t pc;
  uintptr_t flags;
};
const Place* places[kSectionsMax];
size_t places_count = 0;

}  // namespace

// Called by constructors that the compiler makes, possibly before our own.
extern "C" void __sanitizer_cov_8bit_counters_init(uint8_t* begin, uint8_t* end) {
  if (begin == end || section_count == kSectionsMax) return;
  for (size_t i = 0; i < section_count; ++i) {
    if (sections[i].begin == begin) return;
  }
  sections[section_count++] = {begin, end};
}

extern "C" void __sanitizer_cov_pcs_init(const uintptr_t* begin, const uintptr_t* end) {
  auto* first = reinterpret_cast<const Place*>(begin);
  if (begin == end || places_count == kSectionsMax) return;
  for (size_t i = 0; i < places_count; ++i) {
    if (places[i] == first) return;
  }
  places[places_count++] = first;
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

void CopyEdges(std::vector<uint8_t>& counters) {
  counters.resize(EdgeCount());
  uint8_t* to = counters.data();
  for (size_t i = 0; i < section_count; ++i) {
    auto size = static_cast<size_t>(sections[i].end - sections[i].begin);
    std::memcpy(to, sections[i].begin, size);
    to += size;
  }
}

uintptr_t PcOfEdge(size_t edge) {
  for (size_t i = 0; i < section_count && i < places_count; ++i) {
    auto size = static_cast<size_t>(sections[i].end - sections[i].begin);
    Dl_info image;
    if (edge < size && dladdr(reinterpret_cast<void*>(places[i][edge].pc), &image) != 0) {
      return places[i][edge].pc - reinterpret_cast<uintptr_t>(image.dli_fbase);
    }
    if (edge < size) return 0;
    edge -= size;
  }
  return 0;
}

}  // namespace napisan::fuzz
