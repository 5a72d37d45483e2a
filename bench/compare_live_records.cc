// bench_live_records: runs the checked and the unchecked programs by turns, and tells how the cost of
// a work depends on how many others live, and how much memory the checker keeps of each.

#include <CLI/CLI.hpp>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "children.h"

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

struct Rounds {
  std::vector<ChildResult> checked, unchecked;
};

// Prints one pattern; the ratio of a checked pair with the most live works to one with a single one.
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
  fmt::print("\nmemory a live work: {:.0f} bytes checked, {:.0f} unchecked: {:.0f} are the checker's\n"
             "  (resident memory of the process before and after {} works are made)\n",
             checked, unchecked, checked - unchecked, kLive[2]);
  json["memory"] = {{"checked_bytes", checked}, {"unchecked_bytes", unchecked}};
  return checked - unchecked;
}

int Main(int argc, char** argv) {
  int count = 3;
  double min_time = 0.05;
  std::string json_path, out = ".";
  bool judge = false;
  CLI::App app{"What a work costs while many others live, and the memory of each.\n"
               "Exit status: 0, 1 when --judge misses a figure, 2 usage or a program that fails."};
  app.add_option("--rounds", count, "Runs of each program")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  app.add_option("--min-time", min_time, "Seconds a benchmark and round, at least")
      ->capture_default_str();
  app.add_option("--json", json_path, "Where to put the summary");
  app.add_option("--out", out, "Folder for Google Benchmark's JSON of each run")
      ->capture_default_str()
      ->check(CLI::ExistingDirectory);
  app.add_flag("--judge", judge, "Fail when a figure is missed");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "bench_live_records: {}\n", error.what());
    return 2;
  }
  Rounds rounds;
  for (int round = 1; round <= count; ++round) {
    for (bool checked : {false, true}) {
      const char* front = checked ? "checked" : "unchecked";
      fmt::print(stderr, "round {} of {}: {}\n", round, count, front);
      ChildResult result;
      std::string error;
      if (!RunChild(fmt::format("{}/bench_live_records_{}", OwnFolder(), front),
                    {fmt::format("--benchmark_min_time={}", min_time)},
                    fmt::format("{}/bench_live_records_{}.{}.json", out, front, round), result,
                    error)) {
        fmt::print(stderr, "bench_live_records: {}\n", error);
        return 2;
      }
      (checked ? rounds.checked : rounds.unchecked).push_back(std::move(result));
    }
  }
  nlohmann::ordered_json json;
  double ratio = 0;
  for (const char* pattern : kPatterns) {
    double of_pattern = PrintPattern(rounds, pattern, json);
    if (pattern == kPatterns[0]) ratio = of_pattern;
  }
  double bytes = PrintMemory(rounds, json);
  bool constant = ratio > 0 && ratio <= kRatioMost;
  bool small = bytes > 0 && bytes <= kBytesMost;
  fmt::print("\n{}  cost with {} live works over 1, the newest: {:.2f} x, at most {:g}\n",
             constant ? "REACHED" : "MISSED ", kLive[2], ratio, kRatioMost);
  fmt::print("{}  checker memory a live work: {:.0f} bytes, at most {:g}\n",
             small ? "REACHED" : "MISSED ", bytes, kBytesMost);
  if (!json_path.empty()) {
    std::ofstream file(json_path);
    file << json.dump(2) << '\n';
    file.flush();
    if (!file) {
      fmt::print(stderr, "bench_live_records: cannot write {}\n", json_path);
      return 2;
    }
  }
  return judge && !(constant && small) ? 1 : 0;
}

}  // namespace
}  // namespace napisan::bench

int main(int argc, char** argv) { return napisan::bench::Main(argc, argv); }
