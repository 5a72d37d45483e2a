// Figures: what the rounds of a run come to. In each round, each front is compared with the raw
// load of the same process, a moment apart; the figure is the median over the rounds.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "driver.h"

namespace napisan::bench {

// One situation: BM_AsyncWork/<side>/<situation>.
struct Situation {
  const char* name;   // "gated/0/1024"
  const char* title;  // for people
};

// One front in one situation, over raw.
struct Figure {
  std::vector<double> raw, napi, over;  // one a round; `over` is a difference or a ratio
  double raw_median() const { return Median(raw); }
  double napi_median() const { return Median(napi); }
  double over_median() const { return Median(over); }
};

enum class Over { kDifference, kRatio };

// A counter of a situation, from every round of one front.
Figure Compare(const std::vector<ChildResult>& rounds, const char* situation, const char* counter,
               Over over);

// A figure that must be reached.
struct Goal {
  const char* name;
  const char* situation;
  const char* counter;
  Over over;
  bool checked;
  double limit;
  bool at_least;  // or at most
  const char* unit;
};

// Prints the tables.
void PrintFigures(const Rounds& rounds);
// Prints how each goal was met; true when all were.
bool PrintGoals(const Rounds& rounds);
nlohmann::ordered_json Summary(const Rounds& rounds);

}  // namespace napisan::bench
