// Chunks: memory mapped for heaps, kept from one agent to the next.
// Threads: any; a lock is taken only here, once a chunk.
#pragma once

#include <cstddef>

namespace napisan::host {

// A chunk of Heap::kChunkBytes, poisoned. Contents are unspecified.
char* TakeChunk();
void GiveChunk(char* chunk);

// Memory of its own, zeroed; never cached. Aborts with a clear line when there is none.
void* MapPages(size_t bytes);
void UnmapPages(void* data, size_t bytes);

}  // namespace napisan::host
