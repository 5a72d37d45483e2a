// Heap: an agent's memory. Cells of one size, and storage in size classes, both from chunks that
// are mapped once and kept for the next agent; nothing is malloc'd per object.
//
// Freed memory is poisoned by hand, so that AddressSanitizer sees a use of it. Chunks are root
// regions for LeakSanitizer: what only a host object points at is not leaked.
// Threads: the agent's only.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "api/poison.h"
#include "host/cell.h"

namespace napisan::host {

class Heap {
 public:
  Heap();
  ~Heap();
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  // A zeroed cell, but for its kind.
  template <class T>
  T* New(CellKind kind) {
    auto* cell = static_cast<T*>(AllocateCell());
    cell->kind = kind;
    return cell;
  }
  void FreeCell(Cell* cell);

  // Storage is not zeroed. Free takes the size that Allocate was given. Above kLargeBytes it is
  // mapped on its own. Inline, so that a size known at compile time costs a load and a store.
  void* Allocate(size_t bytes) {
    if (bytes <= kLargeBytes) {
      int size_class = ClassOf(bytes);
      if (FreeBlock* found = storage_free_[size_class]) {
        Unpoison(found, BlockOf(size_class));
        storage_free_[size_class] = found->next;
        storage_bytes_ += BlockOf(size_class);
        return found;
      }
    }
    return StorageSlow(bytes);
  }
  void Free(void* data, size_t bytes) {
    if (bytes > kLargeBytes) return FreeLarge(data, bytes);
    int size_class = ClassOf(bytes);
    auto* block = static_cast<FreeBlock*>(data);
    block->next = storage_free_[size_class];
    storage_free_[size_class] = block;
    storage_bytes_ -= BlockOf(size_class);
    Poison(data, BlockOf(size_class));
  }

  // Frees each cell that is not marked, after release(cell), and unmarks the others. Returns how
  // many were looked at, free ones included.
  template <class F>
  size_t Sweep(F&& release) {
    size_t seen = 0;
    for (size_t i = 0; i < cell_chunks_.size(); ++i) {
      char* end = i + 1 == cell_chunks_.size() ? cell_next_ : cell_chunks_[i] + kChunkBytes;
      for (char* at = cell_chunks_[i]; at < end; at += kCellBytes, ++seen) {
        auto* cell = reinterpret_cast<Cell*>(at);
        if (IsFree(cell)) continue;
        if (cell->mark == kMarked) {
          cell->mark = kUnmarked;
          continue;
        }
        release(*cell);
        FreeCell(cell);
      }
    }
    return seen;
  }

  // Back to the state of a new heap, at the cost of what was used.
  void Reset();

  size_t live_cells() const { return live_cells_; }
  size_t used_bytes() const { return live_cells_ * kCellBytes + storage_bytes_ + large_bytes_; }

  static constexpr size_t kChunkBytes = size_t{256} * 1024;
  static constexpr size_t kLargeBytes = size_t{32} * 1024;

 private:
  // Blocks of 16, 32, 64, 128, 192, … 512 bytes in steps of a cache line, then 1024, 2048, … 32768.
  static constexpr int kClasses = 16;
  static constexpr int kFirstPower = 10;
  struct FreeBlock {
    FreeBlock* next;
  };
  struct Large {
    void* data;
    size_t bytes;
  };

  void* AllocateCell() {
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
  void* CellSlow();
  void* StorageSlow(size_t bytes);
  void FreeLarge(void* data, size_t bytes);
  static void Rewind(std::vector<char*>& chunks, char*& next, char*& end);
  NAPISAN_NO_ASAN static bool IsFree(const Cell* cell) { return cell->kind == CellKind::kFree; }
  static constexpr int ClassOf(size_t bytes) {
    if (bytes <= 32) return bytes <= 16 ? 0 : 1;
    if (bytes <= 512) return static_cast<int>((bytes + 63) / 64) + 1;
    return static_cast<int>(std::bit_width(bytes - 1));
  }
  static constexpr size_t BlockOf(int size_class) {
    if (size_class < 2) return size_t{16} << size_class;
    if (size_class < kFirstPower) return static_cast<size_t>(size_class - 1) * 64;
    return size_t{1} << size_class;
  }

  char* cell_next_ = nullptr;
  char* cell_end_ = nullptr;
  FreeBlock* cell_free_ = nullptr;
  size_t live_cells_ = 0;
  std::vector<char*> cell_chunks_;

  char* storage_next_ = nullptr;
  char* storage_end_ = nullptr;
  FreeBlock* storage_free_[kClasses] = {};
  std::vector<char*> storage_chunks_;
  size_t storage_bytes_ = 0;  // in use, in whole blocks
  std::vector<Large> large_;
  size_t large_bytes_ = 0;
};

}  // namespace napisan::host
