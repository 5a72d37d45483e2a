#include "cli/case_command.h"

#include <cstdio>
#include <filesystem>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cases/attempt.h"
#include "cases/case_file.h"
#include "cases/case_text.h"
#include "cases/export.h"
#include "cases/minimize.h"
#include "checker/options.h"
#include "cli/run.h"

namespace napisan::cli {
namespace {

CLI::App* Add(CLI::App& app, CaseOptions& options, const char* name, const char* what) {
  CLI::App* command = app.add_subcommand(name, what);
  command->add_option("FILE", options.file, "A case: bytes that a target reads, or text")
      ->required();
  command
      ->add_option(
          "--target", options.target,
          "The fuzz target whose bytes these are, and which runs them; text means the same "
          "to all")
      ->check(CLI::Validator(
          [](const std::string& given) {
            if (cases::IsTarget(given)) return std::string();
            return given + " is none; expected one of " + cases::TargetNames();
          },
          "TARGET"))
      ->capture_default_str();
  return command;
}

void AddTimeout(CLI::App& command, CaseOptions& options, const char* what) {
  command.add_option("--timeout", options.timeout_seconds, what)
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
}

int Show(const cases::Case& program) {
  fmt::print("{}", cases::ToText(program));
  return kOk;
}

int Import(const cases::Case& program, const CaseOptions& options) {
  std::string error;
  if (cases::WriteCase(options.out, options.target, program, error)) return kOk;
  return Complain(error);
}

int Replay(const cases::Case& program, const CaseOptions& options) {
  cases::Attempt attempt =
      cases::Try(program, {options.times, options.timeout_seconds, cases::PoolOf(options.target)});
  std::fputs(attempt.output.c_str(), stderr);
  if (!attempt.failure.empty()) {
    fmt::print(stderr, "napisan: the case fails: {}\n", attempt.failure);
    return kFailed;
  }
  fmt::print("host, checker and model agree: {} operations performed, {} left out\n",
             attempt.performed, attempt.left_out);
  if (options.times > 1) {
    fmt::print("{} of {} the same, trace {:016x}\n", attempt.alike, options.times, attempt.trace);
  }
  return attempt.alike == options.times ? kOk : kFailed;
}

int Minimize(const cases::Case& program, const CaseOptions& options) {
  cases::AttemptOptions each{1, options.timeout_seconds, cases::PoolOf(options.target)};
  cases::Attempt first = cases::Try(program, each);
  if (first.failure.empty()) return Complain(options.file + " does not fail in this build");
  std::string error;
  if (!cases::WriteCase(options.out, options.target, program, error)) return Complain(error);
  fmt::print(stderr, "napisan: {} operations fail: {}\n", program.count, first.failure);

  size_t runs = 0;
  cases::MinimizeOptions how;
  how.still_fails = [&](const cases::Case& candidate) {
    ++runs;
    return cases::Try(candidate, each).failure == first.failure;
  };
  how.groups = [&](const cases::Case& failing) {
    return cases::GroupsOf(failing, cases::Try(failing, each).links);
  };
  // Each is a failing case by itself: who interrupts this has the best so far.
  how.on_better = [&](const cases::Case& better, cases::Pass pass, size_t) {
    fmt::print(stderr, "napisan: {} operations after {} runs ({})\n", better.count, runs,
               cases::NameOf(pass));
    if (!cases::WriteCase(options.out, options.target, better, error)) Complain(error);
  };
  cases::Case smallest = cases::Minimize(program, how);
  if (!error.empty()) return kUsage;
  fmt::print("{} of {} operations are left after {} runs, in {}\n{}", smallest.count, program.count,
             runs, options.out, cases::ToText(smallest));
  return kOk;
}

int Export(const cases::Case& program, const CaseOptions& options) {
  if (options.cpp.empty() && options.addon.empty()) {
    return Complain("case export: say what to write, --cpp FILE or --addon DIR");
  }
  if (cases::PoolOf(options.target) != cases::Pool::kStepping) {
    return Complain(options.target +
                    " has a pool of its own; what is exported plays all threads on one");
  }
  std::string error;
  std::string failure;
  auto record = [&](cases::EnvEnd env_end) {
    cases::Recording recording = cases::Record(program, options.timeout_seconds, env_end);
    failure = recording.failure;
    return recording;
  };
  if (!options.cpp.empty() &&
      !cases::WriteWhole(options.cpp, cases::ExportCpp(program, record(cases::EnvEnd::kAtOnce)),
                         error)) {
    return Complain(error);
  }
  if (!options.addon.empty()) {
    cases::Addon addon = cases::ExportAddon(program, record(cases::EnvEnd::kIdle));
    std::error_code ignored;
    std::filesystem::create_directories(options.addon, ignored);
    if (!cases::WriteWhole(options.addon + "/addon.cc", addon.addon, error) ||
        !cases::WriteWhole(options.addon + "/driver.mjs", addon.driver, error) ||
        !cases::WriteWhole(options.addon + "/CMakeLists.txt", addon.cmake, error)) {
      return Complain(error);
    }
  }
  if (!failure.empty()) {
    fmt::print(stderr, "napisan: the case fails, and what is exported ends there: {}\n", failure);
  }
  return kOk;
}

}  // namespace

CLI::App* AddCase(CLI::App& app, CaseOptions& options) {
  CLI::App* command =
      app.add_subcommand("case", "Show, replay, minimise and export cases of fuzz targets");
  command->require_subcommand(1);
  command->footer(
      "A case is what fuzz_all and the other targets of --target read: a crash file of theirs is\n"
      "one.\n\n"
      "Exit status: 0 done, and all agree; 1 the case fails, or does not run the same each time;\n"
      "2 usage, and files that cannot be read.\n");
  Add(*command, options, "show", "Print it as text");
  CLI::App* import =
      Add(*command, options, "import", "Write text as the bytes that a target reads");
  import->add_option("-o,--output", options.out, "The file to write")->required();
  CLI::App* run = Add(*command, options, "run", "Replay it in this build");
  run->add_option("--times", options.times, "So often, and compare what was seen")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  AddTimeout(*run, options, "Seconds until it hangs, of all the times");
  CLI::App* minimize =
      Add(*command, options, "minimize", "Make a case that fails as small as it can");
  minimize->add_option("-o,--output", options.out, "The file for the smallest so far")->required();
  AddTimeout(*minimize, options, "Seconds until a run hangs");
  minimize->footer(
      "The failure stays the same: what it says first, numbers left out, or what a sanitizer "
      "says.\n"
      "The output is replaced whenever a smaller case is found.\n\n"
      "Exit status: 0 done; 2 usage, and a case that does not fail.\n");
  CLI::App* exported = Add(*command, options, "export", "Write it as code that makes its calls");
  exported->add_option(
      "--cpp", options.cpp,
      "The file for a program on the engine-free host, which asserts the statuses");
  exported->add_option("--addon", options.addon,
                       "The folder for an addon and a driver, for a real Node.js");
  AddTimeout(*exported, options, "Seconds until the run that is recorded hangs");
  exported->footer(
      "The case is run once, and what is written are the calls of that run, with the statuses "
      "that\n"
      "came of them; of a case that fails, up to there.\n\n"
      "Exit status: 0 done; 2 usage, and files that cannot be written.\n");
  return command;
}

int RunCase(const CLI::App& command, const CaseOptions& options) {
  // As the targets have it.
  checker::Options& judged = checker::MutableOptions();
  judged.use_globals = judged.history = judged.symbolize = judged.execute_times = false;

  cases::Case program;
  std::string error;
  if (!cases::ReadCase(options.file, options.target, program, error)) {
    return Complain(error);
  }
  const std::string& name = command.get_subcommands()[0]->get_name();
  if (name == "show") return Show(program);
  if (name == "minimize") return Minimize(program, options);
  if (name == "export") return Export(program, options);
  if (name == "import") return Import(program, options);
  return Replay(program, options);
}

}  // namespace napisan::cli
