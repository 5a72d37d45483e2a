#include "checker/buffers.h"

#include "checker/fault.h"
#include "checker/state.h"

namespace napisan::checker {
namespace {

// As many as eight agents keep at once; more are not announced back as watched.
constexpr size_t kSlots = 4096;

// A slot is free while `begin` is 0, and being filled while it is 1, which is no page.
struct Slot {
  // Released in Fill, acquired in FindCollected.
  std::atomic<uintptr_t> begin{0};
  CollectedBuffer buffer;
};
constinit Slot slots[kSlots];

// Slots below this have been used. Released in Fill, acquired in FindCollected: the pages become
// inaccessible after that, so whoever faults on them finds them here.
constinit std::atomic<size_t> used{0};

bool Fill(const CollectedBuffer& buffer) {
  for (size_t i = 0; i < kSlots; ++i) {
    Slot& slot = slots[i];
    uintptr_t free = 0;
    if (!slot.begin.compare_exchange_strong(free, 1, std::memory_order_relaxed)) continue;
    slot.buffer = buffer;
    slot.begin.store(buffer.begin, std::memory_order_release);
    size_t seen = used.load(std::memory_order_relaxed);
    while (seen <= i && !used.compare_exchange_weak(seen, i + 1, std::memory_order_release)) {
    }
    return true;
  }
  return false;
}

bool Within(const void* data, uintptr_t begin, size_t bytes) {
  auto address = reinterpret_cast<uintptr_t>(data);
  return address >= begin && address - begin < bytes;
}

}  // namespace

const TakenPointer* TakenPointers::Find(const void* begin, size_t bytes) const {
  for (uint32_t i = 0; i < kKept; ++i) {
    const TakenPointer& entry = entries_[(newest_ + kKept - i) % kKept];
    if (Within(entry.data, reinterpret_cast<uintptr_t>(begin), bytes)) return &entry;
  }
  return nullptr;
}

void TakenPointers::Forget(const void* begin, size_t bytes) {
  for (TakenPointer& entry : entries_) {
    if (Within(entry.data, reinterpret_cast<uintptr_t>(begin), bytes)) entry.data = nullptr;
  }
}

void TakenPointers::Reset() {
  for (TakenPointer& entry : entries_) entry.data = nullptr;
}

bool OnStoreReleased(const ReleasedStore& store) {
  ThreadState& thread = CurrentState();
  if (thread.agent == nullptr) return false;
  TakenPointers& pointers = thread.agent->taken_pointers;
  const TakenPointer* taken = pointers.Find(store.data, store.bytes);
  CollectedBuffer buffer{.begin = reinterpret_cast<uintptr_t>(store.data),
                         .bytes = store.bytes,
                         .length = store.length,
                         .id = store.id,
                         .taken = taken != nullptr ? *taken : TakenPointer{},
                         .collected = Now(thread, 0)};
  pointers.Forget(store.data, store.bytes);
  WatchFaults();
  return Fill(buffer);
}

void OnStoreForgotten(const void* data) {
  auto begin = reinterpret_cast<uintptr_t>(data);
  for (size_t i = 0; i < used.load(std::memory_order_relaxed); ++i) {
    // Only the agent that filled it knows the address, so nobody else frees the slot.
    if (slots[i].begin.load(std::memory_order_relaxed) != begin) continue;
    slots[i].begin.store(0, std::memory_order_relaxed);
    return;
  }
}

bool FindCollected(uintptr_t address, CollectedBuffer& found) {
  size_t count = used.load(std::memory_order_acquire);
  for (size_t i = 0; i < count; ++i) {
    uintptr_t begin = slots[i].begin.load(std::memory_order_acquire);
    if (begin <= 1 || address < begin) continue;
    if (address - begin >= slots[i].buffer.bytes) continue;
    found = slots[i].buffer;
    return true;
  }
  return false;
}

}  // namespace napisan::checker
