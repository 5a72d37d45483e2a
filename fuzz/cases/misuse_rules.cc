#include <cstring>

#include "misuse.h"

namespace napisan::cases {
namespace {

constexpr bool kReached = true;
constexpr bool kOutOfReach = false;

struct Row {
  const char* name;
  bool reachable;
};

constexpr Row kRows[kRules] = {
#define MISUSE(enumerator, rule, reached, how) {rule, reached},
#include "misuse.def"
};

}  // namespace

const char* NameOf(Rule rule) { return kRows[static_cast<size_t>(rule)].name; }

Rule FindRule(const char* name) {
  for (size_t i = 0; i < kRules; ++i) {
    if (std::strcmp(kRows[i].name, name) == 0) return static_cast<Rule>(i);
  }
  return Rule::kCount;
}

bool IsReachable(Rule rule) { return kRows[static_cast<size_t>(rule)].reachable; }

}  // namespace napisan::cases
