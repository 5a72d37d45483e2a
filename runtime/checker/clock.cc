#include "checker/clock.h"

#include <ctime>

namespace napisan::checker {
namespace {

double MeasureNsPerTick() {
  timespec begin{}, now{};
  clock_gettime(CLOCK_MONOTONIC, &begin);
  uint64_t ticks = Ticks();
  int64_t ns = 0;
  do {
    clock_gettime(CLOCK_MONOTONIC, &now);
    ns = (now.tv_sec - begin.tv_sec) * 1'000'000'000 + (now.tv_nsec - begin.tv_nsec);
  } while (ns < 1'000'000);
  return static_cast<double>(ns) / static_cast<double>(Ticks() - ticks);
}

}  // namespace

bool execute_times = false;

uint64_t TicksToNs(uint64_t ticks) {
  static const double ns_per_tick = MeasureNsPerTick();
  return static_cast<uint64_t>(static_cast<double>(ticks) * ns_per_tick);
}

}  // namespace napisan::checker
