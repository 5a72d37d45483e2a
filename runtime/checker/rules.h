// The catalogue of rules, as data.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "api/node_api.h"

namespace napisan::checker {

enum class RuleId : uint8_t {
#define RULE(id, slug, kind, side, action, status, sentence, node, openharmony, remedy) id,
#include "checker/rules.def"
  kCount
};

inline constexpr int kRuleCount = static_cast<int>(RuleId::kCount);

// error and leak make a run fail; portability and hazard are told and do not.
enum class RuleKind : uint8_t { Error, Leak, Portability, Hazard };
// Who is at fault: the module, or the host that runs it.
enum class RuleSide : uint8_t { Module, Host };
// What happens to the call. Refuse: it fails with the rule's status and never reaches the host.
// Forward: the host decides. Repair: the checker restores what the host needs, then goes on.
enum class RuleAction : uint8_t { Refuse, Forward, Repair };

struct Rule {
  RuleId id;
  const char* slug;  // "async-work/double-delete": the name everywhere
  RuleKind kind;
  RuleSide side;
  RuleAction action;
  napi_status status;
  const char* sentence;     // the rule
  const char* node;         // what Node does today when it is broken
  const char* openharmony;  // the same, from its source, not run on a device
  const char* remedy;
};

const Rule& Get(RuleId id);
// Every rule, in the order of the table, which is the order of precedence.
const Rule* AllRules();
std::optional<RuleId> FindRule(std::string_view slug);

const char* KindName(RuleKind kind);
const char* SideName(RuleSide side);

}  // namespace napisan::checker
