#include "checker/memory.h"

#include <sys/mman.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <new>

namespace napisan::checker {
namespace {

// At the end of each reservation, which knows it by this; none is ever taken out.
struct Reservation {
  uintptr_t begin;
  Reservation* next;
};
std::atomic<Reservation*> reservations{nullptr};

}  // namespace

bool IsReserved(uintptr_t address) {
  const Reservation* at = reservations.load(std::memory_order_acquire);
  while (at != nullptr) {
    if (address >= at->begin && address < reinterpret_cast<uintptr_t>(at)) return true;
    at = at->next;
  }
  return false;
}

void* ReserveMemory(size_t bytes) {
  bytes = (bytes + alignof(Reservation) - 1) & ~(alignof(Reservation) - 1);
  void* memory = MapPages(bytes + sizeof(Reservation));
  auto* made = new (static_cast<char*>(memory) + bytes) Reservation{
      reinterpret_cast<uintptr_t>(memory), reservations.load(std::memory_order_relaxed)};
  while (!reservations.compare_exchange_weak(made->next, made, std::memory_order_release,
                                             std::memory_order_relaxed)) {
  }
  return memory;
}

void* MapPages(size_t bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory != MAP_FAILED) return memory;
  std::fprintf(stderr,
               "napisan: cannot reserve %zu MiB of address space for the checker; raise the limit "
               "(ulimit -v)\n",
               bytes >> 20);
  std::abort();
}

void UnmapPages(void* pages, size_t bytes) { munmap(pages, bytes); }

}  // namespace napisan::checker
