// Heap: an agent's memory. Cells of one size, and storage in size classes, both from chunks that
// are mapped once and kept for the next agent; nothing is malloc'd per object.
//
// Freed memory is poisoned by hand, so that AddressSanitizer sees a use of it. Chunks are root
// regions for LeakSanitizer: what only a host object points at is not leaked.
// Threads: the agent's only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

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
  // mapped on its own.
  void* Allocate(size_t bytes);
  void Free(void* data, size_t bytes);

  // Every cell that is not free, in address order.
  template <class F>
  void ForEachCell(F&& visit) {
    for (size_t i = 0; i < cell_chunks_.size(); ++i) {
      char* end = i + 1 == cell_chunks_.size() ? cell_next_ : cell_chunks_[i] + kChunkBytes;
      for (char* at = cell_chunks_[i]; at < end; at += kCellBytes) {
        auto* cell = reinterpret_cast<Cell*>(at);
        if (!IsFree(cell)) visit(cell);
      }
    }
  }

  // Back to the state of a new heap, at the cost of what was used.
  void Reset();

  size_t live_cells() const { return live_cells_; }

  static constexpr size_t kChunkBytes = size_t{256} * 1024;
  static constexpr size_t kLargeBytes = size_t{32} * 1024;

 private:
  // 16, 32, … 32768 bytes.
  static constexpr int kClasses = 12;
  struct FreeBlock {
    FreeBlock* next;
  };
  struct Large {
    void* data;
    size_t bytes;
  };

  void* AllocateCell();
  void* CellSlow();
  void* AllocateLarge(size_t bytes);
  void* StorageSlow(int size_class);
  static void Rewind(std::vector<char*>& chunks, char*& next, char*& end);
  static bool IsFree(const Cell* cell);
  static int ClassOf(size_t bytes);

  char* cell_next_ = nullptr;
  char* cell_end_ = nullptr;
  FreeBlock* cell_free_ = nullptr;
  size_t live_cells_ = 0;
  std::vector<char*> cell_chunks_;

  char* storage_next_ = nullptr;
  char* storage_end_ = nullptr;
  FreeBlock* storage_free_[kClasses] = {};
  std::vector<char*> storage_chunks_;
  std::vector<Large> large_;
};

}  // namespace napisan::host
