#include "explore/schedule_text.h"

#include <charconv>
#include <string_view>

#include <fmt/format.h>

namespace napisan::explore {
namespace {

constexpr std::string_view kVersion = "1";

// Takes a number off the front, and the dot after it.
bool TakeNumber(std::string_view& text, uint64_t limit, uint64_t& number) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number > limit) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  if (!text.empty()) {
    if (text[0] != '.' || text.size() == 1) return false;
    text.remove_prefix(1);
  }
  return true;
}

std::optional<schedule::Deviation> ParseDeviation(std::string_view text) {
  uint64_t by = schedule::kOutsideKey;
  uint64_t point = 0;
  uint64_t to = 0;
  uint64_t ordinal = 0;
  if (text.starts_with("x.")) {
    text.remove_prefix(2);
  } else if (!TakeNumber(text, schedule::kStrandsMax - 1, by)) {
    return std::nullopt;
  }
  if (text.empty() || !TakeNumber(text, UINT32_MAX, point)) return std::nullopt;
  if (text.empty() || !TakeNumber(text, schedule::kStrandsMax - 1, to)) return std::nullopt;
  if (!text.empty() && !TakeNumber(text, UINT16_MAX, ordinal)) return std::nullopt;
  if (!text.empty()) return std::nullopt;
  schedule::Deviation deviation;
  deviation.key = {static_cast<uint16_t>(by), static_cast<uint16_t>(ordinal),
                   static_cast<uint32_t>(point)};
  deviation.strand = static_cast<uint16_t>(to);
  return deviation;
}

}  // namespace

std::string ScheduleText(const Deviations& deviations) {
  std::string text(kVersion);
  for (const schedule::Deviation& deviation : deviations) {
    const schedule::DecisionKey& key = deviation.key;
    text += key.strand == schedule::kOutsideKey ? ",x" : fmt::format(",{}", key.strand);
    text += fmt::format(".{}.{}", key.point, deviation.strand);
    if (key.ordinal != 0) text += fmt::format(".{}", key.ordinal);
  }
  return text;
}

std::optional<Deviations> ParseSchedule(const std::string& text) {
  std::string_view left = text;
  Deviations deviations;
  if (left.substr(0, left.find(',')) != kVersion) return std::nullopt;
  left.remove_prefix(kVersion.size());
  while (!left.empty()) {
    left.remove_prefix(1);
    size_t end = std::min(left.find(','), left.size());
    std::optional<schedule::Deviation> deviation = ParseDeviation(left.substr(0, end));
    if (!deviation) return std::nullopt;
    deviations.push_back(*deviation);
    left.remove_prefix(end);
  }
  return deviations;
}

std::optional<Deviations> DeviationsOf(const schedule::Record& record) {
  if (record.decision_count > schedule::kDecisionsMax) return std::nullopt;
  Deviations deviations;
  for (uint32_t i = 0; i < record.decision_count; ++i) {
    const schedule::Decision& decision = record.decisions[i];
    if (decision.chosen != decision.usual) deviations.push_back({decision.key, decision.chosen});
  }
  return deviations;
}

}  // namespace napisan::explore
