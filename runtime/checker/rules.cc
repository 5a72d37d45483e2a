#include "checker/rules.h"

namespace napisan::checker {
namespace {

constexpr Rule kRules[] = {
#define RULE(id, slug, kind, side, action, status, sentence, node, openharmony, remedy) \
  {RuleId::id, slug,     RuleKind::kind, RuleSide::side, RuleAction::action,            \
   status,     sentence, node,           openharmony,    remedy},
#include "checker/rules.def"
};

}  // namespace

const Rule& Get(RuleId id) { return kRules[static_cast<int>(id)]; }

const Rule* AllRules() { return kRules; }

std::optional<RuleId> FindRule(std::string_view slug) {
  for (const Rule& rule : kRules) {
    if (slug == rule.slug) return rule.id;
  }
  return std::nullopt;
}

const char* KindName(RuleKind kind) {
  switch (kind) {
    case RuleKind::Error:
      return "error";
    case RuleKind::Leak:
      return "leak";
    case RuleKind::Portability:
      return "portability";
    case RuleKind::Hazard:
      return "hazard";
  }
  return "?";
}

const char* SideName(RuleSide side) { return side == RuleSide::Module ? "module" : "host"; }

}  // namespace napisan::checker
