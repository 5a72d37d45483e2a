#include "cli/plan.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include <CLI/CLI.hpp>

#include "cli/module_file.h"
#include "cli/outputs.h"

namespace napisan::cli {
namespace {

bool Refuse(const std::string& text) {
  Complain(text);
  return false;
}

bool ReadScript(const std::string& path, RunPlan& plan) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    // An empty file is no error, though nothing was copied.
    bool empty = file.is_open() && file.peek() == std::ifstream::traits_type::eof();
    if (!empty || !std::filesystem::is_regular_file(path)) {
      return Refuse("--script: cannot read " + path + "; give a file of statements, one a line");
    }
  }
  plan.texts.push_back({path, text.str()});
  SyntaxError error;
  if (ParseScript(plan.texts[0].text, plan.names, plan.statements, error)) return true;
  return Refuse(Explain(plan.texts[0], error));
}

bool ReadCalls(const std::vector<std::string>& calls, RunPlan& plan) {
  for (const std::string& text : calls) {
    SyntaxError error;
    if (!ParseCall(text, plan.names, plan.statements.emplace_back(), error)) {
      return Refuse("--call: " + Explain(text, error));
    }
    plan.texts.push_back({"", text});
  }
  return true;
}

// Empty where it is the name of a profile.
std::string CheckProfile(const std::string& name) {
  if (ParseProfile(name)) return "";
  return name + " is none; expected " + std::string(ProfileNames());
}

}  // namespace

void AddProfileOption(CLI::App& app, std::string& profile) {
  app.add_option("--profile", profile, "Whose behaviour the host has")
      ->check(CLI::Validator(CheckProfile, "PROFILE"))
      ->capture_default_str();
}

void AddPlanOptions(CLI::App& app, CheckOptions& options) {
  app.add_option("MODULE", options.module, "A .node or .so file");
  CLI::Option* call =
      app.add_option("--call", options.calls,
                     "An export and its arguments as JavaScript literals; again for more. The "
                     "word callback stands for a function whose calls are printed")
          ->allow_extra_args(false)
          ->type_name("'NAME(…)'");
  app.add_option("--script", options.script,
                 "A file of such calls, one a line, with names for their results, await, new and "
                 "expect: see below")
      ->excludes(call)
      ->type_name("FILE");
  AddProfileOption(app, options.profile);
  app.add_option(
         "--agent", options.agent,
         "The JS thread that loads it and runs the calls: the main one; a Worker, which gets "
         "their arguments by postMessage and posts what they give; or a task pool's, where they "
         "are one task of execute()")
      ->check(CLI::IsMember({"main", "worker", "taskpool"}))
      ->capture_default_str();
  app.add_option("--gc", options.gc,
                 "Garbage collection: when the loop is idle, wherever an engine could (zeal), or "
                 "never (off)")
      ->check(CLI::IsMember({"off", "idle", "zeal"}))
      ->capture_default_str();
}

bool MakePlan(const CheckOptions& options, RunPlan& plan) {
  plan.module = options.module;
  plan.profile = *ParseProfile(options.profile);
  plan.gc = *ParseGcMode(options.gc);
  plan.agent = options.agent == "worker"     ? AgentKind::kWorker
               : options.agent == "taskpool" ? AgentKind::kTaskPool
                                             : AgentKind::kMain;
  if (options.orders && plan.agent != AgentKind::kMain) {
    return Refuse("--orders: only the main agent runs one step at a time; leave --agent out");
  }
  if (plan.module.empty() && options.script.empty()) {
    return Refuse("MODULE is missing: give a .node or .so file; napisan check -h helps");
  }
  bool read =
      options.script.empty() ? ReadCalls(options.calls, plan) : ReadScript(options.script, plan);
  if (!read) return false;
  std::string problem = ProblemOfOutputs(options.json);
  if (problem.empty() && !plan.module.empty()) problem = ProblemOfFile(plan.module);
  if (problem.empty() && !options.types.empty()) {
    auto types = std::make_shared<TypeModel>();
    if (ReadTypes(options.types, *types, problem)) plan.types = std::move(types);
  }
  return problem.empty() || Refuse(problem);
}

}  // namespace napisan::cli
