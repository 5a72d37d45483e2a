#include "checker/reachable.h"

#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>

#include "checker/images.h"
#include "checker/options.h"

namespace napisan::checker {
namespace {

// A struct behind a pointer: how much of it is looked at, and how many pointers far.
constexpr size_t kWindowBytes = 512;
constexpr int kDepthMax = 3;
// Half a million words at most: milliseconds, once an env with a suspected leak.
constexpr size_t kWordsMax = size_t{1} << 19;
constexpr uintptr_t kLowestPointer = 0x10000;

// Reads memory that may not be there; false where it is not.
bool ReadSafely(uintptr_t from, void* to, size_t bytes) {
  iovec local{to, bytes};
  iovec remote{reinterpret_cast<void*>(from), bytes};
  return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == static_cast<ssize_t>(bytes);
}

bool LooksLikeToken(uint64_t word) {
  uint64_t kind = word >> kKindShift;
  return kind > static_cast<uint64_t>(Kind::kValue) && kind < static_cast<uint64_t>(Kind::kCount);
}

}  // namespace

void Reachable::ScanRange(uintptr_t begin, uintptr_t end, int depth) {
  constexpr size_t kBlockWords = 512;
  uint64_t block[kBlockWords];
  begin = (begin + 7) & ~uintptr_t{7};
  while (begin < end && words_ < kWordsMax) {
    size_t bytes = std::min(end - begin, sizeof(block)) & ~size_t{7};
    if (bytes == 0 || !ReadSafely(begin, block, bytes)) return;
    words_ += bytes / 8;
    for (size_t i = 0; i < bytes / 8; ++i) {
      uint64_t word = block[i];
      if (LooksLikeToken(word)) {
        found_.push_back(word);
      } else if (depth < kDepthMax && word >= kLowestPointer && word >> 47 == 0 && word % 8 == 0) {
        ScanRange(word, word + kWindowBytes, depth + 1);
      }
    }
    begin += bytes;
  }
}

void Reachable::Scan() {
  scanned_ = true;
  if (env_.instance_data != nullptr) {
    auto data = reinterpret_cast<uintptr_t>(env_.instance_data);
    ScanRange(data, data + kWindowBytes, 0);
  }
  if (const Image* image = env_.image) {
    ForEachWritableSegment(
        *image, [&](uintptr_t begin, uintptr_t end) { ScanRange(begin, end, kDepthMax - 1); });
  }
  std::sort(found_.begin(), found_.end());
}

bool Reachable::Holds(Token token) {
  if (!GetOptions().use_globals) return false;
  if (!scanned_) Scan();
  return std::binary_search(found_.begin(), found_.end(), token);
}

}  // namespace napisan::checker
