// StorePages: the backing stores of an agent that have pages of their own, and what is left of
// those that were collected.
//
// Which have: every store above Heap::kLargeBytes, which the heap would map on its own anyway, and
// with a zealous collector all of them. A smaller one takes a block of the heap, as fast as any
// allocation, and what is freed there is used again: only the poison of an AddressSanitizer build
// tells of a late use.
//
// What was collected: its pages are emptied, made inaccessible and kept for a while, the oldest
// given up first, so that a thread which still uses the bytes stops at once and can be told which
// bytes they were. A listener is told first (api/host_events.h); without one nobody could name the
// fault, and the pages are given back. They are not poisoned: AddressSanitizer would stop the
// thread one step earlier, with nothing to say of the buffer.
//
// Ownership: the agent's. Threads: the agent's only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace napisan::host {

struct BackingStore;

class StorePages {
 public:
  StorePages() = default;
  ~StorePages() { Reset(); }
  StorePages(const StorePages&) = delete;
  StorePages& operator=(const StorePages&) = delete;

  // Zeroed pages for the store's length; sets its data and its place here.
  void Map(BackingStore& store);
  // Gives them back at once.
  void Unmap(BackingStore& store);
  // Its array buffer was collected.
  void Release(BackingStore& store);

  // Counts the array buffers of an agent, for reports.
  uint32_t NewId() { return ++last_id_; }
  bool in_use() const { return !mapped_.empty(); }
  size_t used_bytes() const { return used_bytes_; }
  // Collected ones whose pages are still kept.
  size_t kept() const { return kept_.size() - kept_first_; }

  // Gives everything back.
  void Reset();

 private:
  // Each is a mapping of its own, of which a process has some 65,000; they cost addresses only.
  static constexpr size_t kKeptMax = 512;
  static constexpr size_t kKeptBytesMax = size_t{4} << 30;

  struct Region {
    uint8_t* data;
    size_t bytes;  // whole pages
  };
  struct Mapped {
    Region region;
    BackingStore* store;
  };

  void Remove(const BackingStore& store);
  void ForgetOldest();

  uint32_t last_id_ = 0;
  // By BackingStore::place.
  std::vector<Mapped> mapped_;
  size_t used_bytes_ = 0;
  // Oldest first, from kept_first_ on.
  std::vector<Region> kept_;
  size_t kept_first_ = 0;
  size_t kept_bytes_ = 0;
};

}  // namespace napisan::host
