// bench_async_work: tells what an async work costs over raw uv_queue_work, unchecked and checked.

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "driver.h"
#include "figures.h"

namespace napisan::bench {
namespace {

constexpr const char* kWhatIsCompared =
    "raw:       uv_queue_work of a request that was allocated before, execute, complete\n"
    "unchecked: napi_create_async_work, napi_queue_async_work, execute, complete and\n"
    "           napi_delete_async_work for each work, on the host alone; where the next work is\n"
    "           made in complete (not one thread at a time), also napi_create_string_utf8\n"
    "checked:   the same, with the checker in front of the host\n"
    "The pool has one worker, and loop thread and worker have a CPU each. Figures are medians over the rounds; \"over raw\" compares within\n"
    "one process. \"One thread at a time\": the worker is held while works are queued, executes\n"
    "them while the loop waits, and then they complete.\n";

int Main(int argc, char** argv) {
  DriverOptions options;
  std::string plant = "none";
  CLI::App app{
      "What an async work costs over raw uv_queue_work: unchecked, and checked.\n"
      "Exit status: 0, 1 when --judge misses a figure, 2 usage or a program that fails."};
  AddOptions(app, options);
  app.add_option("--plant", plant,
                 "slow: 10 us of busy work a thread and work on the checked side, to prove that "
                 "--judge can fail")
      ->check(CLI::IsMember({"none", "slow"}));
  if (std::optional<int> status = Parse(app, argc, argv, "bench_async_work")) return *status;
  Rounds rounds;
  std::vector<std::string> planted;
  if (plant == "slow") planted = {"--plant", "slow"};
  if (!RunRounds("bench_async_work", options, planted, rounds)) return 2;
  fmt::print("{}", kWhatIsCompared);
  PrintFigures(rounds);
  bool reached = PrintGoals(rounds);
  if (!WriteSummary("bench_async_work", options, Summary(rounds))) return 2;
  return options.judge && !reached ? 1 : 0;
}

}  // namespace
}  // namespace napisan::bench

int main(int argc, char** argv) { return napisan::bench::Main(argc, argv); }
