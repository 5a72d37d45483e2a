// bench_workers: tells what it takes to start and terminate a worker, checked and unchecked.

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
};

constexpr Situation kSituations[] = {
    {"start", "terminated at once"},
    {"module", "terminated when its module is there"},
    {"message", "terminated after one message each way"},
};
// Of each of them, with the checker.
constexpr double kWallMostNs = 1e6;

double MedianOf(const std::vector<ChildResult>& rounds, const char* situation,
                const char* counter) {
  std::vector<double> values;
  for (const ChildResult& round : rounds) {
    auto one = round.benchmarks.find(fmt::format("BM_Worker/{}/real_time", situation));
    if (one == round.benchmarks.end()) {
      one = round.benchmarks.find(fmt::format("BM_Worker/{}", situation));
    }
    if (one == round.benchmarks.end()) continue;
    if (auto value = one->second.find(counter); value != one->second.end()) {
      values.push_back(value->second);
    }
  }
  return Median(values);
}

int Main(int argc, char** argv) {
  DriverOptions options;
  options.rounds = 3;
  CLI::App app{
      "What it takes to start and terminate a worker.\n"
      "Exit status: 0, 1 when --judge misses a figure, 2 usage or a program that fails."};
  AddOptions(app, options);
  if (std::optional<int> status = Parse(app, argc, argv, "bench_workers")) return *status;
  Rounds rounds;
  if (!RunRounds("bench_workers", options, {}, rounds)) return 2;
  nlohmann::ordered_json json;
  bool reached = true;
  fmt::print("\na worker from its start until it has exited, us: medians\n");
  fmt::print("  {:38} {:>16} {:>16}\n", "", "unchecked", "checked");
  fmt::print("  {:38} {:>8}{:>8} {:>8}{:>8}\n", "", "wall", "CPU", "wall", "CPU");
  for (const Situation& situation : kSituations) {
    auto us = [&](const std::vector<ChildResult>& of, const char* counter) {
      return MedianOf(of, situation.name, counter) / 1000;
    };
    double unchecked_wall = us(rounds.unchecked, "wall_ns_p50");
    double unchecked_cpu = us(rounds.unchecked, "cpu_ns");
    double wall = us(rounds.checked, "wall_ns_p50");
    double cpu = us(rounds.checked, "cpu_ns");
    fmt::print("  {:38} {:>8.0f}{:>8.0f} {:>8.0f}{:>8.0f}\n", situation.title, unchecked_wall,
               unchecked_cpu, wall, cpu);
    json[situation.name] = {{"unchecked_wall_us", unchecked_wall},
                            {"unchecked_cpu_us", unchecked_cpu},
                            {"checked_wall_us", wall},
                            {"checked_cpu_us", cpu}};
    reached = reached && wall > 0 && wall * 1000 < kWallMostNs;
  }
  fmt::print("\n{}  a worker starts and terminates in under {:g} ms\n",
             reached ? "REACHED" : "MISSED ", kWallMostNs / 1e6);
  if (!WriteSummary("bench_workers", options, json)) return 2;
  return options.judge && !reached ? 1 : 0;
}

}  // namespace
}  // namespace napisan::bench

int main(int argc, char** argv) { return napisan::bench::Main(argc, argv); }
