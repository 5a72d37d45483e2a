#include "cli/rules_command.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "checker/options.h"
#include "checker/rules.h"
#include "cli/run.h"

namespace napisan::cli {
namespace {

using checker::Rule;
using checker::RuleAction;

std::string ActionOf(const Rule& rule) {
  switch (rule.action) {
    case RuleAction::Refuse:
      return "the call is refused: it fails, and never reaches the host";
    case RuleAction::Repair:
      return "napisan restores what the host needs, and goes on";
    case RuleAction::Forward:
      break;
  }
  return "the call goes on to the host, as the profile has it";
}

nlohmann::ordered_json JsonOf(const Rule& rule) {
  return {{"rule", rule.slug},
          {"kind", checker::KindName(rule.kind)},
          {"side", checker::SideName(rule.side)},
          {"sentence", rule.sentence},
          {"node", rule.node},
          {"openharmony", rule.openharmony},
          {"fix", rule.remedy},
          {"action", ActionOf(rule)}};
}

// Up to three that somebody may have meant: those with the word in their name, or else the nearest,
// of what stands behind the slash where the word has none.
std::string NearestRules(const std::string& word) {
  constexpr size_t kNamesMax = 3;
  std::vector<std::string_view> slugs;
  std::vector<std::string_view> ends;
  for (int i = 0; i < checker::kRuleCount; ++i) {
    slugs.emplace_back(checker::AllRules()[i].slug);
    ends.push_back(slugs.back().substr(slugs.back().find('/') + 1));
  }
  std::vector<std::string_view> names;
  for (std::string_view slug : slugs) {
    bool has = word.size() > 2 && slug.find(word) != std::string_view::npos;
    if (has && names.size() < kNamesMax) names.push_back(slug);
  }
  if (names.empty()) {
    const auto& candidates = word.find('/') == std::string::npos ? ends : slugs;
    std::string_view nearest =
        checker::NearestName(word, candidates.data(), static_cast<int>(candidates.size()));
    auto place = std::find(candidates.begin(), candidates.end(), nearest) - candidates.begin();
    names.push_back(slugs[static_cast<size_t>(place)]);
  }
  std::string text(names[0]);
  for (size_t i = 1; i < names.size(); ++i) {
    text += (i + 1 == names.size() ? " or " : ", ") + std::string(names[i]);
  }
  return text;
}

}  // namespace

int ListRules(bool json) {
  if (json) {
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (int i = 0; i < checker::kRuleCount; ++i) all.push_back(JsonOf(checker::AllRules()[i]));
    std::printf("%s\n", all.dump(2).c_str());
    return kOk;
  }
  size_t width = 0;
  for (int i = 0; i < checker::kRuleCount; ++i) {
    width = std::max(width, std::string_view(checker::AllRules()[i].slug).size());
  }
  for (int i = 0; i < checker::kRuleCount; ++i) {
    const Rule& rule = checker::AllRules()[i];
    std::printf("%-*s  %-11s  %s\n", static_cast<int>(width), rule.slug,
                checker::KindName(rule.kind), rule.sentence);
  }
  return kOk;
}

int ExplainRule(const std::string& slug, bool json) {
  std::optional<checker::RuleId> id = checker::FindRule(slug);
  if (!id) {
    std::fprintf(stderr, "napisan: there is no rule %s; did you mean %s? napisan rules lists all\n",
                 slug.c_str(), NearestRules(slug).c_str());
    return kUsage;
  }
  const Rule& rule = checker::Get(*id);
  if (json) {
    std::printf("%s\n", JsonOf(rule).dump(2).c_str());
    return kOk;
  }
  fmt::print("{} ({}, {} side)\n\n", rule.slug, checker::KindName(rule.kind),
             checker::SideName(rule.side));
  fmt::print("  {}\n\n", rule.sentence);
  fmt::print("  In Node.js        {}\n", rule.node);
  fmt::print("  In OpenHarmony    {} (from its source, not run on a device)\n", rule.openharmony);
  fmt::print("  With napisan      {}\n", ActionOf(rule));
  fmt::print("  Fix               {}\n", rule.remedy);
  return kOk;
}

}  // namespace napisan::cli
