#include "cli/check_command.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "checker/sink.h"
#include "cli/module_file.h"
#include "cli/orders.h"
#include "cli/outputs.h"
#include "cli/printer.h"
#include "cli/run.h"
#include "cli/supervise.h"

namespace napisan::cli {
namespace {

bool Complain(const std::string& text) {
  std::fprintf(stderr, "napisan: %s\n", text.c_str());
  return false;
}

bool ReadScript(const std::string& path, RunPlan& plan) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    // An empty file is no error, though nothing was copied.
    bool empty = file.is_open() && file.peek() == std::ifstream::traits_type::eof();
    if (!empty || !std::filesystem::is_regular_file(path)) {
      return Complain("--script: cannot read " + path + "; give a file of statements, one a line");
    }
  }
  plan.texts.push_back({path, text.str()});
  SyntaxError error;
  if (ParseScript(plan.texts[0].text, plan.names, plan.statements, error)) return true;
  return Complain(Explain(plan.texts[0], error));
}

bool ReadCalls(const std::vector<std::string>& calls, RunPlan& plan) {
  for (const std::string& text : calls) {
    SyntaxError error;
    if (!ParseCall(text, plan.names, plan.statements.emplace_back(), error)) {
      return Complain("--call: " + Explain(text, error));
    }
    plan.texts.push_back({"", text});
  }
  return true;
}

// False where something is missing or wrong that needs no run to be found.
bool MakePlan(const CheckOptions& options, RunPlan& plan) {
  plan.module = options.module;
  plan.profile = *ParseProfile(options.profile);
  plan.gc = *ParseGcMode(options.gc);
  plan.agent = options.agent == "worker"     ? AgentKind::kWorker
               : options.agent == "taskpool" ? AgentKind::kTaskPool
                                             : AgentKind::kMain;
  if (options.orders && plan.agent != AgentKind::kMain) {
    return Complain("--orders: only the main agent runs one step at a time; leave --agent out");
  }
  if (plan.module.empty() && options.script.empty()) {
    return Complain("MODULE is missing: give a .node or .so file; napisan check -h helps");
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
  return problem.empty() || Complain(problem);
}

// The whole run, with its reports finished.
int RunAndFinish(const RunPlan& plan, RunObserver& observer) {
  int status = RunModule(plan, nullptr, observer);
  checker::FinishReports();
  return status == kUsage ? kUsage : checker::ExitCodeFor(status);
}

}  // namespace

int Check(const CheckOptions& options) {
  RunPlan plan;
  if (!MakePlan(options, plan)) return kUsage;
  if (options.orders) {
    return CheckOrders(plan, options.timeout_seconds, options.orders_max, options.quiet);
  }
  Printer printer(plan, options.quiet);
  int status = kOk;
  std::string ended;
  if (options.in_process) {
    status = RunAndFinish(plan, printer);
  } else {
    ChildEnd end = RunInChild([&](RunObserver& observer) { return RunAndFinish(plan, observer); },
                              options.timeout_seconds, printer);
    ended = Describe(end, options.timeout_seconds);
    if (!ended.empty()) std::fprintf(stderr, "napisan: %s\n", ended.c_str());
    status = StatusOf(end);
  }
  bool written = options.json.empty() ||
                 printer.WriteJson(options.json, ended.empty() ? "returned" : ended, status);
  return written || status != kOk ? status : kFailed;
}

}  // namespace napisan::cli
