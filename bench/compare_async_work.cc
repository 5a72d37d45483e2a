// bench_async_work: runs the checked and the unchecked programs by turns, so that whatever else the
// machine does falls on both, and tells what Node-API costs over raw uv_queue_work.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <string>

#include <fmt/format.h>

#include "children.h"
#include "figures.h"

namespace napisan::bench {
namespace {

struct Options {
  int rounds = 5;
  double min_time = 0.05;
  std::string json;
  std::string out = ".";
  bool judge = false;
  std::string plant = "none";
};

constexpr const char* kWhatIsCompared =
    "raw:       uv_queue_work of a request that was allocated before, execute, complete\n"
    "unchecked: napi_create_async_work, napi_queue_async_work, execute, complete and\n"
    "           napi_delete_async_work for each work, on the host alone; where the next work is made\n"
    "           in complete, also napi_create_string_utf8 for its name (not one thread at a time)\n"
    "checked:   the same, with the checker in front of the host\n"
    "The pool has one worker. Figures are medians over the rounds; \"over raw\" compares within one\n"
    "process. \"One thread at a time\": the worker is held while works are queued, executes them\n"
    "while the loop waits, and then they complete.\n";

bool RunRounds(const Options& options, Rounds& rounds) {
  std::string folder = OwnFolder();
  std::vector<std::string> arguments = {fmt::format("--benchmark_min_time={}", options.min_time)};
  for (int round = 1; round <= options.rounds; ++round) {
    // The second program of a round is at an advantage or not: they take turns at being it.
    for (bool checked : {round % 2 == 0, round % 2 != 0}) {
      const char* front = checked ? "checked" : "unchecked";
      fmt::print(stderr, "round {} of {}: {}\n", round, options.rounds, front);
      std::vector<std::string> all;
      if (checked && options.plant == "slow") all = {"--plant", "slow"};
      all.insert(all.end(), arguments.begin(), arguments.end());
      ChildResult result;
      std::string error;
      if (!RunChild(fmt::format("{}/bench_async_work_{}", folder, front), all,
                    fmt::format("{}/bench_async_work_{}.{}.json", options.out, front, round),
                    result, error)) {
        fmt::print(stderr, "bench_async_work: {}\n", error);
        return false;
      }
      (checked ? rounds.checked : rounds.unchecked).push_back(std::move(result));
    }
  }
  return true;
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app{"What an async work costs over raw uv_queue_work: unchecked, and checked.\n"
               "Exit status: 0, 1 when --judge misses a figure, 2 usage or a program that fails."};
  app.add_option("--rounds", options.rounds, "Runs of each program")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  app.add_option("--min-time", options.min_time, "Seconds a benchmark and round, at least")
      ->capture_default_str();
  app.add_option("--json", options.json, "Where to put the summary");
  app.add_option("--out", options.out, "Folder for Google Benchmark's JSON of each run")
      ->capture_default_str()
      ->check(CLI::ExistingDirectory);
  app.add_flag("--judge", options.judge, "Fail when a figure is missed");
  app.add_option("--plant", options.plant,
                 "slow: 10 us of busy work a thread and work on the checked side, to prove that "
                 "--judge can fail")
      ->check(CLI::IsMember({"none", "slow"}));
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "bench_async_work: {}\n", error.what());
    return 2;
  }
  Rounds rounds;
  if (!RunRounds(options, rounds)) return 2;
  fmt::print("{}", kWhatIsCompared);
  PrintFigures(rounds);
  bool reached = PrintGoals(rounds);
  if (!options.json.empty()) {
    std::ofstream file(options.json);
    file << Summary(rounds).dump(2) << '\n';
    file.flush();
    if (!file) {
      fmt::print(stderr, "bench_async_work: cannot write {}\n", options.json);
      return 2;
    }
  }
  return options.judge && !reached ? 1 : 0;
}

}  // namespace
}  // namespace napisan::bench

int main(int argc, char** argv) { return napisan::bench::Main(argc, argv); }
