// MemoryWalk: which tokens a module's memory holds, found by following its pointers.
//
// As leak sanitizers do: what looks like a pointer is one. A block of the allocator's is looked at
// whole, however long the chain of pointers to it; of other memory a window, and a few pointers
// far. Nothing is dereferenced: what cannot be read is left out.
// Threads: the one that uses it. It allocates; for suspected leaks only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "checker/memory.h"
#include "checker/token.h"

namespace napisan::checker {

// Numbers but 0, in pages of their own.
class NumberSet {
 public:
  // False where it was there.
  bool Insert(uint64_t number);
  bool Contains(uint64_t number) const;
  size_t size() const { return size_; }

 private:
  // Where it is, or the free place for it.
  size_t PlaceOf(uint64_t number) const;

  std::vector<uint64_t, PageAllocator<uint64_t>> places_;
  size_t size_ = 0;
};

class MemoryWalk {
 public:
  MemoryWalk();

  // Where to begin: memory whose extent is known, and memory behind a pointer, as though `hops`
  // windows had led to it.
  void AddRange(uintptr_t begin, uintptr_t end) {
    pieces_.push_back({begin, end, kGlobalHops, true});
  }
  void AddPointer(const void* pointer, int hops = 0) {
    Follow(reinterpret_cast<uintptr_t>(pointer), hops, Where::kAnywhere);
  }

  // Follows what was added; may be called again after more was.
  void Run();
  // Whether that is met; also where there was too much to look at, or this process may
  // not look at all: then nobody knows.
  bool Holds(Token token) const { return exhausted_ || tokens_.Contains(token); }

 private:
  struct Piece {
    uintptr_t begin;
    uintptr_t end;
    int hops;  // windows on the way here, this one included
    bool is_range;
  };

  // A window, where nothing says how large a thing is; how many of them in a row, and fewer from
  // globals, which point at everything.
  static constexpr size_t kWindowBytes = 512;
  static constexpr int kHopsMax = 3;
  static constexpr int kGlobalHops = 2;
  // 16 MiB, and a fraction of a second.
  static constexpr size_t kWordsMax = size_t{1} << 21;
  static constexpr size_t kPiecesMax = size_t{1} << 17;

  // What was added may be anywhere; what it points at is looked at where modules have their things.
  enum class Where : uint8_t { kAnywhere, kModules };

  void Follow(uintptr_t pointer, int hops, Where where);
  void Scan(const Piece& piece);
  bool IsNotTheModules(uintptr_t address) const;

  // In pages of their own: the walk must not come upon what it has found itself.
  std::vector<Piece, PageAllocator<Piece>> pieces_;
  size_t next_piece_ = 0;
  NumberSet seen_;
  NumberSet tokens_;
  // This thread's: nothing that lives on has a place there.
  uintptr_t stack_begin_ = 0;
  uintptr_t stack_end_ = 0;
  size_t words_ = 0;
  bool exhausted_;
};

}  // namespace napisan::checker
