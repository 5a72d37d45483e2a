#include "cli/orders.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include <fmt/format.h>

#include "checker/report.h"
#include "checker/sink.h"

namespace napisan::cli {
namespace {

// What one order brought, as its process told it.
class OrderLog final : public RunObserver {
 public:
  explicit OrderLog(size_t statements) : outcomes(statements) {}

  void OnStep(const std::string&) override {}
  void OnOutcome(size_t statement, const std::string& text) override {
    std::string& all = outcomes[statement];
    all += (all.empty() ? "" : "; ") + text;
  }
  void OnFailure(const std::string& text) override { failures.push_back(text); }
  void OnUncaught(const std::string& text) override {
    failures.push_back("uncaught exception: " + text);
  }
  // The choices arrive as a line that begins with this, after the run.
  static constexpr std::string_view kChoices = "choices ";
  void OnError(const std::string& line) override {
    if (line.compare(0, kChoices.size(), kChoices) != 0) {
      error = line;
      return;
    }
    const char* at = line.c_str() + kChoices.size();
    OrderChoice choice{};
    int used = 0;
    while (std::sscanf(at, "%u/%u %n", &choice.chosen, &choice.count, &used) == 2) {
      taken.push_back(choice);
      at += used;
    }
  }

  std::vector<std::string> outcomes;
  std::vector<OrderChoice> taken;
  // Failures, and exceptions that nobody caught.
  std::vector<std::string> failures;
  std::string error;
  ChildEnd end;
  std::vector<uint32_t> prefix;
};

// In the child: one order, with reports aloud or only counted.
int RunOrder(const RunPlan& plan, const std::vector<uint32_t>& prefix, bool aloud,
             RunObserver& observer) {
  checker::SetSinkQuiet(!aloud);
  OrderChooser chooser(prefix);
  int status = RunModule(plan, &chooser, observer);
  std::string choices(OrderLog::kChoices);
  for (const OrderChoice& choice : chooser.taken()) {
    choices += fmt::format("{}/{} ", choice.chosen, choice.count);
  }
  observer.OnError(choices);
  checker::FinishReports();
  return checker::ExitCodeFor(status);
}

OrderLog Explore(const RunPlan& plan, const std::vector<uint32_t>& prefix, bool aloud,
                 double timeout_seconds) {
  OrderLog log(plan.statements.size());
  log.prefix = prefix;
  log.end =
      RunInChild([&](RunObserver& observer) { return RunOrder(plan, prefix, aloud, observer); },
                 timeout_seconds, log);
  return log;
}

std::vector<uint32_t> ChoicesOf(const OrderLog& log) {
  std::vector<uint32_t> choices;
  for (const OrderChoice& choice : log.taken) choices.push_back(choice.chosen);
  return choices;
}

// Whether a statement gives the same again in the same order: what differs by itself, as random
// salts and times do, says nothing about orders.
bool IsStable(const RunPlan& plan, const OrderLog& log, size_t statement, double timeout_seconds) {
  constexpr int kRuns = 2;
  for (int i = 0; i < kRuns; ++i) {
    OrderLog again = Explore(plan, ChoicesOf(log), false, timeout_seconds);
    bool same = again.end.kind == EndKind::kReturned &&
                again.outcomes[statement] == log.outcomes[statement];
    if (!same) return false;
  }
  return true;
}

void ReportAssumption(const RunPlan& plan, size_t statement, const OrderLog& first,
                      const OrderLog& other) {
  checker::Report report;
  report.rule = checker::RuleId::OrderAssumption;
  report.message = fmt::format(
      "{} {}, {}, {} in order {} and {} in order {}", plan.is_script() ? "line" : "call",
      plan.NumberOf(statement), plan.statements[statement].source, first.outcomes[statement],
      OrderName(first.taken), other.outcomes[statement], OrderName(other.taken));
  report.module = plan.module;
  report.profile = Traits(plan.profile).name;
  report.schedule = OrderName(other.taken);
  checker::Emit(report);
}

class Progress {
 public:
  explicit Progress(bool quiet) : shown_(!quiet && isatty(STDERR_FILENO) != 0) {}
  void Show(size_t orders) {
    auto now = std::chrono::steady_clock::now();
    if (!shown_ || now - last_ < std::chrono::seconds(1)) return;
    last_ = now;
    std::fprintf(stderr, "\r%zu orders", orders);
  }
  void Clear() const {
    if (shown_) std::fprintf(stderr, "\r\033[K");
  }

 private:
  bool shown_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

// One order went wrong in a way that has nothing to do with the others. True where it did.
bool Broken(const RunPlan& plan, const OrderLog& log, double timeout_seconds, int& status) {
  if (!log.error.empty()) {
    std::fprintf(stderr, "napisan: %s\n", log.error.c_str());
    status = kUsage;
    return true;
  }
  if (log.end.kind == EndKind::kHalted) {
    // In silence: once more, aloud. What it chose after its prefix went with it.
    status = Explore(plan, log.prefix, true, timeout_seconds).end.status;
    return true;
  }
  if (log.end.kind != EndKind::kReturned) {
    std::fprintf(stderr, "napisan: in order %s: %s\n", OrderName(log.taken).c_str(),
                 Describe(log.end, timeout_seconds).c_str());
    status = StatusOf(log.end);
    return true;
  }
  return false;
}

}  // namespace

uint32_t OrderChooser::Choose(uint32_t count) {
  uint32_t chosen = taken_.size() < prefix_.size() ? prefix_[taken_.size()] : 0;
  // A module that is not deterministic may offer fewer steps than it did.
  if (chosen >= count) chosen = count - 1;
  taken_.push_back({chosen, count});
  return chosen;
}

std::vector<uint32_t> NextOrder(const std::vector<OrderChoice>& taken) {
  for (size_t i = taken.size(); i-- > 0;) {
    if (taken[i].chosen + 1 >= taken[i].count) continue;
    std::vector<uint32_t> prefix;
    for (size_t j = 0; j < i; ++j) prefix.push_back(taken[j].chosen);
    prefix.push_back(taken[i].chosen + 1);
    return prefix;
  }
  return {};
}

std::string OrderName(const std::vector<OrderChoice>& taken) {
  std::string name;
  for (const OrderChoice& choice : taken) {
    name += (name.empty() ? "" : ".") + std::to_string(choice.chosen);
  }
  return name.empty() ? "0" : name;
}

int CheckOrders(const RunPlan& plan, double timeout_seconds, size_t orders_max, bool quiet) {
  Progress progress(quiet);
  OrderLog first = Explore(plan, {}, false, timeout_seconds);
  size_t orders = 1;
  int status = kOk;
  if (Broken(plan, first, timeout_seconds, status)) return status;
  bool differs = false;
  // By statement: what differs by itself, and is compared no more.
  std::vector<bool> varies(plan.statements.size());
  // The first order with a report or an uncaught exception of its own.
  const std::vector<uint32_t>* loud = first.end.status != 0 ? &first.prefix : nullptr;
  std::vector<uint32_t> loud_prefix;
  std::vector<uint32_t> prefix = NextOrder(first.taken);
  while (!prefix.empty() && orders < orders_max) {
    OrderLog log = Explore(plan, prefix, false, timeout_seconds);
    ++orders;
    if (Broken(plan, log, timeout_seconds, status)) return status;
    if (log.end.status != 0 && loud == nullptr) {
      loud_prefix = prefix;
      loud = &loud_prefix;
    }
    for (size_t i = 0; i < plan.statements.size() && !differs; ++i) {
      if (varies[i] || log.outcomes[i] == first.outcomes[i]) continue;
      varies[i] =
          !IsStable(plan, first, i, timeout_seconds) || !IsStable(plan, log, i, timeout_seconds);
      if (varies[i]) continue;
      differs = true;
      progress.Clear();
      ReportAssumption(plan, i, first, log);
    }
    prefix = NextOrder(log.taken);
    progress.Show(orders);
  }
  progress.Clear();
  if (!quiet) {
    for (size_t i = 0; i < plan.statements.size(); ++i) {
      std::printf("[%zu] %s: %s\n", plan.NumberOf(i), plan.statements[i].source.c_str(),
                  first.outcomes[i].c_str());
    }
    auto varying = std::count(varies.begin(), varies.end(), true);
    std::string but =
        varying == 0 ? "" : fmt::format(", but for {} that differ by themselves", varying);
    std::printf("%zu %s%s, %s%s\n", orders, orders == 1 ? "order" : "orders",
                prefix.empty() ? "" : ", and more that --orders-max left out",
                differs ? "with different results" : "all with these results", but.c_str());
  }
  if (loud != nullptr) {
    OrderLog again = Explore(plan, *loud, true, timeout_seconds);
    for (const std::string& failure : again.failures) {
      std::fprintf(stderr, "napisan: in order %s: %s\n", OrderName(again.taken).c_str(),
                   failure.c_str());
    }
    status = again.end.status;
  }
  checker::FinishReports();
  return checker::ExitCodeFor(status);
}

}  // namespace napisan::cli
