#include "cli/check_command.h"

#include <cstdio>
#include <fstream>
#include <mutex>
#include <thread>

#include <nlohmann/json.hpp>

#include "checker/sink.h"
#include "cli/orders.h"
#include "cli/run.h"
#include "cli/supervise.h"

namespace napisan::cli {
namespace {

// Prints what happens, line by line, and keeps it for --json.
class Printer final : public RunObserver {
 public:
  Printer(const RunPlan& plan, bool quiet)
      : plan_(plan), quiet_(quiet), outcomes_(plan.calls.size()) {}

  void OnStep(const std::string&) override {}
  void OnOutcome(size_t call, const std::string& text) override {
    // The first word of a call is its own text.
    if (!quiet_ && outcomes_[call].empty()) {
      std::printf("[%zu] %s\n", call + 1, plan_.calls[call].source.c_str());
    }
    if (!quiet_) std::printf("[%zu]   %s\n", call + 1, text.c_str());
    std::fflush(stdout);
    outcomes_[call].push_back(text);
  }
  void OnUncaught(const std::string& text) override {
    std::fprintf(stderr, "napisan: uncaught exception: %s\n", text.c_str());
    uncaught_.push_back(text);
  }
  void OnError(const std::string& line) override {
    std::fprintf(stderr, "napisan: %s\n", line.c_str());
  }

  void WriteJson(const std::string& path, const std::string& end, int status) const;

 private:
  const RunPlan& plan_;
  bool quiet_;
  std::vector<std::vector<std::string>> outcomes_;
  std::vector<std::string> uncaught_;
};

void Printer::WriteJson(const std::string& path, const std::string& end, int status) const {
  nlohmann::json calls = nlohmann::json::array();
  for (size_t i = 0; i < plan_.calls.size(); ++i) {
    calls.push_back({{"call", plan_.calls[i].source}, {"outcomes", outcomes_[i]}});
  }
  nlohmann::json all = {{"v", 1},         {"module", plan_.module},
                        {"calls", calls}, {"uncaught", uncaught_},
                        {"ended", end},   {"status", status}};
  // What a module prints need not be UTF-8.
  std::ofstream(path) << all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

bool MakePlan(const CheckOptions& options, RunPlan& plan) {
  plan.module = options.module;
  plan.profile = *ParseProfile(options.profile);
  plan.gc = *ParseGcMode(options.gc);
  for (const std::string& text : options.calls) {
    CallSyntax call;
    SyntaxError error;
    if (!ParseCall(text, call, error)) {
      std::fprintf(stderr, "napisan: --call: %s\n", Explain(text, error).c_str());
      return false;
    }
    plan.calls.push_back(std::move(call));
  }
  return true;
}

// The whole run, on the thread it belongs to, with its reports finished.
int RunAndFinish(const RunPlan& plan, bool worker, RunObserver& observer) {
  int status = kOk;
  if (worker) {
    std::thread([&] { status = RunModule(plan, nullptr, observer); }).join();
  } else {
    status = RunModule(plan, nullptr, observer);
  }
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
  bool worker = options.agent == "worker";
  Printer printer(plan, options.quiet);
  int status = kOk;
  std::string ended;
  if (options.in_process) {
    status = RunAndFinish(plan, worker, printer);
  } else {
    ChildEnd end =
        RunInChild([&](RunObserver& observer) { return RunAndFinish(plan, worker, observer); },
                   options.timeout_seconds, printer);
    ended = Describe(end, options.timeout_seconds);
    if (!ended.empty()) std::fprintf(stderr, "napisan: %s\n", ended.c_str());
    bool by_itself = end.kind == EndKind::kReturned || end.kind == EndKind::kHalted;
    status = by_itself ? end.status : kFailed;
  }
  if (!options.json.empty()) {
    printer.WriteJson(options.json, ended.empty() ? "returned" : ended, status);
  }
  return status;
}

}  // namespace napisan::cli
