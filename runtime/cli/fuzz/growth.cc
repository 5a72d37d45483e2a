#include "cli/fuzz/growth.h"

#include <malloc.h>

#include <algorithm>

#include "cli/fuzz/controlled.h"

// Where a sanitizer's allocator is the process's.
// NOLINTNEXTLINE(bugprone-reserved-identifier): the name is the sanitizers'.
extern "C" size_t __sanitizer_get_current_allocated_bytes() __attribute__((weak));

namespace napisan::cli::fuzz {
namespace {

size_t AllocatedBytes() {
  if (&__sanitizer_get_current_allocated_bytes != nullptr) {
    return __sanitizer_get_current_allocated_bytes();
  }
  struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

}  // namespace

std::string GrowthName(const Input& input) {
  std::string name;
  for (const Statement& statement : input.statements) {
    if (statement.kind == Statement::Kind::kTerminate) return "";
    bool call =
        statement.kind == Statement::Kind::kCall || statement.kind == Statement::Kind::kConstruct;
    bool built_in = !statement.path.steps.empty() && statement.path.steps[0] == "globalThis";
    if (!call || built_in) continue;
    if (!name.empty() || statement.path.of_result) return "";
    for (const std::string& step : statement.path.steps) name += (name.empty() ? "" : ".") + step;
  }
  return input.faults.empty() ? name : "";
}

size_t GrowthOf(const std::function<void()>& run) {
  constexpr int kRounds = 4;
  constexpr size_t kTimes = 25;
  constexpr double kMostSeconds = 1;
  // Less than any allocation a time is something else.
  constexpr size_t kLeast = kTimes * 16;
  double deadline = RealSeconds() + kMostSeconds;
  size_t least = SIZE_MAX;
  for (int round = 0; round < kRounds; ++round) {
    size_t before = AllocatedBytes();
    for (size_t i = 0; i < kTimes; ++i) {
      run();
      if (RealSeconds() > deadline) return 0;
    }
    size_t after = AllocatedBytes();
    size_t grown = after > before ? after - before : 0;
    // The first round fills caches.
    if (round > 0) least = std::min(least, grown);
  }
  return least >= kLeast ? least / kTimes : 0;
}

}  // namespace napisan::cli::fuzz
