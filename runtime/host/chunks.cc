#include "host/chunks.h"

#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "api/poison.h"
#include "api/schedule_point.h"
#include "host/heap.h"

namespace napisan::host {
namespace {

// What 64 idle agents have used: 32 MiB kept at most.
constexpr int kKeptChunksMax = 128;

std::mutex mutex;
char* kept[kKeptChunksMax];
int kept_count = 0;

}  // namespace

void* MapPages(size_t bytes) {
  void* data = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (data == MAP_FAILED) {
    std::fprintf(stderr, "napisan: the host is out of memory (mmap of %zu bytes failed)\n", bytes);
    std::abort();
  }
  AddLeakRoot(data, bytes);
  return data;
}

void UnmapPages(void* data, size_t bytes) {
  RemoveLeakRoot(data, bytes);
  // The next mapping of this address must not inherit our poison.
  Unpoison(data, bytes);
  munmap(data, bytes);
}

char* TakeChunk() {
  {
    Unscheduled unscheduled;
    std::lock_guard lock(mutex);
    if (kept_count > 0) return kept[--kept_count];
  }
  auto* chunk = static_cast<char*>(MapPages(Heap::kChunkBytes));
  Poison(chunk, Heap::kChunkBytes);
  return chunk;
}

void GiveChunk(char* chunk) {
  Poison(chunk, Heap::kChunkBytes);
  {
    Unscheduled unscheduled;
    std::lock_guard lock(mutex);
    if (kept_count < kKeptChunksMax) {
      kept[kept_count++] = chunk;
      return;
    }
  }
  UnmapPages(chunk, Heap::kChunkBytes);
}

}  // namespace napisan::host
