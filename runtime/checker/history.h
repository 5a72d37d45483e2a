// History: what happened to an object, one entry a kind of event, the latest of each.
//
// An entry is two words that are written relaxed, because a report may read what another thread
// writes; nothing is ordered by them.
#pragma once

#include <atomic>
#include <cstdint>

#include "api/functions.h"
#include "api/thread.h"
#include "checker/report.h"

namespace napisan::checker {

// Where and when something happened, as 128 bits.
struct Moment {
  uintptr_t pc;          // a return address, or the entry of a callback
  uint16_t image_epoch;  // which images were loaded (images.h)
  ThreadKind thread_kind;
  uint16_t thread_number;
  Phase phase;
  bool is_entry;  // pc is a callback's entry, not a return address
  // What the phase was about: the slot of a call's closure, or the id of a work.
  // For an execute: how long it took (ExecuteNs), 0 while it runs or where it is not timed.
  uint32_t subject;
};

class HistoryEntryWords {
 public:
  void Store(const Moment& moment) {
    first_.store(moment.pc << 16 | moment.image_epoch, std::memory_order_relaxed);
    second_.store(static_cast<uint64_t>(moment.subject) << 32 |
                      static_cast<uint64_t>(moment.thread_number & 0x3fff) << 16 |
                      static_cast<uint64_t>(moment.thread_kind) << 12 |
                      static_cast<uint64_t>(moment.is_entry) << 8 |
                      static_cast<uint64_t>(moment.phase),
                  std::memory_order_relaxed);
  }
  void Clear() { first_.store(0, std::memory_order_relaxed); }

  bool happened() const { return first_.load(std::memory_order_relaxed) != 0; }
  Moment Load() const {
    uint64_t first = first_.load(std::memory_order_relaxed);
    uint64_t second = second_.load(std::memory_order_relaxed);
    return {.pc = first >> 16,
            .image_epoch = static_cast<uint16_t>(first),
            .thread_kind = static_cast<ThreadKind>(second >> 12 & 0xf),
            .thread_number = static_cast<uint16_t>(second >> 16 & 0x3fff),
            .phase = static_cast<Phase>(second & 0xff),
            .is_entry = (second >> 8 & 1) != 0,
            .subject = static_cast<uint32_t>(second >> 32)};
  }

 private:
  std::atomic<uint64_t> first_;
  std::atomic<uint64_t> second_;
};

// The events that a record remembers, in the order in which a report tells them.
inline constexpr Event kRemembered[] = {Event::Create,  Event::Queue,         Event::ExecuteStart,
                                        Event::Cancel,  Event::CompleteStart, Event::Settle,
                                        Event::Release, Event::Delete};

}  // namespace napisan::checker
