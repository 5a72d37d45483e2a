#include "explore/command.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "explore/findings.h"
#include "explore/sanitizers.h"
#include "schedule/strategies.h"

namespace napisan::explore {
namespace {

constexpr int kFound = 1;
constexpr int kSetup = 2;
constexpr int kInterrupted = 130;
constexpr double kSecondsByDefault = 10;
// "abc…", a commit's name, as a seed.
constexpr size_t kHexDigits = 15;

const schedule::StrategyRow* RowNamed(const std::string& name) {
  for (const schedule::StrategyRow& row : schedule::kStrategies) {
    if (name == row.name) return &row;
  }
  return nullptr;
}

std::string StrategyList() {
  std::string text = "Strategies:\n";
  for (const schedule::StrategyRow& row : schedule::kStrategies) {
    text += fmt::format("  {:<12}{}\n", row.name, row.text);
  }
  text += "The portfolio, which is what is taken without one:";
  for (const char* name : schedule::kPortfolio) text += std::string(" ") + name;
  return text + "\n";
}

std::string ReadShard(const std::string& text, Options& options) {
  unsigned own = 0;
  unsigned all = 0;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%u/%u%c", &own, &all, &rest) != 2 || own < 1 || own > all) {
    return "--shard: expected I/N with I from 1 to N, as in 2/8";
  }
  options.first = own - 1;
  options.step = all;
  return "";
}

// A number, or the name of a commit.
std::string CheckSeed(std::string& text) {
  if (text.empty()) return "a seed is expected";
  bool number = text.find_first_not_of("0123456789") == std::string::npos && text.size() < 20;
  if (number) return "";
  if (text.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) {
    return text + " is no seed: a number, or a commit in hexadecimal digits";
  }
  text = std::to_string(std::strtoull(text.substr(0, kHexDigits).c_str(), nullptr, 16));
  return "";
}

class Printer final : public Observer {
 public:
  Printer(const Subject& subject, const CommandOptions& options, Findings& findings)
      : subject_(subject), options_(options), findings_(findings) {}

  void OnProgress(const Result& result, double seconds) override {
    findings_.WriteSummary(subject_.name, result, "running");
    if (options_.quiet) return;
    const Counts& counts = result.counts;
    std::fprintf(
        stderr, "  %s: %.0f s, %llu schedules, %llu of them different, %llu points, %zu findings\n",
        subject_.name.c_str(), seconds, static_cast<unsigned long long>(counts.schedules),
        static_cast<unsigned long long>(counts.distinct),
        static_cast<unsigned long long>(counts.points), result.findings.size());
  }

  void OnFinding(const Finding& finding, bool shrunk) override {
    std::string folder = findings_.Write(subject_, finding);
    if (!shrunk) {
      std::printf("%s: FAILED: %s: %s\n  schedule %llu, by %s, after %.2f s; now in %s\n",
                  subject_.name.c_str(), FindingWord(finding.kind), finding.what.c_str(),
                  static_cast<unsigned long long>(finding.number), finding.strategy.c_str(),
                  finding.seconds, folder.c_str());
    } else if (finding.kind == FindingKind::kLeak || options_.plain) {
      std::printf("%s  reproduce: %s\n", finding.output.c_str(),
                  findings_.Command(subject_, finding).c_str());
    } else {
      Tell(finding);
    }
    std::fflush(stdout);
  }

 private:
  void Tell(const Finding& finding) {
    std::printf("  %u switches, shrunk to %zu; %u of %u replays fail in the same way%s\n",
                finding.switches, finding.deviations.size(), finding.replays, finding.replayed,
                finding.replays < finding.replayed
                    ? ": it depends on something that is not under control"
                    : "");
    if (!options_.quiet) {
      std::printf("%s\n%s", finding.timeline.c_str(), finding.output.c_str());
    }
    std::printf("  reproduce: %s\n", findings_.Command(subject_, finding).c_str());
  }

  const Subject& subject_;
  const CommandOptions& options_;
  Findings& findings_;
};

std::string TellCounts(const Result& result) {
  const Counts& counts = result.counts;
  double schedules = std::max<double>(static_cast<double>(counts.schedules), 1);
  std::string text = fmt::format(
      "{} schedules in {:.1f} s, {} different; {:.0f} points, {:.0f} choices and {:.1f} "
      "preemptions "
      "each, up to {} threads",
      counts.schedules, result.seconds, counts.distinct,
      static_cast<double>(counts.points) / schedules,
      static_cast<double>(counts.decisions) / schedules,
      static_cast<double>(counts.preemptions) / schedules, counts.threads);
  if (counts.outside != 0) {
    text += fmt::format("; {} not fully controlled: a thread blocked where it cannot be seen",
                        counts.outside);
  }
  if (counts.different != 0) {
    text += fmt::format("; {} of {} went another way the second time: {}", counts.different,
                        counts.checked, result.difference);
  }
  return text;
}

bool Exhaustive(const CommandOptions& options) {
  return options.strategies.size() == 1 &&
         schedule::IsExhaustive(RowNamed(options.strategies[0])->kind);
}

// What a run without a finding is worth.
std::string TellMeaning(const Result& result, const CommandOptions& options) {
  if (options.plain) return "";
  if (Exhaustive(options)) {
    return fmt::format("  explored completely: {}, {} schedules\n", result.complete ? "yes" : "no",
                       result.counts.schedules);
  }
  const auto& names = options.options.strategies;
  std::string text;
  for (uint32_t depth = 1; depth <= 5; ++depth) {
    // Those of PCT with just that depth: more changes of priorities than a bug takes may disturb
    // it.
    size_t pct = 0;
    size_t all = names.empty() ? std::size(schedule::kPortfolio) : names.size();
    for (size_t i = 0; i < all; ++i) {
      const schedule::StrategyRow* row =
          RowNamed(names.empty() ? schedule::kPortfolio[i] : names[i]);
      if (row->kind == schedule::StrategyKind::kPct && row->parameter == depth) ++pct;
    }
    if (pct == 0) continue;
    double schedules = static_cast<double>(result.counts.schedules);
    double decisions = static_cast<double>(result.counts.decisions) / std::max(schedules, 1.0);
    double missed = MissedByPct(
        static_cast<uint64_t>(schedules * static_cast<double>(pct) / static_cast<double>(all)),
        depth, std::max<double>(result.counts.threads, 1), std::max(decisions, 1.0));
    text += fmt::format("{}depth {}: {:.2g}", text.empty() ? "" : ", ", depth, missed);
  }
  if (text.empty()) return "";
  return "  the probability to have missed a bug is at most, by the orderings that it takes: " +
         text + "\n";
}

// False where the subject has told of no work.
bool TellEvidence(const Subject& subject) {
  if (subject.evidence.empty()) return true;
  uint64_t sum = 0;
  std::string text;
  for (const auto& [name, value] : subject.evidence) {
    uint64_t count = value->load(std::memory_order_relaxed);
    if (count == 0) continue;
    sum += count;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, name);
  }
  std::printf("  %s\n", text.c_str());
  return sum > 0;
}

}  // namespace

void AddExploreOptions(CLI::App& app, CommandOptions& options) {
  app.add_option("--seconds", options.seconds,
                 "For so long, in all (10, where --schedules is not given)")
      ->check(CLI::PositiveNumber);
  app.add_option("--schedules", options.schedules, "So many, of each subject")
      ->check(CLI::PositiveNumber);
  app.add_option("--seed", options.seed_text,
                 "What the schedules follow from: a number, or a commit's name; one of the clock's "
                 "where it is left out")
      ->transform(CLI::Validator(CheckSeed, "SEED", ""));
  app.add_option("--strategy", options.strategies, "Who chooses; again for more, in turn")
      ->check(CLI::Validator(
          [](const std::string& name) {
            return RowNamed(name) != nullptr ? std::string()
                                             : name + " is no strategy; -h lists them";
          },
          "NAME"))
      ->allow_extra_args(false);
  app.add_option("--schedule", options.schedule, "Only this one, as a finding has it")
      ->type_name("STRING");
  app.add_option("--shard", options.shard, "The I-th of N parts of the schedules")
      ->type_name("I/N")
      ->capture_default_str();
  app.add_option("--threads", options.threads, "Of libuv's pool")
      ->check(CLI::Range(1, 200))
      ->capture_default_str();
  app.add_option("--hang", options.hang_seconds,
                 "Seconds in which no schedule ends before that is called a hang")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--outside", options.outside_seconds,
                 "Seconds that a peer or a child process has to answer, before nobody going on is "
                 "called a deadlock")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_flag("--plain", options.plain,
               "Threads as they come, not one at a time, and delayed now and then");
  app.add_flag("--no-delays", options.no_delays, "With --plain: as they come, and nothing else");
  app.add_flag("--keep-going", options.keep_going, "Up to ten different findings, and not one");
  app.add_flag("--no-shrink", options.no_shrink, "Tell of a schedule as it was found");
  app.add_option("--replays", options.replays, "How often a finding is run again")
      ->capture_default_str();
  app.add_option("--findings", options.findings, "Where findings are kept")->capture_default_str();
  app.add_option("--json", options.json, "Write the summary to this file, too")->type_name("FILE");
  app.add_option("--junit", options.junit, "And as JUnit XML to this one")->type_name("FILE");
  app.add_flag("-q,--quiet", options.quiet, "No progress, and no timelines");
  app.footer(StrategyList() +
             "\nExit status: 0 nothing was found; 1 a finding, or no work was done; 2 usage.\n");
}

std::string Understand(CommandOptions& options) {
  Options& explore = options.options;
  if (std::string problem = ReadShard(options.shard, explore); !problem.empty()) return problem;
  if (!options.seed_text.empty()) {
    options.seed = std::strtoull(options.seed_text.c_str(), nullptr, 10);
  } else {
    options.seed = static_cast<uint64_t>(
        std::chrono::system_clock::now().time_since_epoch().count() / 1'000'000 % 1'000'000'000);
  }
  if (!options.schedule.empty()) {
    std::optional<Deviations> schedule = ParseSchedule(options.schedule);
    if (!schedule) {
      return "--schedule: " + options.schedule + " is none; give it as a finding has it";
    }
    explore.only = true;
    explore.schedule = *schedule;
  }
  if (options.seconds == 0 && options.schedules == 0) options.seconds = kSecondsByDefault;
  explore.seed = options.seed;
  explore.strategies = options.strategies;
  explore.seconds = options.seconds;
  explore.schedules = options.schedules;
  explore.findings = options.keep_going ? 10 : 1;
  explore.shrink = !options.no_shrink && !explore.only;
  explore.hang_seconds = options.hang_seconds;
  explore.outside_seconds = options.outside_seconds;
  explore.plain = options.plain;
  explore.delays = !options.no_delays;
  explore.replays = explore.only && options.replays == 10 ? 1 : options.replays;
  setenv("UV_THREADPOOL_SIZE", std::to_string(options.threads).c_str(), 1);
  return "";
}

int ExploreAll(const std::vector<Subject>& subjects, const CommandOptions& options) {
  // Before anything else, so that whatever happens can be done again.
  std::printf("seed %llu%s\n", static_cast<unsigned long long>(options.seed),
              SeesRaces()    ? ", under ThreadSanitizer"
              : SeesMemory() ? ", under AddressSanitizer"
                             : "");
  std::fflush(stdout);
  Findings findings(options);
  if (std::string problem = findings.Problem(); !problem.empty()) {
    std::fprintf(stderr, "napisan: %s\n", problem.c_str());
    return kSetup;
  }
  int status = 0;
  auto began = std::chrono::steady_clock::now();
  for (size_t i = 0; i < subjects.size(); ++i) {
    const Subject& subject = subjects[i];
    Options own = options.options;
    if (own.seconds > 0) {
      std::chrono::duration<double> passed = std::chrono::steady_clock::now() - began;
      own.seconds =
          std::max((own.seconds - passed.count()) / static_cast<double>(subjects.size() - i), 0.1);
    }
    Printer printer(subject, options, findings);
    bool failed = !own.only && !own.plain && findings.RunKept(subject, own, printer);
    Result result = Explore(*subject.program, own, printer);
    std::printf("%s: %s: %s\n", subject.name.c_str(), result.findings.empty() ? "ok" : "FAILED",
                TellCounts(result).c_str());
    bool worked = TellEvidence(subject) && result.counts.schedules > 0;
    if (!worked && result.interrupted == 0) std::printf("  FAILED: no work was done\n");
    if (result.findings.empty() && !own.only) {
      std::printf("%s", TellMeaning(result, options).c_str());
    }
    std::fflush(stdout);
    failed |= !result.findings.empty() || (!worked && result.interrupted == 0);
    if (!findings.WriteSummary(subject.name, result, failed ? "failed" : "ok")) return kSetup;
    if (failed) status = kFound;
    if (result.interrupted != 0) {
      std::printf("interrupted; what there was so far is in %s\n", options.findings.c_str());
      return failed || status != 0 ? kFound : kInterrupted;
    }
  }
  return status;
}

}  // namespace napisan::explore
