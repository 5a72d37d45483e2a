#include "palette.h"

#include <string_view>
#include <vector>

#include "signature.h"

namespace napisan::cases {
namespace {

constexpr uint32_t Bit(Step step) { return 1u << static_cast<int>(step); }
constexpr uint32_t kEveryStep = (1u << kSteps) - 1;
constexpr uint32_t kCallSteps =
    Bit(Step::kReturn) | Bit(Step::kRun) | Bit(Step::kCollect) | Bit(Step::kTeardown);

bool Fits(std::string_view name, const std::vector<std::string_view>& patterns) {
  bool fits = false;
  for (std::string_view pattern : patterns) {
    bool keeps_out = pattern.starts_with('!');
    if (keeps_out) pattern.remove_prefix(1);
    if (name.find(pattern) == std::string_view::npos) continue;
    if (keeps_out) return false;
    fits = true;
  }
  return fits;
}

Palette Make(Tier tier, Pool pool, uint32_t steps, const std::vector<std::string_view>& patterns) {
  Palette palette{};
  palette.tier_max = tier;
  palette.pool = pool;
  auto add = [&](size_t what) {
    palette.has[what] = true;
    palette.whats[palette.count++] = static_cast<uint8_t>(what);
  };
  for (size_t function = 0; function < kFunctionCount; ++function) {
    bool can_be_called = SignatureOf(static_cast<FunctionId>(function)).invoke != nullptr;
    if (can_be_called && Fits(kFunctions[function].name, patterns)) add(function);
  }
  for (size_t step = 0; step < kSteps; ++step) {
    if ((steps >> step & 1) != 0) add(kFunctionCount + step);
  }
  return palette;
}

}  // namespace

const Palette& PaletteOf(PaletteId id) {
  static const Palette palettes[] = {
#define PALETTE(name, tier, pool, steps, ...) Make(Tier::tier, Pool::pool, steps, {__VA_ARGS__}),
#include "palettes.def"
  };
  return palettes[static_cast<size_t>(id)];
}

}  // namespace napisan::cases
