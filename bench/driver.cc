#include "driver.h"

#include <fstream>

#include <fmt/format.h>

namespace napisan::bench {

void AddOptions(CLI::App& app, DriverOptions& options) {
  app.add_option("--rounds", options.rounds, "Runs of each program")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  app.add_option("--min-time", options.min_time, "Seconds a benchmark and round, at least")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--json", options.json, "Where to put the summary");
  app.add_option("--out", options.out, "Folder for Google Benchmark's JSON of each run")
      ->capture_default_str()
      ->check(CLI::ExistingDirectory);
  app.add_flag("--judge", options.judge, "Fail when a figure is missed");
}

std::optional<int> Parse(CLI::App& app, int argc, char** argv, const char* name) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "{}: {}\n", name, error.what());
    return 2;
  }
  return std::nullopt;
}

bool RunRounds(const std::string& name, const DriverOptions& options,
               const std::vector<std::string>& checked_arguments, Rounds& rounds) {
  std::string folder = OwnFolder();
  for (int round = 1; round <= options.rounds; ++round) {
    // Being the second may be an advantage, or not: they take turns at it.
    for (bool checked : {round % 2 == 0, round % 2 != 0}) {
      std::string program = fmt::format("{}_{}", name, checked ? "checked" : "unchecked");
      fmt::print(stderr, "round {} of {}: {}\n", round, options.rounds, program);
      std::vector<std::string> arguments;
      if (checked) arguments = checked_arguments;
      arguments.push_back(fmt::format("--benchmark_min_time={}", options.min_time));
      ChildResult result;
      std::string error;
      if (!RunChild(folder + "/" + program, arguments,
                    fmt::format("{}/{}.{}.json", options.out, program, round), result, error)) {
        fmt::print(stderr, "{}: {}\n", name, error);
        return false;
      }
      (checked ? rounds.checked : rounds.unchecked).push_back(std::move(result));
    }
  }
  return true;
}

bool WriteSummary(const std::string& name, const DriverOptions& options,
                  const nlohmann::ordered_json& summary) {
  if (options.json.empty()) return true;
  std::ofstream file(options.json);
  file << summary.dump(2) << '\n';
  file.flush();
  if (file) return true;
  fmt::print(stderr, "{}: cannot write {}\n", name, options.json);
  return false;
}

}  // namespace napisan::bench
