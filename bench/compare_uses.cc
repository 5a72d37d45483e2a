// bench_uses: what the checker costs modules that do something, those of examples/uses.

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "driver.h"

namespace napisan::bench {
namespace {

struct Situation {
  const char* name;
  const char* title;
  double ratio_most;  // of CPU time
};

constexpr Situation kSituations[] = {
    {"file", "SHA-256 of 1 MiB", 1.1},
    {"network", "an HTTP request to this machine", 1.2},
    // Its rows are made by 700 calls of Node-API.
    {"database", "a query of 100 rows", 1.4},
    {"image", "a PNG of 256 x 256 to 32 x 32", 1.1},
};
constexpr double kAtOnce = 8;

// Nanoseconds of one call in a round.
double NsOf(const ChildResult& round, const char* situation, const char* time) {
  for (const auto& [name, numbers] : round.benchmarks) {
    if (!name.starts_with(fmt::format("BM_Uses/{}", situation))) continue;
    if (auto value = numbers.find(time); value != numbers.end()) return value->second / kAtOnce;
  }
  return 0;
}

double MedianNs(const std::vector<ChildResult>& rounds, const char* situation, const char* time) {
  std::vector<double> values;
  for (const ChildResult& round : rounds) values.push_back(NsOf(round, situation, time));
  return Median(values);
}

double MedianRatio(const Rounds& rounds, const char* situation) {
  std::vector<double> values;
  for (size_t i = 0; i < rounds.checked.size(); ++i) {
    double unchecked = NsOf(rounds.unchecked[i], situation, "cpu_time");
    if (unchecked > 0) {
      values.push_back(NsOf(rounds.checked[i], situation, "cpu_time") / unchecked);
    }
  }
  return Median(values);
}

int Main(int argc, char** argv) {
  DriverOptions options;
  CLI::App app{
      "What the checker costs the modules of examples/uses.\n"
      "Exit status: 0, 1 when --judge misses a figure, 2 usage or a program that fails."};
  AddOptions(app, options);
  if (std::optional<int> status = Parse(app, argc, argv, "bench_uses")) return *status;
  Rounds rounds;
  if (!RunRounds("bench_uses", options, {}, rounds)) return 2;
  nlohmann::ordered_json json;
  bool reached = true;
  fmt::print("\na call, us: medians of {} rounds; the ratio is of CPU time\n", options.rounds);
  fmt::print("  {:34} {:>18} {:>18}\n", "", "unchecked", "checked");
  fmt::print("  {:34} {:>9}{:>9} {:>9}{:>9} {:>7}{:>9}\n", "", "wall", "CPU", "wall", "CPU",
             "ratio", "at most");
  for (const Situation& situation : kSituations) {
    auto us = [&](const std::vector<ChildResult>& of, const char* time) {
      return MedianNs(of, situation.name, time) / 1000;
    };
    double ratio = MedianRatio(rounds, situation.name);
    double unchecked_wall = us(rounds.unchecked, "real_time");
    double unchecked_cpu = us(rounds.unchecked, "cpu_time");
    double wall = us(rounds.checked, "real_time");
    double cpu = us(rounds.checked, "cpu_time");
    fmt::print("  {:34} {:>9.1f}{:>9.1f} {:>9.1f}{:>9.1f} {:>7.3f}{:>9.1f}\n", situation.title,
               unchecked_wall, unchecked_cpu, wall, cpu, ratio, situation.ratio_most);
    json[situation.name] = {{"unchecked_wall_us", unchecked_wall},
                            {"unchecked_cpu_us", unchecked_cpu},
                            {"checked_wall_us", wall},
                            {"checked_cpu_us", cpu},
                            {"cpu_ratio", ratio}};
    reached = reached && ratio > 0 && ratio <= situation.ratio_most;
  }
  fmt::print("\n{}  the checker costs each of them at most so much CPU time\n",
             reached ? "REACHED" : "MISSED ");
  if (!WriteSummary("bench_uses", options, json)) return 2;
  return options.judge && !reached ? 1 : 0;
}

}  // namespace
}  // namespace napisan::bench

int main(int argc, char** argv) { return napisan::bench::Main(argc, argv); }
