#include "host/heap.h"

#include <bit>
#include <cstring>

#include "api/poison.h"
#include "host/chunks.h"

namespace napisan::host {
namespace {

constexpr int kSmallestShift = 4;

}  // namespace

Heap::Heap() = default;

Heap::~Heap() {
  Reset();
  for (char* chunk : storage_chunks_) GiveChunk(chunk);
  for (char* chunk : cell_chunks_) GiveChunk(chunk);
}

void* Heap::AllocateCell() {
  ++live_cells_;
  char* cell;
  if (cell_free_ != nullptr) {
    cell = reinterpret_cast<char*>(cell_free_);
    Unpoison(cell, kCellBytes);
    // The link is behind the header, whose kind says that the cell is free.
    std::memcpy(&cell_free_, cell + sizeof(Cell), sizeof(cell_free_));
  } else if (cell_next_ != cell_end_) {
    cell = cell_next_;
    cell_next_ += kCellBytes;
    Unpoison(cell, kCellBytes);
  } else {
    cell = static_cast<char*>(CellSlow());
  }
  std::memset(cell, 0, kCellBytes);
  return cell;
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

// Runs over free cells, which are poisoned on purpose.
#if defined(NAPISAN_ASAN)
__attribute__((no_sanitize("address")))
#endif
bool Heap::IsFree(const Cell* cell) {
  return cell->kind == CellKind::kFree;
}

int Heap::ClassOf(size_t bytes) {
  return bytes <= 16 ? 0 : static_cast<int>(std::bit_width(bytes - 1)) - kSmallestShift;
}

void* Heap::Allocate(size_t bytes) {
  if (bytes > kLargeBytes) return AllocateLarge(bytes);
  int size_class = ClassOf(bytes);
  size_t block = size_t{1} << (size_class + kSmallestShift);
  if (FreeBlock* found = storage_free_[size_class]) {
    Unpoison(found, block);
    storage_free_[size_class] = found->next;
    return found;
  }
  if (storage_next_ != nullptr && static_cast<size_t>(storage_end_ - storage_next_) >= block) {
    char* data = storage_next_;
    storage_next_ += block;
    Unpoison(data, block);
    return data;
  }
  return StorageSlow(size_class);
}

void* Heap::StorageSlow(int size_class) {
  // What is left of the old chunk is given up: at most one block's worth.
  storage_chunks_.push_back(TakeChunk());
  storage_next_ = storage_chunks_.back();
  storage_end_ = storage_next_ + kChunkBytes;
  return Allocate(size_t{1} << (size_class + kSmallestShift));
}

void* Heap::AllocateLarge(size_t bytes) {
  void* data = MapPages(bytes);
  large_.push_back({data, bytes});
  return data;
}

void Heap::Free(void* data, size_t bytes) {
  if (bytes > kLargeBytes) {
    for (Large& large : large_) {
      if (large.data != data) continue;
      large = large_.back();
      large_.pop_back();
      UnmapPages(data, bytes);
      return;
    }
    return;
  }
  int size_class = ClassOf(bytes);
  auto* block = static_cast<FreeBlock*>(data);
  block->next = storage_free_[size_class];
  storage_free_[size_class] = block;
  Poison(data, size_t{1} << (size_class + kSmallestShift));
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
  Rewind(storage_chunks_, storage_next_, storage_end_);
  Rewind(cell_chunks_, cell_next_, cell_end_);
  cell_free_ = nullptr;
  live_cells_ = 0;
  for (FreeBlock*& list : storage_free_) list = nullptr;
}

}  // namespace napisan::host
