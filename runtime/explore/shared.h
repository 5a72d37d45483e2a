// Shared: the memory that the exploring process and its children have in common.
//
// Threads: a child writes while it lives; the explorer reads, and writes between two children.
#pragma once

#include <cstdint>

#include "explore/explorer.h"
#include "schedule/strategies.h"

namespace napisan::explore {

// Where the images of the child lie, so that its addresses can be told when it is dead.
struct ImagePlace {
  uintptr_t base = 0;
  uintptr_t begin = 0;
  uintptr_t end = 0;
  char path[256] = {};
};
inline constexpr uint32_t kImagesMax = 128;

// The different schedules there were, by their hash; full, it counts no more.
inline constexpr uint32_t kHashesMax = 1u << 21;

struct Shared {
  schedule::Search search;
  Counts counts;
  // The schedule under way, and the next one.
  uint64_t number = 0;
  uint64_t next = 0;
  // Asked for by the explorer: no schedule after the one under way.
  bool stop = false;
  // A schedule is under way that is the usual one, before the first.
  bool usual = false;
  // Where a schedule first went another way the second time; both are nothing where none did.
  uint32_t difference_at = 0;
  schedule::Event difference[2];
  // Of the schedule under way: how much the child had written before.
  int64_t output_begin = 0;
  // What a child says of its own last schedule.
  bool failed = false;
  FindingKind kind = FindingKind::kWrong;
  char what[4096] = {};
  uint32_t images = 0;
  ImagePlace image[kImagesMax];
  schedule::Record record;
  uint64_t hashes[kHashesMax];

  // Zeroes, but for the record's own.
  static Shared& New();
};

// The strategy of a schedule, by its number.
const schedule::StrategyRow& RowOf(const Options& options, uint64_t number);
uint64_t SeedOf(const Options& options, uint64_t number);

// In a controlled process: each thread of libuv's pool is there from here on, and is somebody to
// Node-API.
void FillPool();

// In a child: runs schedules until one fails or all are done, and ends the process.
[[noreturn]] void RunChild(Program& program, const Options& options, Shared& shared);
// In a child: runs one schedule.
[[noreturn]] void RunReplay(Program& program, const Options& options, const Deviations& deviations,
                            Shared& shared);

inline constexpr int kChildDone = 0;
inline constexpr int kChildFailed = 87;

}  // namespace napisan::explore
