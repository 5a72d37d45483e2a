// RecordPool: all records of one type, found by slot without a lock.
//
// Each agent keeps the slots that it uses to itself: it takes them from the pool by the handful,
// and reuses dead ones in the order of their dying, oldest first, once enough of them lie dead that
// each keeps its history for a while. So no call of one agent touches what another agent's does. An
// agent that ends leaves its slots to the next one that begins (state.h).
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

#include "api/schedule_point.h"
#include "checker/memory.h"
#include "checker/record.h"
#include "checker/token.h"

namespace napisan::checker {

// A slot's place in a list: the env's of its kind, its agent's of envs, or the one of dead slots,
// which leaves `previous` alone. Apart from the records: a worker that executes one would wait for
// the cache line of a neighbour's whenever the loop thread links or unlinks.
struct Links {
  uint32_t next;
  uint32_t previous;
};

// Slots one agent has, dead ones linked, oldest first.
struct LocalSlots {
  uint32_t fresh_next = 0;
  uint32_t fresh_end = 0;
  uint32_t dead_first = kNoSlot;
  uint32_t dead_last = kNoSlot;
  uint32_t dead_count = 0;
  // Ids given out so far.
  uint32_t last_id = 0;
};

// `kSlotsMax` is for tests, which cannot use up four million.
template <class R, uint32_t kSlotsMax = uint32_t{1} << 22>
class RecordPool {
 public:
  // Dead records an agent keeps before it reuses the oldest: with 256 bytes each, 64 KiB, which is
  // what a level-2 cache can spare.
  static constexpr uint32_t kTombstones = 256;

  // Once, before any other thread is.
  void Reserve() {
    records_ = static_cast<R*>(ReserveMemory(kSlotsMax * sizeof(R)));
    links_ = static_cast<Links*>(ReserveMemory(kSlotsMax * sizeof(Links)));
  }

  // The record that a token was made for, alive or a tombstone; null once its slot is used again,
  // and for a slot that never was.
  R* Lookup(Token token) {
    uint32_t slot = SlotOf(token);
    uint32_t generation = GenerationOf(token);
    // 0 is no generation: what a zeroed slot holds answers to no token.
    if (slot >= used_.load(std::memory_order_relaxed) || generation == 0) return nullptr;
    R* record = &records_[slot];
    return record->generation.load(std::memory_order_relaxed) == generation ? record : nullptr;
  }
  // Whether such a token was ever given out: it is stale, not forged.
  bool WasUsed(Token token) const {
    return SlotOf(token) < used_.load(std::memory_order_relaxed) && GenerationOf(token) != 0 &&
           GenerationOf(token) <=
               records_[SlotOf(token)].generation.load(std::memory_order_relaxed);
  }
  R& At(uint32_t slot) { return records_[slot]; }
  // Its owner's thread alone.
  Links& LinksOf(uint32_t slot) { return links_[slot]; }
  // Every slot below this has been somebody's.
  uint32_t used() const { return used_.load(std::memory_order_relaxed); }

  R& Allocate(LocalSlots& local, Kind kind) {
    uint32_t slot;
    if (local.dead_count > kTombstones) {
      slot = local.dead_first;
      local.dead_first = links_[slot].next;
      --local.dead_count;
    } else if (local.fresh_next != local.fresh_end) {
      slot = local.fresh_next++;
    } else {
      slot = Refill(local);
    }
    R& record = records_[slot];
    record.slot = slot;
    record.kind = kind;
    record.id = ++local.last_id;
    record.flags = 0;
    uint32_t generation = record.generation.load(std::memory_order_relaxed) + 1;
    record.generation.store(generation, std::memory_order_relaxed);
    return record;
  }

  Token TokenFor(const R& record) const {
    return MakeToken(record.kind, record.slot, record.generation.load(std::memory_order_relaxed));
  }

  // A dead record still answers to its token, as a tombstone, until its slot is used again.
  void Bury(LocalSlots& local, R& record) {
    // A generation that is used up retires its slot for good.
    if (record.generation.load(std::memory_order_relaxed) == UINT32_MAX) return;
    links_[record.slot].next = kNoSlot;
    (local.dead_first == kNoSlot ? local.dead_first : links_[local.dead_last].next) = record.slot;
    local.dead_last = record.slot;
    ++local.dead_count;
  }

 private:
  static constexpr uint32_t kHandful = 64;

  uint32_t Refill(LocalSlots& local) {
    {
      Unscheduled unscheduled;
      std::lock_guard lock(mutex_);
      uint32_t first = used_.load(std::memory_order_relaxed);
      if (first + kHandful <= kSlotsMax) {
        local.fresh_next = first + 1;
        local.fresh_end = first + kHandful;
        used_.store(first + kHandful, std::memory_order_relaxed);
        return first;
      }
    }
    // Every slot is in use: reuse early what has died, or give up.
    if (local.dead_count > 0) {
      uint32_t slot = local.dead_first;
      local.dead_first = links_[slot].next;
      if (--local.dead_count == 0) local.dead_first = local.dead_last = kNoSlot;
      return slot;
    }
    OutOfSlots();
  }
  [[noreturn]] static void OutOfSlots();

  R* records_ = nullptr;
  Links* links_ = nullptr;
  // Slots below this have been handed out.
  std::atomic<uint32_t> used_{0};
  std::mutex mutex_;
};

[[noreturn]] void ReportOutOfSlots(uint32_t slots);

template <class R, uint32_t kSlotsMax>
void RecordPool<R, kSlotsMax>::OutOfSlots() {
  ReportOutOfSlots(kSlotsMax);
}

}  // namespace napisan::checker
