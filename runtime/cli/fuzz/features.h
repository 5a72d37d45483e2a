// Features: what inputs have been seen to do. A feature is a number, made from an edge of the
// module's own code where it was built with -fsanitize=fuzzer-no-link, or from a call of Node-API
// and its status; it lies in memory that the parent and its children share, so that what one child
// saw is nothing new to the next.
//
// Threads: Add anywhere; the rest where no input runs.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace napisan::cli::fuzz {

class Features {
 public:
  // Lies in shared memory that is zero: nothing is constructed.
  void Add(uint64_t number) {
    number ^= number >> 29;
    number *= 0xbf58476d1ce4e5b9;
    size_t at = static_cast<size_t>(number >> (64 - kBits));
    // Relaxed: two threads that add the same at once count it twice, and no harm.
    if (seen_[at].load(std::memory_order_relaxed) != 0) return;
    seen_[at].store(1, std::memory_order_relaxed);
    count_.fetch_add(1, std::memory_order_relaxed);
  }
  size_t count() const { return count_.load(std::memory_order_relaxed); }

 private:
  static constexpr int kBits = 18;
  std::array<std::atomic<uint8_t>, size_t{1} << kBits> seen_;
  std::atomic<size_t> count_;
};

}  // namespace napisan::cli::fuzz
