#include "figures.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

namespace napisan::bench {
namespace {

constexpr Situation kSituations[] = {
    {"gated/0/1024", "empty works, 1024 in flight, one thread at a time"},
    {"gated/0/64", "empty works, 64 in flight, one thread at a time"},
    {"steady/0/1024", "empty works, 1024 in flight"},
    {"steady/0/64", "empty works, 64 in flight"},
    {"steady/0/1", "empty works, 1 in flight"},
    {"steady/5000/1024", "works of 5 us, 1024 in flight"},
    {"latency/0/1", "empty works, 1 in flight, each timed"},
};

struct Row {
  const char* counter;
  const char* title;
  Over over;
};

constexpr Row kRows[] = {
    {"loop_ns", "loop thread, CPU ns a work", Over::kDifference},
    {"worker_ns", "worker thread, CPU ns a work", Over::kDifference},
    {"loop_instructions", "loop thread, instructions a work", Over::kDifference},
    {"worker_instructions", "worker thread, instructions a work", Over::kDifference},
    {"works_per_second", "works a second", Over::kRatio},
    {"latency_ns_p50", "queue to complete, ns, median", Over::kRatio},
    {"latency_ns_p99", "queue to complete, ns, 99 of 100", Over::kRatio},
};

// CPU is judged where the threads take turns: side by side, a few ns more or less on one of them
// decide whether the other must be woken, and that costs a thousand.
constexpr Goal kGoals[] = {
    {"loop thread, checked", "gated/0/1024", "loop_ns", Over::kDifference, true, 100, false, "ns"},
    {"worker thread, checked", "gated/0/1024", "worker_ns", Over::kDifference, true, 30, false,
     "ns"},
    {"loop thread, unchecked", "gated/0/1024", "loop_ns", Over::kDifference, false, 40, false,
     "ns"},
    {"worker thread, unchecked", "gated/0/1024", "worker_ns", Over::kDifference, false, 5, false,
     "ns"},
    {"works a second with 5 us of execute, checked", "steady/5000/1024", "works_per_second",
     Over::kRatio, true, 0.97, true, "of raw"},
};

std::string Number(double value) {
  return value >= 1e5 ? fmt::format("{:.3g} M", value / 1e6) : fmt::format("{:.1f}", value);
}

std::string OverText(const Figure& figure, Over over) {
  return over == Over::kRatio ? fmt::format("{:.3f} x", figure.over_median())
                              : fmt::format("{:+.1f}", figure.over_median());
}

}  // namespace

Figure Compare(const std::vector<ChildResult>& rounds, const char* situation, const char* counter,
               Over over) {
  Figure figure;
  for (const ChildResult& round : rounds) {
    auto number = [&](const char* side, double& value) {
      auto one = round.benchmarks.find(fmt::format("BM_AsyncWork/{}/{}", side, situation));
      if (one == round.benchmarks.end()) return false;
      auto found = one->second.find(counter);
      if (found == one->second.end()) return false;
      value = found->second;
      return true;
    };
    double raw = 0, napi = 0;
    if (!number("raw", raw) || !number("napi", napi) || raw == 0) continue;
    figure.raw.push_back(raw);
    figure.napi.push_back(napi);
    figure.over.push_back(over == Over::kRatio ? napi / raw : napi - raw);
  }
  return figure;
}

void PrintFigures(const Rounds& rounds) {
  for (const Situation& situation : kSituations) {
    bool headed = false;
    for (const Row& row : kRows) {
      Figure checked = Compare(rounds.checked, situation.name, row.counter, row.over);
      Figure unchecked = Compare(rounds.unchecked, situation.name, row.counter, row.over);
      if (checked.over.empty() || unchecked.over.empty()) continue;
      if (!headed) {
        fmt::print("\n{:<52}{:>10}{:>10}{:>11}{:>10}{:>11}\n", situation.title, "raw", "unchecked",
                   "over raw", "checked", "over raw");
        headed = true;
      }
      std::vector<double> raw = checked.raw;
      raw.insert(raw.end(), unchecked.raw.begin(), unchecked.raw.end());
      fmt::print("  {:<50}{:>10}{:>10}{:>11}{:>10}{:>11}\n", row.title, Number(Median(raw)),
                 Number(unchecked.napi_median()), OverText(unchecked, row.over),
                 Number(checked.napi_median()), OverText(checked, row.over));
    }
  }
  auto instructions = rounds.checked.front().context.find("instructions");
  if (instructions != rounds.checked.front().context.end() && instructions->second != "counted") {
    fmt::print("\ninstructions are not counted: {}\n", instructions->second);
  }
}

bool PrintGoals(const Rounds& rounds) {
  bool all = true;
  fmt::print("\n");
  for (const Goal& goal : kGoals) {
    Figure figure = Compare(goal.checked ? rounds.checked : rounds.unchecked, goal.situation,
                            goal.counter, goal.over);
    double value = figure.over_median();
    bool met = !figure.over.empty() && (goal.at_least ? value >= goal.limit : value <= goal.limit);
    all = all && met;
    auto [least, most] = std::minmax_element(figure.over.begin(), figure.over.end());
    fmt::print("{}  {}: {:.3g} {}, {} {:g}  ({:.3g} to {:.3g} in {} rounds)\n",
               met ? "REACHED" : "MISSED ", goal.name, value, goal.unit,
               goal.at_least ? "at least" : "at most", goal.limit, figure.over.empty() ? 0 : *least,
               figure.over.empty() ? 0 : *most, figure.over.size());
  }
  return all;
}

nlohmann::ordered_json Summary(const Rounds& rounds) {
  nlohmann::ordered_json json;
  for (const Situation& situation : kSituations) {
    for (const Row& row : kRows) {
      for (bool checked : {false, true}) {
        Figure figure = Compare(checked ? rounds.checked : rounds.unchecked, situation.name,
                                row.counter, row.over);
        if (figure.over.empty()) continue;
        json["situations"][situation.name][row.counter][checked ? "checked" : "unchecked"] = {
            {"raw", figure.raw_median()},
            {"napi", figure.napi_median()},
            {row.over == Over::kRatio ? "ratio" : "over", figure.over_median()},
            {"rounds", figure.over}};
      }
    }
  }
  for (const Goal& goal : kGoals) {
    Figure figure = Compare(goal.checked ? rounds.checked : rounds.unchecked, goal.situation,
                            goal.counter, goal.over);
    double value = figure.over_median();
    json["goals"].push_back(
        {{"name", goal.name},
         {"value", value},
         {"unit", goal.unit},
         {goal.at_least ? "at_least" : "at_most", goal.limit},
         {"reached",
          !figure.over.empty() && (goal.at_least ? value >= goal.limit : value <= goal.limit)}});
  }
  return json;
}

}  // namespace napisan::bench
