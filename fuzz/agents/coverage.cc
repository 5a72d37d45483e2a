#include "agents/coverage.h"

#include <bitset>
#include <cstdint>
#include <initializer_list>

#include "no_coverage.h"

namespace napisan::agents {
namespace {

constexpr size_t kKinds = 0
#define OPERATION(...) +1
#include "operations.def"
    ;
constexpr size_t kVariants = 8;
constexpr size_t kStates = 512;
constexpr size_t kPairs = kKinds * kVariants * 2 * kStates;

// libFuzzer clears what is in this section before each input.
__attribute__((section("__libfuzzer_extra_counters"))) uint8_t pair_counters[kPairs];

std::bitset<kPairs> pairs;

size_t Bits(std::initializer_list<bool> bits) {
  size_t all = 0;
  for (bool bit : bits) all = all << 1 | (bit ? 1 : 0);
  return all;
}

size_t StateOf(const WorkerModel& worker) {
  // Five phases, and six more bits.
  return static_cast<size_t>(worker.phase) << 6 |
         Bits({worker.has_handler, worker.gated, worker.deferred,
               worker.function != FunctionState::kNone, !worker.hooks.empty(),
               worker.keeper || worker.inner});
}

size_t StateOf(const PoolModel& pool) {
  return Bits({pool.there(), pool.idle(), pool.has_work(), pool.in_order(), pool.is_full()});
}

}  // namespace

size_t PairOf(const Operation& operation, const Model& model) {
  Place place = InfoOf(operation.kind).place;
  bool of_pool = place == Place::kTask || place == Place::kMain;
  size_t state = of_pool ? StateOf(model.pool()) : StateOf(model.worker(operation.slot));
  size_t what = static_cast<size_t>(operation.kind) * kVariants + operation.variant;
  return (what * 2 + (operation.during ? 1 : 0)) * kStates + state;
}

NAPISAN_NO_COVERAGE void CountPair(size_t pair) {
  pair_counters[pair] = 1;
  pairs.set(pair);
}

size_t CountPairs() { return pairs.count(); }

}  // namespace napisan::agents
