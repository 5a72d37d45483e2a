// The rules that hostile cases break, as the reference model has them: misuse.def as data.
#pragma once

#include <cstddef>
#include <cstdint>

namespace napisan::cases {

enum class Rule : uint8_t {
#define MISUSE(name, rule, reached, how) name,
#include "misuse.def"
  kCount
};
inline constexpr size_t kRules = static_cast<size_t>(Rule::kCount);

const char* NameOf(Rule rule);
// kCount: the model has no such rule.
Rule FindRule(const char* name);
// Whether a case can break it.
bool IsReachable(Rule rule);

}  // namespace napisan::cases
