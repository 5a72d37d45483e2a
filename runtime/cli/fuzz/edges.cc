#include "cli/fuzz/edges.h"

#include <dlfcn.h>

#include <cstdint>
#include <cstring>

namespace {

struct Section {
  uint8_t* begin;
  uint8_t* end;
};

constexpr size_t kSectionsMax = 64;
Section sections[kSectionsMax];
size_t section_count = 0;

// The command's own edges, where it is instrumented, too, say nothing of a module.
bool IsOwn(const void* address) {
  Dl_info image;
  Dl_info own;
  return dladdr(address, &image) != 0 && dladdr(reinterpret_cast<const void*>(&IsOwn), &own) != 0 &&
         image.dli_fbase == own.dli_fbase;
}

}  // namespace

// What instrumented code asks for: its counters are kept, the rest is not looked at.
extern "C" {

// NOLINTBEGIN(bugprone-reserved-identifier): the names are the compiler's.
[[gnu::tls_model("initial-exec")]] thread_local uintptr_t __sancov_lowest_stack;

void __sanitizer_cov_8bit_counters_init(uint8_t* begin, uint8_t* end) {
  if (begin == end || section_count == kSectionsMax || IsOwn(begin)) return;
  for (size_t i = 0; i < section_count; ++i) {
    if (sections[i].begin == begin) return;
  }
  sections[section_count++] = {begin, end};
}
void __sanitizer_cov_pcs_init(const uintptr_t*, const uintptr_t*) {}
void __sanitizer_cov_trace_pc_indir(uintptr_t) {}
void __sanitizer_cov_trace_cmp1(uint8_t, uint8_t) {}
void __sanitizer_cov_trace_cmp2(uint16_t, uint16_t) {}
void __sanitizer_cov_trace_cmp4(uint32_t, uint32_t) {}
void __sanitizer_cov_trace_cmp8(uint64_t, uint64_t) {}
void __sanitizer_cov_trace_const_cmp1(uint8_t, uint8_t) {}
void __sanitizer_cov_trace_const_cmp2(uint16_t, uint16_t) {}
void __sanitizer_cov_trace_const_cmp4(uint32_t, uint32_t) {}
void __sanitizer_cov_trace_const_cmp8(uint64_t, uint64_t) {}
void __sanitizer_cov_trace_switch(uint64_t, uint64_t*) {}
void __sanitizer_cov_trace_div4(uint32_t) {}
void __sanitizer_cov_trace_div8(uint64_t) {}
void __sanitizer_cov_trace_gep(uintptr_t) {}
// NOLINTEND(bugprone-reserved-identifier)

}  // extern "C"

namespace napisan::cli::fuzz {
namespace {

// As libFuzzer has it: 1, 2, 3, 4…7, 8…15, 16…31, 32…127, 128 and more.
uint64_t BucketOf(uint8_t times) {
  if (times < 4) return times;
  if (times < 8) return 4;
  if (times < 16) return 5;
  if (times < 32) return 6;
  return times < 128 ? 7 : 8;
}

}  // namespace

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

void AddEdges(Features& features) {
  uint64_t first = 0;
  for (size_t i = 0; i < section_count; ++i) {
    auto size = static_cast<size_t>(sections[i].end - sections[i].begin);
    for (size_t at = 0; at < size;) {
      uint64_t word = 0;
      if (at + sizeof(word) <= size) {
        std::memcpy(&word, sections[i].begin + at, sizeof(word));
        if (word == 0) {
          at += sizeof(word);
          continue;
        }
      }
      uint8_t times = sections[i].begin[at];
      if (times != 0) features.Add((first + at) * 16 + BucketOf(times) + (uint64_t{1} << 40));
      ++at;
    }
    first += size;
  }
}

}  // namespace napisan::cli::fuzz
