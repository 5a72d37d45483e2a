#include "coverage.h"

#include <fmt/format.h>

#include <cstring>

#include "no_coverage.h"

namespace napisan::cases {
namespace {

constexpr size_t kStates = kLives + 1;
// Answered napi_ok, and something else.
constexpr size_t kAnswers = 2;

// libFuzzer clears what is in this section before each input.
__attribute__((section("__libfuzzer_extra_counters")))
uint8_t pair_counters[kFunctionCount][kStates][kAnswers];

uint64_t totals[kFunctionCount][kStates][kAnswers];

__attribute__((section("__libfuzzer_extra_counters"))) uint8_t rule_counters[kRules];

uint64_t rule_totals[kRules];

constexpr size_t kPhases = static_cast<size_t>(Phase::kGone) + 1;
__attribute__((section("__libfuzzer_extra_counters"))) uint8_t fault_counters[kFaultKinds][kPhases];

uint64_t fault_totals[kFaultKinds];

}  // namespace

NAPISAN_NO_COVERAGE void CountCall(FunctionId function, size_t life, napi_status status) {
  auto row = static_cast<size_t>(function);
  size_t answer = status == napi_ok ? 0 : 1;
  ++totals[row][life][answer];
  uint8_t& counter = pair_counters[row][life][answer];
  if (counter < UINT8_MAX) ++counter;
}

NAPISAN_NO_COVERAGE void CountRule(Rule rule) {
  ++rule_totals[static_cast<size_t>(rule)];
  uint8_t& counter = rule_counters[static_cast<size_t>(rule)];
  if (counter < UINT8_MAX) ++counter;
}

NAPISAN_NO_COVERAGE void CountFault(FaultKind kind, Phase phase) {
  ++fault_totals[static_cast<size_t>(kind)];
  uint8_t& counter = fault_counters[static_cast<size_t>(kind)][static_cast<size_t>(phase)];
  if (counter < UINT8_MAX) ++counter;
}

std::string DescribeRules() {
  size_t reachable = 0;
  size_t reached = 0;
  std::string missing;
  for (size_t i = 0; i < kRules; ++i) {
    auto rule = static_cast<Rule>(i);
    if (!IsReachable(rule)) continue;
    ++reachable;
    if (rule_totals[i] > 0) {
      ++reached;
    } else {
      missing += fmt::format(" {}", NameOf(rule));
    }
  }
  return fmt::format("  rules reached: {} of {} reachable; missing:{}\n", reached, reachable,
                     missing.empty() ? " none" : missing);
}

void ForgetCalls() {
  std::memset(totals, 0, sizeof(totals));
  std::memset(rule_totals, 0, sizeof(rule_totals));
  std::memset(fault_totals, 0, sizeof(fault_totals));
}

uint64_t CountPairs() {
  uint64_t pairs = 0;
  for (const auto& row : totals) {
    for (const auto& state : row) {
      for (uint64_t count : state) pairs += count > 0 ? 1 : 0;
    }
  }
  return pairs;
}

std::string DescribeCoverage(const Palette& palette) {
  std::string never;
  size_t functions = 0;
  size_t reached = 0;
  uint64_t calls[2] = {};
  for (size_t function = 0; function < kFunctionCount; ++function) {
    if (!palette.has[function]) continue;
    ++functions;
    uint64_t count[2] = {};
    for (const auto& state : totals[function]) {
      count[0] += state[0];
      count[1] += state[1];
    }
    calls[0] += count[0];
    calls[1] += count[1];
    if (count[0] + count[1] > 0) {
      ++reached;
    } else {
      never += fmt::format(" {}", kFunctions[function].name);
    }
  }
  std::string faults;
  for (size_t i = 0; i < kFaultKinds; ++i) {
    faults += fmt::format("{} {} {}", i == 0 ? "" : ",", kFaultWords[i], fault_totals[i]);
  }
  return fmt::format(
      "  {} of {} functions performed, {} calls answered napi_ok and {} did not; "
      "{} pairs of a call and a state\n  never performed:{}\n  faults struck:{}\n",
      reached, functions, calls[0], calls[1], CountPairs(), never.empty() ? " none" : never,
      faults);
}

}  // namespace napisan::cases
