#include "cli/fuzz_command.h"

#include <cctype>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/fuzz/campaign.h"
#include "cli/fuzz/learn_types.h"
#include "cli/fuzz/preflight.h"
#include "cli/module_file.h"
#include "cli/plan.h"
#include "cli/print_statement.h"
#include "cli/type_model.h"
#include "explore/files.h"

namespace napisan::cli {
namespace {

constexpr double kSecondsByDefault = 60;

// Where children run, so that what a module writes to relative paths lands nowhere else.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "napisan-fuzz-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~Folder() {
    std::error_code error;
    if (!path_.empty()) std::filesystem::remove_all(path_, error);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string CheckExecutor(const std::string& name) {
  if (fuzz::FindExecutor(name) != nullptr) return "";
  return name + " is none; expected stepping, pool or controlled";
}

// Tells what each statement of a replay gave.
class Teller final : public fuzz::ProgramObserver {
 public:
  void Begin(const fuzz::Input& input) { input_ = &input; }
  void OnStatement(size_t) override {}
  void OnPhase(const char*) override {}
  bool wants_outcomes() const override { return true; }
  void OnOutcome(size_t statement, const std::string& text) override {
    std::printf("%s\n  %s\n", Print(input_->statements[statement]).c_str(), text.c_str());
    // In order with the reports, and there if the next one crashes.
    std::fflush(stdout);
  }

 private:
  const fuzz::Input* input_ = nullptr;
};

int Replay(const std::string& file, const fuzz::ChildPlan& plan, fuzz::Knowledge& knowledge) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream.is_open()) {
    return Complain("--replay: cannot read " + file + "; give a finding's calls.js");
  }
  std::vector<fuzz::Input> inputs;
  std::string problem;
  if (!fuzz::Parse(file, text.str(), inputs, problem)) return Complain("--replay: " + problem);
  fuzz::ChildResult result = fuzz::RunFuzzChild(plan, knowledge, nullptr, fuzz::Telling::kAloud, 0,
                                                [&](fuzz::ChildContext& child) {
                                                  Teller teller;
                                                  child.SetListener(&teller);
                                                  for (const fuzz::Input& input : inputs) {
                                                    teller.Begin(input);
                                                    if (!child.Run(input)) return;
                                                  }
                                                  child.SetListener(nullptr);
                                                  if (!child.found_new())
                                                    child.CheckGrowth(inputs.back());
                                                });
  if (!result.load_error.empty()) return Complain(WithAdvice(result.load_error));
  if (result.interrupted()) return 128 + result.end.status;
  bool failed = false;
  for (const fuzz::Found& found : result.found) {
    std::printf("%s %s\n", found.fails ? "FOUND" : "note, no finding:", found.title.c_str());
    failed = failed || found.fails;
  }
  // A sanitizer's report stands above.
  if (result.end.kind == EndKind::kReturned && result.end.status != kOk) failed = true;
  if (!failed) std::printf("nothing is wrong\n");
  return failed ? kFailed : kOk;
}

std::string CommandOf(const FuzzOptions& options, const fuzz::ChildPlan& plan) {
  std::string command = "napisan fuzz " + explore::ShellWord(plan.subject.module) + " --executor " +
                        plan.subject.executor->name;
  if (options.profile != FuzzOptions().profile) command += " --profile " + options.profile;
  if (options.timeout_seconds != FuzzOptions().timeout_seconds) {
    command += fmt::format(" --timeout {}", options.timeout_seconds);
  }
  return command;
}

// Empty where there is something to call.
std::string ProblemOfCalls(const std::vector<std::string>& only, const fuzz::Knowledge& knowledge) {
  std::string names;
  for (const fuzz::Node* node : knowledge.Callables()) {
    names += (names.empty() ? "" : ", ") + fuzz::NameOf(*node);
  }
  if (names.empty()) return "the module exports no function; there is nothing to call";
  fuzz::Random random(0);
  for (const std::string& name : only) {
    fuzz::GeneratorOptions one{.only = {name}};
    if (fuzz::Generator(knowledge, one, random).Refresh()) continue;
    return fmt::format("--call: the module exports no function {}; it has {}", name, names);
  }
  return "";
}

}  // namespace

CLI::App* AddFuzz(CLI::App& app, FuzzOptions& options) {
  CLI::App* fuzz = app.add_subcommand(
      "fuzz", "Call a module's exports with generated values, under generated schedules");
  fuzz->add_option("MODULE", options.module, "A .node or .so file")->required();
  fuzz->add_option("--types", options.types,
                   "A TypeScript declaration file, index.d.ts: what the exports take. Needs a "
                   "Node.js (NAPISAN_NODE, or in PATH) and npm's typescript")
      ->type_name("FILE");
  fuzz->add_option("--call", options.calls,
                   "Only this export, or Class.method; again for more. All by default")
      ->allow_extra_args(false)
      ->type_name("NAME");
  CLI::Option* seconds =
      fuzz->add_option("--seconds", options.seconds,
                       "For so long, without the time of looking into the last finding; 60 by "
                       "default")
          ->check(CLI::PositiveNumber);
  fuzz->add_option("--runs", options.runs, "So many inputs")
      ->check(CLI::PositiveNumber)
      ->excludes(seconds);
  fuzz->add_option("--seed", options.seed, "A number; with --runs the same inputs each time");
  fuzz->add_option(
          "--executor", options.executor,
          "stepping: one thread plays all, each step is a choice of the input's; pool: real "
          "threads as they come; controlled: real threads, one at a time, as the input says. By "
          "default stepping where the module makes no thread and waits for none")
      ->check(CLI::Validator(CheckExecutor, "stepping|pool|controlled"));
  AddProfileOption(*fuzz, options.profile);
  fuzz->add_option("--corpus", options.corpus,
                   "Inputs to begin with, and where those go that showed something new")
      ->type_name("DIR");
  fuzz->add_option("--findings", options.findings, "Where findings go, as they arise")
      ->type_name("DIR")
      ->capture_default_str();
  fuzz->add_option("--replay", options.replay, "Run a finding's calls.js once, and tell all of it")
      ->type_name("FILE");
  fuzz->add_option("--timeout", options.timeout_seconds, "Seconds until an input hangs")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  fuzz->add_flag("--faults", options.faults,
                 "Calls of Node-API may fail, as they do where memory is short");
  fuzz->add_flag("-q,--quiet", options.quiet, "No progress lines");
  fuzz->footer(
      "Example: napisan fuzz build/entry.node --types index.d.ts --seconds 300 --corpus corpus\n\n"
      "A finding is a report of kind error or leak, a sanitizer's, a crash, a hang, an exit, or\n"
      "memory that grows with each input; what a call throws is none. See docs/fuzz_module.md.\n\n"
      "Exit status: 0 nothing found; 1 findings, or nothing was called; 2 usage and load errors;\n"
      "130 interrupted.\n");
  return fuzz;
}

int Fuzz(const FuzzOptions& options) {
  if (std::string problem = ProblemOfFile(options.module); !problem.empty()) {
    return Complain(problem);
  }
  fuzz::CampaignOptions campaign;
  campaign.seconds = options.seconds;
  campaign.runs = options.runs;
  if (options.seconds == 0 && options.runs == 0) campaign.seconds = kSecondsByDefault;
  campaign.seed = static_cast<uint64_t>(
      std::chrono::system_clock::now().time_since_epoch().count() / 1'000'000 % 1'000'000'000);
  if (!options.seed.empty()) {
    char* end = nullptr;
    campaign.seed = std::strtoull(options.seed.c_str(), &end, 10);
    bool number = std::isdigit(static_cast<unsigned char>(options.seed[0])) != 0 && *end == '\0';
    if (!number) return Complain("--seed: " + options.seed + " is no seed; give a number");
  }
  campaign.corpus = options.corpus;
  campaign.generator = {.only = options.calls, .faults = options.faults};
  campaign.quiet = options.quiet;

  std::string problem;
  fuzz::Knowledge knowledge;
  if (!options.types.empty()) {
    TypeModel types;
    if (!ReadTypes(options.types, types, problem)) return Complain(problem);
    fuzz::LearnTypes(types, knowledge);
  }
  fuzz::HoldInterrupts();
  Folder folder;
  fuzz::ChildPlan plan{.subject = {.module = std::filesystem::absolute(options.module),
                                   .profile = *ParseProfile(options.profile)},
                       .shared = fuzz::Shared::Map(),
                       .folder = folder.path(),
                       .timeout_seconds = options.timeout_seconds,
                       .on_progress = nullptr};
  fuzz::Preflight preflight = fuzz::ChooseExecutor(plan, knowledge, options.calls, campaign.seed);
  if (preflight.interrupted) return 128 + SIGINT;
  if (!preflight.problem.empty()) return Complain(WithAdvice(preflight.problem));
  plan.subject.executor =
      options.executor.empty() ? preflight.executor : fuzz::FindExecutor(options.executor);
  if (!options.replay.empty()) return Replay(options.replay, plan, knowledge);

  problem = ProblemOfCalls(options.calls, knowledge);
  fuzz::Findings findings(options.findings, CommandOf(options, plan));
  if (!problem.empty() || !findings.Prepare(problem)) return Complain(problem);
  // Of the campaign, not of what came before it.
  plan.shared.ResetCounts();
  std::printf("seed %llu, executor %s: %s\n", static_cast<unsigned long long>(campaign.seed),
              plan.subject.executor->name,
              options.executor.empty() ? preflight.reason.c_str() : "as --executor says");
  if (uint64_t edges = plan.shared.edges.load(); edges > 0) {
    std::printf("%llu edges of instrumented code are followed\n",
                static_cast<unsigned long long>(edges));
  } else {
    std::printf(
        "no code is instrumented: calls of Node-API and what they give are followed; a "
        "module that is built with -fsanitize=fuzzer-no-link is known better\n");
  }
  std::fflush(stdout);
  return fuzz::Campaign(std::move(plan), knowledge, campaign, findings).Run();
}

}  // namespace napisan::cli
