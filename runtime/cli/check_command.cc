#include "cli/check_command.h"

#include <cstdio>

#include "checker/sink.h"
#include "cli/orders.h"
#include "cli/plan.h"
#include "cli/printer.h"
#include "cli/run.h"
#include "cli/supervise.h"

namespace napisan::cli {
namespace {

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
