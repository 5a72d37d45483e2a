#include "cli/fuzz/controlled.h"

#include <sys/syscall.h>

#include <ctime>

#include "explore/shared.h"
#include "schedule/control.h"
#include "schedule/raw.h"
#include "schedule/strategies.h"

namespace napisan::cli::fuzz {
namespace {

// What depends on schedules before it would not replay: of the strategies those that need no more
// than how many decisions there will be, roughly.
constexpr uint32_t kDecisions = 200;
constexpr uint64_t kPointsMax = 2'000'000;
constexpr schedule::StrategyRow kRows[] = {
    {"random20", schedule::StrategyKind::kRandom, 20, ""},
    {"pct3", schedule::StrategyKind::kPct, 3, ""},
    {"random100", schedule::StrategyKind::kRandom, 100, ""},
    {"pct2", schedule::StrategyKind::kPct, 2, ""},
    {"random5", schedule::StrategyKind::kRandom, 5, ""},
};
constexpr schedule::StrategyRow kUsual = {"usual", schedule::StrategyKind::kUsual, 0, ""};

// Neither is small, and both are written for each input.
schedule::Search& TheSearch() {
  static auto* search = new schedule::Search;
  search->decisions = kDecisions;
  return *search;
}

}  // namespace

void BeginControlled() {
  static auto* record = new schedule::Record;
  schedule::Limits limits;
  limits.points = kPointsMax;
  schedule::BeginControl(*record, limits);
  explore::FillPool();
}

ControlledSchedule::ControlledSchedule(const std::vector<uint32_t>& choices) {
  // What is not written is 0, and so zeros at the end say nothing.
  size_t count = choices.size();
  while (count > 0 && choices[count - 1] == 0) --count;
  // FNV-1a.
  uint64_t seed = 0xcbf29ce484222325;
  for (size_t i = 0; i < count; ++i) seed = (seed ^ choices[i]) * 0x100000001b3;
  const schedule::StrategyRow& row = count == 0 ? kUsual : kRows[(seed >> 32) % std::size(kRows)];
  schedule::BeginSchedule(schedule::Prepare(row, seed, TheSearch()));
}

ControlledSchedule::~ControlledSchedule() { schedule::EndSchedule(); }

int StuckStatus() { return schedule::kStuckStatus; }

double RealSeconds() {
  timespec now{};
  schedule::RawSyscall(SYS_clock_gettime, CLOCK_MONOTONIC, reinterpret_cast<long>(&now));
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace napisan::cli::fuzz
