#include "host/store_pages.h"

#include <sys/mman.h>
#include <unistd.h>

#include "api/host_events.h"
#include "api/poison.h"
#include "host/backing_store.h"
#include "host/chunks.h"

namespace napisan::host {
namespace {

size_t WholePages(size_t bytes) {
  static const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return (bytes + page - 1) / page * page;
}

bool Announce(const BackingStore& store, size_t bytes) {
  if (host_events == nullptr || host_events->store_released == nullptr) return false;
  return host_events->store_released(
      {.data = store.data, .bytes = bytes, .length = store.length, .id = store.id});
}

void Withdraw(const uint8_t* data) {
  if (host_events != nullptr && host_events->store_forgotten != nullptr) {
    host_events->store_forgotten(data);
  }
}

}  // namespace

void StorePages::Map(BackingStore& store) {
  size_t bytes = WholePages(store.length);
  store.data = static_cast<uint8_t*>(MapPages(bytes));
  store.place = static_cast<uint32_t>(mapped_.size());
  mapped_.push_back({{store.data, bytes}, &store});
  used_bytes_ += bytes;
}

void StorePages::Remove(const BackingStore& store) {
  used_bytes_ -= mapped_[store.place].region.bytes;
  mapped_[store.place] = mapped_.back();
  mapped_[store.place].store->place = store.place;
  mapped_.pop_back();
}

void StorePages::Unmap(BackingStore& store) {
  Region region = mapped_[store.place].region;
  Remove(store);
  UnmapPages(region.data, region.bytes);
}

void StorePages::Release(BackingStore& store) {
  Region region = mapped_[store.place].region;
  if (!Announce(store, region.bytes)) return Unmap(store);
  Remove(store);
  RemoveLeakRoot(region.data, region.bytes);
  // Inaccessible first: what a thread reads is either still the buffer's or stops it.
  if (mprotect(region.data, region.bytes, PROT_NONE) != 0) {
    Withdraw(region.data);
    munmap(region.data, region.bytes);
    return;
  }
  madvise(region.data, region.bytes, MADV_DONTNEED);
  kept_.push_back(region);
  kept_bytes_ += region.bytes;
  while (kept() > kKeptMax || kept_bytes_ > kKeptBytesMax) ForgetOldest();
}

void StorePages::ForgetOldest() {
  Region region = kept_[kept_first_++];
  kept_bytes_ -= region.bytes;
  Withdraw(region.data);
  munmap(region.data, region.bytes);
  if (kept_first_ < kKeptMax) return;
  kept_.erase(kept_.begin(), kept_.begin() + static_cast<ptrdiff_t>(kept_first_));
  kept_first_ = 0;
}

void StorePages::Reset() {
  for (const Mapped& mapped : mapped_) UnmapPages(mapped.region.data, mapped.region.bytes);
  mapped_.clear();
  used_bytes_ = 0;
  last_id_ = 0;
  while (kept() > 0) ForgetOldest();
}

}  // namespace napisan::host
