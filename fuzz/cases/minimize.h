// Makes a case that fails as small as it can, with the same failure.
//
// Deterministic: the same case and the same answers make the same result.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "case.h"
#include "groups.h"

namespace napisan::cases {

// In this order, and again until nothing comes of any.
enum class Pass : uint8_t {
  kDropFaults,        // one by one
  kDropGroups,        // operations that share no resource with the failure, at once
  kDropOperations,    // operations one by one, then by two
  kSimplifySchedule,  // steps of the loop, the number of the schedule, tier and version
  kMergeBlocks,       // callbacks' bodies to JavaScript's, or else to the first block
  kSimplifyOperands,  // to 0, or else smaller
  kCount
};

struct MinimizeOptions {
  // Whether a case fails in the same way.
  std::function<bool(const Case&)> still_fails;
  // Of a case that fails: what belongs together. May be empty.
  std::function<Groups(const Case&)> groups;
  // Each case that is smaller and still fails, as it is found; `runs` so far.
  std::function<void(const Case&, Pass pass, size_t runs)> on_better;
  // Bit per Pass: tests leave some out.
  uint32_t passes = (1u << static_cast<int>(Pass::kCount)) - 1;
  size_t runs_max = 20000;
};

const char* NameOf(Pass pass);

// `failing` must fail.
Case Minimize(const Case& failing, const MinimizeOptions& options);

}  // namespace napisan::cases
