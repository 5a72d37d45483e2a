// The napisan command.

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "checker/options.h"
#include "checker/sink.h"
#include "cli/case_command.h"
#include "cli/check_command.h"
#include "cli/fuzz_command.h"
#include "cli/merge_command.h"
#include "cli/plan.h"
#include "cli/rules_command.h"
#include "cli/run.h"
#include "cli/stress_command.h"

// What a loop in a fuzzer goes without.
extern "C" const char* __napisan_default_options() { return "execute_times=1"; }

namespace {

using namespace napisan::cli;

constexpr const char* kStatuses =
    "Exit status: 0 clean; 66 reports of kind error or leak (the option exitcode); 1 the module\n"
    "crashed, hung, ended the process or left an exception uncaught; 2 usage and load errors.\n\n"
    "NAPISAN_OPTIONS=help=1 lists the options of reports: files, suppressions, halting.\n";

constexpr const char* kScripts =
    "A script has one statement a line, and // comments:\n"
    "  db = new Database('file')            names what it gives\n"
    "  row = await db.get('key')            turns the loop until the promise is settled\n"
    "  hash('secret', callback(done))       callback(NAME) records its calls\n"
    "  result = await done                  the arguments of its next call, as an array\n"
    "  size = row.length                    reads a property; row.length = 1 sets one\n"
    "  expect await db.has('key') is true   deeply equal; has 'text' looks at its printed form\n"
    "  expect throws db.get()               or rejects, where it is awaited\n"
    "  other = require('./other.node')      another module, beside the script\n"
    "  terminate                            tears down with what is in flight, and ends\n"
    "What throws and is not expected to ends the script, and the status is 1.\n\n";

void AddCheck(CLI::App& app, CheckOptions& options) {
  CLI::App* check = app.add_subcommand("check", "Load a module, call its exports, and report");
  AddPlanOptions(*check, options);
  check
      ->add_option(
          "--types", options.types,
          "A TypeScript declaration file, index.d.ts: exports, arguments, results and "
          "callbacks that are not as it says are failures. Needs a Node.js (NAPISAN_NODE, or "
          "in PATH) and npm's typescript")
      ->type_name("FILE");
  check
      ->add_option("--timeout", options.timeout_seconds,
                   "Seconds until a run that is not idle is killed, for each order with --orders")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  check->add_flag("--orders", options.orders,
                  "Run in every order in which its works can execute and complete");
  check->add_option("--orders-max", options.orders_max, "At most so many orders")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  check->add_option("--json", options.json, "Write what the calls gave to this file, too");
  check->add_flag("--in-process", options.in_process,
                  "Do not fork: for debuggers; a crash or a hang is then the command's own");
  check->add_flag("-q,--quiet", options.quiet, "Print reports only");
  check->footer(std::string("Example: napisan check entry.node --call 'asyncWork(1024)' "
                            "--call 'run([1, 2], callback)'\n\n") +
                kScripts + kStatuses);
}

}  // namespace

int main(int argc, char** argv) {
  napisan::checker::PrepareSink();
  CLI::App app("A contract sanitizer for Node-API modules that do asynchronous work", "napisan");
  app.set_version_flag("--version", "napisan " NAPISAN_VERSION);
  app.require_subcommand(1);
  app.footer(kStatuses);

  CheckOptions check;
  AddCheck(app, check);
  bool json = false;
  CLI::App* rules = app.add_subcommand("rules", "List the rules");
  rules->add_flag("--json", json, "As JSON");
  std::string rule;
  CLI::App* explain = app.add_subcommand("explain", "Tell one rule: what, why and the remedy");
  explain->add_option("RULE", rule, "Its name, as in async-work/double-delete")->required();
  explain->add_flag("--json", json, "As JSON");
  StressOptions stress_options;
  CLI::App* stress = AddStress(app, stress_options);
  FuzzOptions fuzz_options;
  CLI::App* fuzz = AddFuzz(app, fuzz_options);
  MergeOptions merge_options;
  CLI::App* merge = AddMerge(app, merge_options);
  CaseOptions case_options;
  CLI::App* cases = AddCase(app, case_options);

  constexpr std::string_view kCommands[] = {"check", "stress",  "fuzz", "merge",
                                            "rules", "explain", "case"};
  bool command = argc > 1 && argv[1][0] != '-';
  if (command &&
      std::find(std::begin(kCommands), std::end(kCommands), argv[1]) == std::end(kCommands)) {
    std::string_view nearest =
        napisan::checker::NearestName(argv[1], kCommands, std::size(kCommands));
    std::fprintf(stderr, "napisan: there is no command %s; did you mean %s? napisan -h helps\n",
                 argv[1], std::string(nearest).c_str());
    return kUsage;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    std::fprintf(stderr, "napisan: %s; napisan -h helps\n", error.what());
    return kUsage;
  }
  if (rules->parsed()) return ListRules(json);
  if (stress->parsed()) return Stress(stress_options);
  if (fuzz->parsed()) return Fuzz(fuzz_options);
  if (merge->parsed()) return Merge(merge_options);
  if (cases->parsed()) return RunCase(*cases, case_options);
  if (explain->parsed()) return ExplainRule(rule, json);
  return Check(check);
}
