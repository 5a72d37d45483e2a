#include "cli/stress_command.h"

#include <dlfcn.h>

#include <cstdio>
#include <map>
#include <mutex>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/plan.h"
#include "cli/printer.h"
#include "cli/run.h"
#include "cli/supervise.h"
#include "explore/files.h"

namespace napisan::cli {
namespace {

// Keeps what is wrong, and what the calls gave.
class Listener final : public RunObserver {
 public:
  explicit Listener(const std::string& module) : module_(module) {}

  // The first step behind the loading: from here on it stays loaded from one schedule to the next.
  void OnStep(const std::string&) override {
    static bool kept = false;
    if (kept || module_.empty()) return;
    kept = dlopen(module_.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD) != nullptr;
  }
  void OnOutcome(size_t statement, const std::string& text) override {
    outcomes_[statement] += text + "\n";
  }
  void OnFailure(const std::string& text) override { Note(text); }
  void OnUncaught(const std::string& text) override { Note("uncaught exception: " + text); }
  void OnError(const std::string& text) override { Note(text); }

  const std::string& wrong() const { return wrong_; }
  const std::map<size_t, std::string>& outcomes() const { return outcomes_; }

 private:
  void Note(const std::string& text) {
    if (wrong_.empty()) wrong_ = text;
  }

  const std::string& module_;
  std::string wrong_;
  std::map<size_t, std::string> outcomes_;
};

class ModuleProgram final : public explore::Program {
 public:
  ModuleProgram(const RunPlan& plan, bool same_results)
      : plan_(plan), same_results_(same_results) {}

  std::string Run() override {
    Listener listener(plan_.module);
    int status = RunModule(plan_, nullptr, listener);
    if (!listener.wrong().empty()) return listener.wrong();
    if (status != kOk) return fmt::format("the run ended with status {}", status);
    if (!same_results_) return "";
    // The first one is what the usual order gave.
    if (!first_) {
      first_ = true;
      outcomes_ = listener.outcomes();
    } else if (outcomes_ != listener.outcomes()) {
      return "the calls give something else than in the usual order";
    }
    return "";
  }

 private:
  const RunPlan& plan_;
  bool same_results_;
  bool first_ = false;
  std::map<size_t, std::string> outcomes_;
};

std::string CommandOf(const StressOptions& options) {
  const CheckOptions& check = options.check;
  std::string command = "napisan stress";
  if (!check.module.empty()) command += " " + explore::ShellWord(check.module);
  for (const std::string& call : check.calls) command += " --call " + explore::ShellWord(call);
  if (!check.script.empty()) command += " --script " + explore::ShellWord(check.script);
  CheckOptions usual;
  if (check.profile != usual.profile) command += " --profile " + check.profile;
  if (check.agent != usual.agent) command += " --agent " + check.agent;
  if (check.gc != usual.gc) command += " --gc " + check.gc;
  if (options.same_results) command += " --same-results";
  return command;
}

}  // namespace

CLI::App* AddStress(CLI::App& app, StressOptions& options) {
  CLI::App* stress = app.add_subcommand(
      "stress", "Run a module's calls under schedule after schedule, real threads one at a time");
  AddPlanOptions(*stress, options.check);
  stress->add_flag("--same-results", options.same_results,
                   "What the calls give must be the same under each schedule");
  explore::AddExploreOptions(*stress, options.explore);
  return stress;
}

int Stress(StressOptions& options) {
  RunPlan plan;
  if (!MakePlan(options.check, plan)) return kUsage;
  if (std::string problem = explore::Understand(options.explore); !problem.empty()) {
    std::fprintf(stderr, "napisan: %s\n", problem.c_str());
    return kUsage;
  }
  // Once as it is, so that what cannot be run at all is told as what it is.
  Printer printer(plan, options.explore.quiet || options.explore.options.only);
  ChildEnd end =
      RunInChild([&](RunObserver& observer) { return RunModule(plan, nullptr, observer); },
                 options.check.timeout_seconds, printer);
  if (end.kind == EndKind::kReturned && end.status == kUsage) return kUsage;
  ModuleProgram program(plan, options.same_results);
  std::string name = options.check.module.empty() ? options.check.script : options.check.module;
  name = name.substr(name.rfind('/') + 1);
  return explore::ExploreAll({{name, CommandOf(options), &program, {}}}, options.explore);
}

}  // namespace napisan::cli
