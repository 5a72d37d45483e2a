// bench_calls: what single calls cost in our host, unchecked and checked, beside a real Node.js.

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "driver.h"

namespace napisan::bench {
namespace {

// The calls that may cost at most what they cost in Node. The others are told.
constexpr const char* kJudged[] = {
    "call_function",        "call_function_3_arguments", "get_property",
    "set_property",         "get_named_property",        "set_named_property",
    "create_string_6",      "create_string_92",          "create_and_delete_reference",
    "open_and_close_scope",
};

constexpr const char* kSides[] = {"node", "unchecked", "checked"};

struct Options : DriverOptions {
  std::string node = NAPISAN_BENCH_NODE;
};

using BySide = std::vector<ChildResult>[3];

bool RunSide(int side, int round, const Options& options, ChildResult& result) {
  std::string folder = OwnFolder();
  std::string module = folder + "/bench_calls.node";
  std::string program =
      side == 0 ? options.node : fmt::format("{}/bench_calls_{}", folder, kSides[side]);
  std::vector<std::string> arguments;
  if (side == 0) arguments.push_back(NAPISAN_BENCH_SCRIPT);
  arguments.push_back(module);
  arguments.push_back(fmt::format("--benchmark_min_time={}", options.min_time));
  std::string error;
  fmt::print(stderr, "round {} of {}: {}\n", round, options.rounds, kSides[side]);
  std::string out = fmt::format("{}/bench_calls_{}.{}.json", options.out, kSides[side], round);
  if (RunChild(program, arguments, out, result, error)) return true;
  fmt::print(stderr, "bench_calls: {}\n", error);
  return false;
}

double CpuOf(const ChildResult& result, const std::string& name) {
  auto one = result.benchmarks.find(name);
  return one == result.benchmarks.end() ? 0 : one->second.at("cpu_time");
}

// The median over the rounds of one side, and of its ratio to Node in the same round.
double MedianCpu(const std::vector<ChildResult>& rounds, const std::string& name) {
  std::vector<double> values;
  for (const ChildResult& round : rounds) values.push_back(CpuOf(round, name));
  return Median(values);
}
double MedianRatio(const BySide& sides, int side, const std::string& name) {
  std::vector<double> values;
  for (size_t i = 0; i < sides[side].size(); ++i) {
    double node = CpuOf(sides[0][i], name);
    if (node > 0) values.push_back(CpuOf(sides[side][i], name) / node);
  }
  return Median(values);
}

bool IsJudged(const std::string& name) {
  for (const char* judged : kJudged) {
    if (name == std::string("BM_Calls/") + judged) return true;
  }
  return false;
}

// Prints the table; true when every judged call reached its figure.
bool PrintTable(const BySide& sides, nlohmann::ordered_json& json) {
  fmt::print("CPU ns a call; the ratio is over {} in the same round, its median\n",
             sides[0][0].context.at("front"));
  fmt::print("  {:<34} {:>8} {:>10} {:>8} {:>10} {:>8}\n", "", "node", "unchecked", "ratio",
             "checked", "ratio");
  bool all = true;
  size_t judged_found = 0;
  for (const auto& [name, numbers] : sides[0][0].benchmarks) {
    double unchecked = MedianRatio(sides, 1, name);
    double checked = MedianRatio(sides, 2, name);
    bool judged = IsJudged(name);
    bool reached = unchecked > 0 && unchecked <= 1;
    if (judged) ++judged_found;
    if (judged && !reached) all = false;
    fmt::print("  {:<34} {:>8.1f} {:>10.1f} {:>8.2f} {:>10.1f} {:>8.2f}  {}\n", name,
               MedianCpu(sides[0], name), MedianCpu(sides[1], name), unchecked,
               MedianCpu(sides[2], name), checked,
               !judged   ? ""
               : reached ? "REACHED"
                         : "MISSED");
    json[name] = {{"node_ns", MedianCpu(sides[0], name)},
                  {"unchecked_ns", MedianCpu(sides[1], name)},
                  {"checked_ns", MedianCpu(sides[2], name)},
                  {"unchecked_ratio", unchecked},
                  {"checked_ratio", checked},
                  {"judged", judged}};
  }
  return all && judged_found == std::size(kJudged);
}

int Main(int argc, char** argv) {
  Options options;
  options.min_time = 0.1;
  CLI::App app{
      "What single calls cost in our host beside a real Node.js: the same module in both.\n"
      "Exit status: 0, 1 when --judge misses a figure, 2 usage or a program that fails."};
  AddOptions(app, options);
  app.add_option("--node", options.node, "The Node.js to compare with")->capture_default_str();
  if (std::optional<int> status = Parse(app, argc, argv, "bench_calls")) return *status;
  BySide sides;
  for (int round = 1; round <= options.rounds; ++round) {
    for (int turn = 0; turn < 3; ++turn) {
      int side = (turn + round) % 3;
      ChildResult result;
      if (!RunSide(side, round, options, result)) return 2;
      sides[side].push_back(std::move(result));
    }
  }
  nlohmann::ordered_json json;
  bool reached = PrintTable(sides, json);
  if (!WriteSummary("bench_calls", options, json)) return 2;
  return options.judge && !reached ? 1 : 0;
}

}  // namespace
}  // namespace napisan::bench

int main(int argc, char** argv) { return napisan::bench::Main(argc, argv); }
