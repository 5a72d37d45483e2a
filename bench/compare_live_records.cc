// bench_live_records: tells how the cost of a work depends on how many others live, and how much
// memory the checker keeps of each.

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "driver.h"

namespace napisan::bench {
namespace {

constexpr const char* kPatterns[] = {"newest", "random"};
constexpr const char* kLive[] = {"1", "1000", "1000000"};
// O(1): the checker's share may grow by what the caches cost, not with the number.
constexpr double kRatioMost = 3;
constexpr double kBytesMost = 256;

double MedianOf(const std::vector<ChildResult>& rounds, const std::string& name,
                const char* counter) {
  std::vector<double> values;
  for (const ChildResult& round : rounds) {
    auto one = round.benchmarks.find(name);
    if (one == round.benchmarks.end()) continue;
    if (auto value = one->second.find(counter); value != one->second.end()) {
      values.push_back(value->second);
    }
  }
  return Median(values);
}

// Prints one pattern. Returns a checked pair with the most live works over one with a single one.
double PrintPattern(const Rounds& rounds, const char* pattern, nlohmann::ordered_json& json) {
  fmt::print("\ncreate and delete a work, the {} one, CPU ns\n", pattern);
  fmt::print("  {:>10} {:>12} {:>12}\n", "live works", "unchecked", "checked");
  double first = 0, last = 0;
  for (const char* live : kLive) {
    std::string name = fmt::format("BM_LiveRecords/{}/{}", pattern, live);
    double unchecked = MedianOf(rounds.unchecked, name, "pair_ns");
    double checked = MedianOf(rounds.checked, name, "pair_ns");
    fmt::print("  {:>10} {:>12.1f} {:>12.1f}\n", live, unchecked, checked);
    json[pattern][live] = {{"unchecked_ns", unchecked}, {"checked_ns", checked}};
    if (first == 0) first = checked;
    last = checked;
  }
  double ratio = first == 0 ? 0 : last / first;
  fmt::print("  checked, {} over 1 live works: {:.2f} x\n", kLive[2], ratio);
  json[pattern]["ratio"] = ratio;
  return ratio;
}

double PrintMemory(const Rounds& rounds, nlohmann::ordered_json& json) {
  std::string name = fmt::format("BM_LiveRecords/newest/{}", kLive[2]);
  double checked = MedianOf(rounds.checked, name, "bytes_a_work");
  double unchecked = MedianOf(rounds.unchecked, name, "bytes_a_work");
  fmt::print(
      "\nbytes a live work: {:.0f} checked, {:.0f} unchecked: the checker's are {:.0f}\n"
      "  (resident memory of the process before and after {} works are made)\n",
      checked, unchecked, checked - unchecked, kLive[2]);
  json["memory"] = {{"checked_bytes", checked}, {"unchecked_bytes", unchecked}};
  return checked - unchecked;
}

bool PrintGoals(double ratio, double bytes) {
  bool constant = ratio > 0 && ratio <= kRatioMost;
  bool small = bytes > 0 && bytes <= kBytesMost;
  fmt::print("\n{}  cost with {} live works over 1, the newest: {:.2f} x, at most {:g}\n",
             constant ? "REACHED" : "MISSED ", kLive[2], ratio, kRatioMost);
  fmt::print("{}  checker memory a live work: {:.0f} bytes, at most {:g}\n",
             small ? "REACHED" : "MISSED ", bytes, kBytesMost);
  return constant && small;
}

int Main(int argc, char** argv) {
  DriverOptions options;
  options.rounds = 3;
  CLI::App app{
      "What a work costs while many others live, and the memory of each.\n"
      "Exit status: 0, 1 when --judge misses a figure, 2 usage or a program that fails."};
  AddOptions(app, options);
  if (std::optional<int> status = Parse(app, argc, argv, "bench_live_records")) return *status;
  Rounds rounds;
  if (!RunRounds("bench_live_records", options, {}, rounds)) return 2;
  nlohmann::ordered_json json;
  double ratio = PrintPattern(rounds, kPatterns[0], json);
  PrintPattern(rounds, kPatterns[1], json);
  bool reached = PrintGoals(ratio, PrintMemory(rounds, json));
  if (!WriteSummary("bench_live_records", options, json)) return 2;
  return options.judge && !reached ? 1 : 0;
}

}  // namespace
}  // namespace napisan::bench

int main(int argc, char** argv) { return napisan::bench::Main(argc, argv); }
