// napisan rules and napisan explain: the catalogue, read from its table.
#pragma once

#include <string>

namespace napisan::cli {

int ListRules(bool json);
// `rule` is a slug; where there is none like it the nearest are named, and the status is 2.
int ExplainRule(const std::string& rule, bool json);

}  // namespace napisan::cli
