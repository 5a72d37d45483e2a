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
    std::vector<std::string_view> slugs;
    for (int i = 0; i < checker::kRuleCount; ++i) slugs.emplace_back(checker::AllRules()[i].slug);
    std::string_view nearest =
        checker::NearestName(slug, slugs.data(), static_cast<int>(slugs.size()));
    std::fprintf(stderr, "napisan: there is no rule %s; did you mean %s? napisan rules lists all\n",
                 slug.c_str(), std::string(nearest).c_str());
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
