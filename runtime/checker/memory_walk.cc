#include "checker/memory_walk.h"

#include <pthread.h>

#include <algorithm>

#include "checker/images.h"
#include "checker/memory_read.h"

// Where a sanitizer has replaced the allocator, it knows its blocks; those that a pointer points
// into, too, if it is AddressSanitizer or a new one.
extern "C" {
__attribute__((weak)) int __sanitizer_get_ownership(const volatile void* pointer);
__attribute__((weak)) size_t __sanitizer_get_allocated_size(const volatile void* pointer);
__attribute__((weak)) const void* __sanitizer_get_allocated_begin(const void* pointer);
__attribute__((weak)) const char* __asan_locate_address(void* address, char* name,
                                                        size_t name_bytes, void** begin,
                                                        size_t* bytes);
}

namespace napisan::checker {
namespace {

constexpr uintptr_t kLowestPointer = 0x10000;

bool ReadWord(uintptr_t from, uint64_t& word) {
  return ReadSafely(from, &word, sizeof(word)) == sizeof(word);
}

bool LooksLikeToken(uint64_t word) {
  uint64_t kind = word >> kKindShift;
  return kind > static_cast<uint64_t>(Kind::kValue) && kind < static_cast<uint64_t>(Kind::kCount);
}

bool LooksLikePointer(uint64_t word) {
  return word >= kLowestPointer && word >> 47 == 0 && word % 8 == 0;
}

// glibc's malloc keeps a word before each block: its size, a multiple of 16 in which the block's
// end is counted, and three flags. The word before the block after it says whether this one is in
// use. Other allocators have other words there: none that fit together.
namespace glibc {

constexpr uint64_t kFlags = 7;
constexpr uint64_t kPreviousInUse = 1;
constexpr uint64_t kMapped = 2;

uint64_t BytesOf(uint64_t head) { return head & ~kFlags; }
bool IsHead(uint64_t head, uint64_t bytes_min) {
  constexpr uint64_t kLargest = uint64_t{1} << 32;
  uint64_t bytes = BytesOf(head);
  return bytes >= bytes_min && bytes <= kLargest && bytes % 16 == 0;
}

// The bytes of the block in use that begins here; 0 where none does.
size_t BlockBytes(uintptr_t block) {
  uint64_t head;
  if (block % 16 != 0 || !ReadWord(block - 8, head) || !IsHead(head, 32)) return 0;
  uint64_t bytes = BytesOf(head);
  if ((head & kMapped) != 0) {
    constexpr uint64_t kPage = 4096;
    return block % kPage == 16 && bytes % kPage == 0 ? bytes - 16 : 0;
  }
  uint64_t next;
  bool read = ReadWord(block - 8 + bytes, next);
  return read && IsHead(next, 16) && (next & kPreviousInUse) != 0 ? bytes - 8 : 0;
}

// Whether a block, in use or not, begins after this word, with one in use before it.
bool BeginsBlock(uintptr_t address, uint64_t word) {
  uint64_t next;
  return address % 16 == 8 && (word & kPreviousInUse) != 0 && (word & kMapped) == 0 &&
         IsHead(word, 32) && ReadWord(address + BytesOf(word), next) && IsHead(next, 16);
}

}  // namespace glibc

bool KnowsBlocks() {
  return __sanitizer_get_ownership != nullptr && __sanitizer_get_allocated_size != nullptr;
}

// The allocator's block that a pointer points at, or into where that can be known; empty where
// there is none.
AddressRange BlockOf(uintptr_t pointer) {
  if (!KnowsBlocks()) return {pointer, pointer + glibc::BlockBytes(pointer)};
  auto* address = reinterpret_cast<void*>(pointer);
  void* begin = address;
  size_t bytes = 0;
  if (__sanitizer_get_allocated_begin != nullptr) {
    begin = const_cast<void*>(__sanitizer_get_allocated_begin(address));
  } else if (__asan_locate_address != nullptr) {
    __asan_locate_address(address, nullptr, 0, &begin, &bytes);
  }
  if (begin == nullptr || __sanitizer_get_ownership(begin) == 0) return {pointer, pointer};
  auto found = reinterpret_cast<uintptr_t>(begin);
  AddressRange block{found, found + __sanitizer_get_allocated_size(begin)};
  return pointer < block.end ? block : AddressRange{pointer, pointer};
}

// Where a window ends: before what is another thing.
uintptr_t EndOfWindow(uintptr_t begin, size_t bytes_max) {
  constexpr size_t kWordsMost = 64;
  uint64_t words[kWordsMost];
  if (KnowsBlocks()) return begin + bytes_max;
  size_t bytes = ReadSafely(begin, words, std::min(bytes_max, sizeof(words)));
  for (size_t i = 0; i < bytes / 8; ++i) {
    if (glibc::BeginsBlock(begin + i * 8, words[i])) return begin + i * 8;
  }
  return begin + bytes_max;
}

}  // namespace

size_t NumberSet::PlaceOf(uint64_t number) const {
  // Fibonacci hashing; the table's size is a power of two.
  constexpr uint64_t kGolden = 0x9e3779b97f4a7c15;
  size_t mask = places_.size() - 1;
  size_t place = (number * kGolden >> 32) & mask;
  while (places_[place] != 0 && places_[place] != number) place = (place + 1) & mask;
  return place;
}

bool NumberSet::Insert(uint64_t number) {
  constexpr size_t kFirstPlaces = 512;
  if (2 * size_ >= places_.size()) {
    decltype(places_) before(std::max(kFirstPlaces, 2 * places_.size()), 0);
    before.swap(places_);
    for (uint64_t old : before) {
      if (old != 0) places_[PlaceOf(old)] = old;
    }
  }
  uint64_t& place = places_[PlaceOf(number)];
  if (place == number) return false;
  place = number;
  ++size_;
  return true;
}

bool NumberSet::Contains(uint64_t number) const {
  return size_ > 0 && places_[PlaceOf(number)] == number;
}

MemoryWalk::MemoryWalk() : exhausted_(!CanRead()) {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return;
  void* stack = nullptr;
  size_t bytes = 0;
  pthread_attr_getstack(&attributes, &stack, &bytes);
  pthread_attr_destroy(&attributes);
  stack_begin_ = reinterpret_cast<uintptr_t>(stack);
  stack_end_ = stack_begin_ + bytes;
}

// Code and globals: the module's own are looked at already, and others' are not the module's. Nor
// is our own memory, where a module is linked with us, or the stack.
bool MemoryWalk::IsNotTheModules(uintptr_t address) const {
  return (address >= stack_begin_ && address < stack_end_) || IsReserved(address) ||
         FindImageByAddress(reinterpret_cast<void*>(address)) != nullptr;
}

void MemoryWalk::Follow(uintptr_t pointer, int hops, Where where) {
  if (!LooksLikePointer(pointer) || !seen_.Insert(pointer)) return;
  if (seen_.size() > kPiecesMax) {
    exhausted_ = true;
    return;
  }
  // Asked first: most of what a sanitizer has in globals points at others of them, and its
  // allocator takes long to say that it has no block there.
  if (where == Where::kModules && IsNotTheModules(pointer)) return;
  if (AddressRange block = BlockOf(pointer); block.begin != block.end) {
    if (block.begin == pointer || seen_.Insert(block.begin)) {
      pieces_.push_back({block.begin, block.end, hops, false});
    }
    return;
  }
  if (hops == kHopsMax) return;
  pieces_.push_back({pointer, EndOfWindow(pointer, kWindowBytes), hops + 1, false});
}

void MemoryWalk::Scan(const Piece& piece) {
  constexpr size_t kBlockWords = 512;
  uint64_t block[kBlockWords];
  uintptr_t begin = (piece.begin + 7) & ~uintptr_t{7};
  while (begin < piece.end) {
    size_t bytes =
        ReadSafely(begin, block, std::min(piece.end - begin, sizeof(block))) & ~size_t{7};
    if (bytes == 0) return;
    // Globals are what there is of them: a sanitizer that is linked in has many.
    words_ += piece.is_range ? 0 : bytes / 8;
    if (words_ > kWordsMax) {
      exhausted_ = true;
      return;
    }
    for (size_t i = 0; i < bytes / 8; ++i) {
      uint64_t word = block[i];
      if (LooksLikeToken(word)) {
        tokens_.Insert(word);
      } else if (word < piece.begin || word >= piece.end) {
        Follow(word, piece.hops, Where::kModules);
      }
    }
    begin += bytes;
  }
}

void MemoryWalk::Run() {
  // What is near first: it is looked at with the fewest windows on the way.
  while (next_piece_ < pieces_.size() && !exhausted_) {
    Piece piece = pieces_[next_piece_++];
    Scan(piece);
  }
}

}  // namespace napisan::checker
