// The strategies by name, and the search that they are part of.
//
// Threads: Prepare and Advance between schedules, on the first strand or in the process that looks
// on; nothing here is called by both at once.
#pragma once

#include <cstdint>
#include <iterator>

#include "schedule/record.h"
#include "schedule/strategy.h"

namespace napisan::schedule {

enum class StrategyKind : uint8_t {
  kUsual,
  kRoundRobin,
  kRandom,
  kPct,
  kWalk,
  kStarve,
  kExhaustive,
  kNear,
};

inline bool IsExhaustive(StrategyKind kind) {
  return kind == StrategyKind::kExhaustive || kind == StrategyKind::kNear;
}

struct StrategyRow {
  const char* name;
  StrategyKind kind;
  uint32_t parameter;
  const char* text;
};

inline constexpr StrategyRow kStrategies[] = {
#define STRATEGY(name, kind, parameter, text) {name, StrategyKind::kind, parameter, text},
#include "schedule/strategies.def"
};
inline constexpr const char* kPortfolio[] = {
#define PORTFOLIO(name) name,
#include "schedule/strategies.def"
};

// Another choice than the usual one.
struct Deviation {
  DecisionKey key;
  uint16_t strand = 0;
};

// What schedules leave behind for those after them. It lies beside the record, and outlives the
// process that runs them.
inline constexpr uint32_t kPathMax = 1u << 14;
struct Search {
  // Of the schedule before: what the next one may expect.
  uint32_t decisions = 0;
  uint64_t points[kStrandsMax] = {};
  // Of an exhaustive search: the choices that the next schedule begins with, by rank; 0 is the
  // usual one.
  uint32_t path_length = 0;
  uint16_t path[kPathMax] = {};
  // It has come to its end, and nothing was left out.
  bool over = false;
  bool left_out = false;
};

// The strategy, ready for a schedule. It is used again by the next call.
Strategy& Prepare(const StrategyRow& row, uint64_t seed, Search& search);
// The deviations are those of a schedule; they stay where they are.
Strategy& PrepareReplay(const Deviation* deviations, uint32_t count, Record& record);

// After a schedule, whichever way it ended.
void Advance(const StrategyRow& row, const Record& record, Search& search);
// The points of each strand, where the process is alive to tell.
void KeepPoints(Search& search);

}  // namespace napisan::schedule
