// Images: every object file that was ever mapped into this process, so that a code address kept in
// a record still means something when its module is gone. Node unmaps a module when its Worker
// exits, and the addresses are used again.
//
// Ownership: images are appended and never freed or moved. They live in memory of their own from
// mmap, never malloc's: a leak sanitizer must not take our table for a root of the module's data.
// Threads: all of it anywhere. CurrentImageEpoch() is one relaxed load, for the path of every call;
// the rest takes a lock.
//
// Invariants:
// (1) An epoch is a state of the process's mappings; it grows by one when they are seen to change.
// (2) At one epoch, no two images cover the same address.
#pragma once

#include <atomic>
#include <cstdint>

namespace napisan::checker {

struct AddressRange {
  uintptr_t begin;
  uintptr_t end;
};

struct Image {
  static constexpr int kRangesMax = 8;

  // Constant after it is appended.
  const char* path;      // absolute where it is a file
  const char* build_id;  // in hexadecimal, or ""
  uintptr_t base;        // what to subtract from an address to get the file's own
  AddressRange text[kRangesMax];
  AddressRange writable[kRangesMax];
  uint8_t text_count;
  uint8_t writable_count;

  // Guarded by the table's lock. The epochs at which it was mapped, both included.
  uint16_t first_epoch;
  uint16_t last_epoch;
  Image* next;
};

namespace internal {
extern std::atomic<uint16_t> image_epoch;
}  // namespace internal

// Relaxed: the number is only ever compared, under the table's lock, when a report is made.
inline uint16_t CurrentImageEpoch() {
  return internal::image_epoch.load(std::memory_order_relaxed);
}

// Looks at what is mapped now. To be called when a module has been loaded or unloaded; cheap when
// nothing has changed. Not from inside a dl_iterate_phdr callback.
void RefreshImages();

struct ImageOffset {
  const Image* image = nullptr;
  uint64_t offset = 0;
};

// The image whose code covered `pc` at `epoch`. An address that nobody covered then belongs to an
// image that was mapped after the last look; the first later one that covers it is taken.
ImageOffset Resolve(uintptr_t pc, uint16_t epoch);

// An image that is mapped now: by a path as dlopen took it, by what dlopen returned, or by an
// address of its code or data. Null when there is none.
const Image* FindImage(const char* path);
const Image* FindImageByHandle(void* dlopen_handle);
const Image* FindImageByAddress(const void* address);

// The calling thread's thread-local variables of an image that is mapped now; empty where it has
// none, or this thread has not used them yet.
AddressRange ThreadLocalsOf(const Image& image);

// Calls f(begin, end) for each writable segment of an image: where its globals are.
template <typename F>
void ForEachWritableSegment(const Image& image, F f) {
  for (int i = 0; i < image.writable_count; ++i) f(image.writable[i].begin, image.writable[i].end);
}

}  // namespace napisan::checker
