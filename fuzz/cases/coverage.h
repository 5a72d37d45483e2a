// What cases have reached, in terms of Node-API: how often each function was performed, and on a
// handle in which state. libFuzzer takes it for coverage, beside the edges of host and checker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "runner.h"

namespace napisan::cases {

// A call that was performed; `life` of the handle it took, kLives where it took none.
void CountCall(FunctionId function, size_t life, napi_status status);

// A fault that struck, and in what.
void CountFault(FaultKind kind, Phase phase);
// A report that was predicted.
void CountRule(Rule rule);
// In words: how many of the rules that a case can break were; and which were not.
std::string DescribeRules();

// Begins to count anew.
void ForgetCalls();
// Of all cases so far: pairs of a function and a state, with its answer.
uint64_t CountPairs();
// In words: what was performed most and least, and what never.
std::string DescribeCoverage(const Palette& palette);

}  // namespace napisan::cases
