#include "options.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <random>

#include <fmt/format.h>

#include "sanitizer.h"

namespace napisan::stress {
namespace {

struct PlantName {
  Plant plant;
  const char* name;
};

constexpr PlantName kPlants[] = {
    {Plant::kNone, "none"},
    {Plant::kRace, "race"},
    {Plant::kLeak, "leak"},
    {Plant::kDoubleDelete, "double-delete"},
    {Plant::kReportFreeComplete, "report-free-complete"},
};

uint64_t RandomSeed() {
  std::random_device device;
  // Short enough to be read out over a telephone.
  return device() % 1'000'000'000;
}

[[noreturn]] void Refuse(const std::string& line) {
  std::fprintf(stderr, "stress_async_work: %s\n", line.c_str());
  std::exit(2);
}

Plant PlantFor(const std::string& name) {
  for (const PlantName& known : kPlants) {
    if (name == known.name) return known.plant;
  }
  Refuse("--plant: there is no defect " + name);
}

}  // namespace

const char* NameOf(Plant plant) { return kPlants[static_cast<int>(plant)].name; }

Options ParseOptions(int argc, char** argv) {
  Options options;
  options.seed = RandomSeed();
  std::string plant = "none";
  CLI::App app{
      "Queues, cancels, deletes and completes async works from several agents at once, "
      "and compares each with what the contract expects.\n"
      "Exit status: 0 all as expected, 1 a disagreement, 2 usage, 130 interrupted."};
  app.add_option("--seed", options.seed, "Of every choice; random when not given");
  app.add_option("--seconds", options.seconds, "Stop after so long")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--works", options.works, "Stop after so many works, in all; 0: no limit")
      ->capture_default_str();
  app.add_option("--agents", options.agents, "JS threads, each with a loop and an env of its own")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  app.add_option("--in-flight", options.in_flight, "Works an agent has queued at most")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--threads", options.threads, "Worker threads, shared by all (UV_THREADPOOL_SIZE)")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024));
  app.add_option("--profile", options.profile, "Whose behaviour: node20, node22, …, openharmony")
      ->capture_default_str()
      ->check(CLI::IsMember({"node20", "node22", "node24", "node26", "openharmony"}));
  app.add_option("--json", options.json, "Where to keep the results, also while it runs");
  app.add_option("--plant", plant,
                 "A deliberate defect, which must make the run fail: race (needs ThreadSanitizer), "
                 "leak (needs AddressSanitizer), double-delete, report-free-complete");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    std::exit(app.exit(help));
  } catch (const CLI::ParseError& error) {
    Refuse(error.what());
  }
  options.plant = PlantFor(plant);
  if (options.plant == Plant::kRace && !kSeesRaces) {
    Refuse("--plant race: only a build with ThreadSanitizer can see it");
  }
  if (options.plant == Plant::kLeak && !kSeesLeaks) {
    Refuse("--plant leak: only a build with AddressSanitizer can see it");
  }
  return options;
}

std::string ReproCommand(const Options& options) {
  std::string command = fmt::format(
      "stress_async_work --seed {} --works {} --seconds {} --agents {} --in-flight {} --threads {} "
      "--profile {}",
      options.seed, options.works, options.seconds, options.agents, options.in_flight,
      options.threads, options.profile);
  if (options.plant != Plant::kNone) command += fmt::format(" --plant {}", NameOf(options.plant));
  return command;
}

}  // namespace napisan::stress
