#include "tally.h"

#include <fmt/format.h>

#include "no_coverage.h"

namespace napisan::fuzz {
namespace {

// libFuzzer takes what is in this section for coverage: a pair of call and state that was never
// seen makes an input worth keeping.
__attribute__((section("__libfuzzer_extra_counters")))
uint8_t pair_counters[kLineKinds][kWorkStates];

bool TakesWork(LineKind kind) {
  return kind == LineKind::kCreate || kind == LineKind::kQueue || kind == LineKind::kCancel ||
         kind == LineKind::kDelete;
}

}  // namespace

NAPISAN_NO_COVERAGE void Count(const Script& script, Tally& tally) {
  ++tally.programs;
  tally.operations += script.performed;
  tally.left_out += script.left_out;
  for (size_t i = 0; i < script.count; ++i) {
    const Line& line = script.lines[i];
    auto kind = static_cast<size_t>(line.kind);
    ++tally.lines[kind];
    tally.reports += line.rule != nullptr;
    if (!TakesWork(line.kind)) continue;
    auto state = static_cast<size_t>(line.state);
    ++tally.calls[kind][state];
    uint8_t& counter = pair_counters[kind][state];
    if (counter < UINT8_MAX) ++counter;
  }
}

uint64_t CountPairs(const Tally& tally) {
  uint64_t pairs = 0;
  for (const auto& states : tally.calls) {
    for (uint64_t count : states) pairs += count > 0;
  }
  return pairs;
}

std::string ToText(const Tally& tally) {
  std::string text =
      fmt::format("{} inputs, {} operations performed, {} left out; {} calls were reported\n",
                  tally.programs, tally.operations, tally.left_out, tally.reports);
  for (size_t kind = 0; kind < kLineKinds; ++kind) {
    if (!TakesWork(static_cast<LineKind>(kind))) continue;
    text += fmt::format("  {:8}", NameOf(static_cast<LineKind>(kind)));
    for (size_t state = 0; state < kWorkStates; ++state) {
      const char* name = NameOf(static_cast<WorkState>(state));
      text += fmt::format(" {} {}", name, tally.calls[kind][state]);
      text += state + 1 < kWorkStates ? "," : "\n";
    }
  }
  auto lines = [&](LineKind kind) { return tally.lines[static_cast<size_t>(kind)]; };
  return text + fmt::format(
                    "  execute ran {} times, complete {}; {} exceptions were thrown; "
                    "the executor was asked {} times\n",
                    lines(LineKind::kEnterExecute), lines(LineKind::kEnterComplete),
                    lines(LineKind::kThrow), lines(LineKind::kChoose));
}

}  // namespace napisan::fuzz
