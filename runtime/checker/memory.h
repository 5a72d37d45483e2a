// The checker's memory: mapped, never malloc'd, so that LeakSanitizer does not take our records
// for roots of what a module forgot.
#pragma once

#include <cstddef>
#include <cstdint>

namespace napisan::checker {

// Zeroed address space; pages come as they are touched. Never given back. Aborts with a clear
// line where there is none.
void* ReserveMemory(size_t bytes);

// Whether an address is in such memory: what our records point at is no root either, when we look
// for what a module still holds. Any thread.
bool IsReserved(uintptr_t address);

// For containers that come and go, and are large while they are there.
void* MapPages(size_t bytes);
void UnmapPages(void* pages, size_t bytes);

template <class T>
struct PageAllocator {
  using value_type = T;

  PageAllocator() = default;
  template <class U>
  PageAllocator(const PageAllocator<U>&) {}

  T* allocate(size_t count) { return static_cast<T*>(MapPages(count * sizeof(T))); }
  void deallocate(T* pages, size_t count) { UnmapPages(pages, count * sizeof(T)); }
  friend bool operator==(const PageAllocator&, const PageAllocator&) { return true; }
};

}  // namespace napisan::checker
