#include "host/heap.h"

#include <cstring>

#include "host/chunks.h"

namespace napisan::host {

Heap::Heap() = default;

Heap::~Heap() {
  Reset();
  for (char* chunk : storage_chunks_) GiveChunk(chunk);
  for (char* chunk : cell_chunks_) GiveChunk(chunk);
}

void* Heap::CellSlow() {
  cell_chunks_.push_back(TakeChunk());
  cell_next_ = cell_chunks_.back() + kCellBytes;
  cell_end_ = cell_chunks_.back() + kChunkBytes;
  Unpoison(cell_chunks_.back(), kCellBytes);
  return cell_chunks_.back();
}

void Heap::FreeCell(Cell* cell) {
  --live_cells_;
  cell->kind = CellKind::kFree;
  std::memcpy(reinterpret_cast<char*>(cell) + sizeof(Cell), &cell_free_, sizeof(cell_free_));
  cell_free_ = reinterpret_cast<FreeBlock*>(cell);
  Poison(cell, kCellBytes);
}

void* Heap::StorageSlow(size_t bytes) {
  if (bytes > kLargeBytes) {
    void* data = MapPages(bytes);
    large_.push_back({data, bytes});
    large_bytes_ += bytes;
    return data;
  }
  size_t block = BlockOf(ClassOf(bytes));
  // What has whole cache lines begins with one.
  if (block >= 64) storage_next_ += -reinterpret_cast<uintptr_t>(storage_next_) % 64;
  if (storage_next_ == nullptr || static_cast<size_t>(storage_end_ - storage_next_) < block) {
    // What is left of the old chunk is given up: at most one block's worth.
    storage_chunks_.push_back(TakeChunk());
    storage_next_ = storage_chunks_.back();
    storage_end_ = storage_next_ + kChunkBytes;
  }
  char* data = storage_next_;
  storage_next_ += block;
  storage_bytes_ += block;
  Unpoison(data, block);
  return data;
}

void Heap::FreeLarge(void* data, size_t bytes) {
  for (Large& large : large_) {
    if (large.data != data) continue;
    large = large_.back();
    large_.pop_back();
    large_bytes_ -= bytes;
    UnmapPages(data, bytes);
    return;
  }
}

void Heap::Rewind(std::vector<char*>& chunks, char*& next, char*& end) {
  if (chunks.empty()) return;
  size_t used = chunks.size() > 1 ? kChunkBytes : static_cast<size_t>(next - chunks.front());
  for (; chunks.size() > 1; chunks.pop_back()) GiveChunk(chunks.back());
  Poison(chunks.front(), used);
  next = chunks.front();
  end = next + kChunkBytes;
}

void Heap::Reset() {
  for (const Large& large : large_) UnmapPages(large.data, large.bytes);
  large_.clear();
  large_bytes_ = 0;
  Rewind(storage_chunks_, storage_next_, storage_end_);
  Rewind(cell_chunks_, cell_next_, cell_end_);
  cell_free_ = nullptr;
  live_cells_ = storage_bytes_ = 0;
  for (FreeBlock*& list : storage_free_) list = nullptr;
}

}  // namespace napisan::host
