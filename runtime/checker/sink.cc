#include "checker/sink.h"

#include <fmt/format.h>
#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <tuple>

#include "checker/options.h"
#include "checker/render_json.h"
#include "checker/render_output.h"
#include "checker/render_sarif.h"
#include "checker/render_text.h"
#include "checker/render_trace.h"
#include "checker/render_words.h"
#include "checker/sink_death.h"
#include "checker/suppressions.h"
#include "checker/symbolize.h"

namespace napisan::checker {
namespace {

// What makes two reports the same finding: rule, Node-API function, image and offset.
using Site = std::tuple<RuleId, std::string, std::string, uint64_t>;

struct SiteState {
  uint64_t count = 0;
  Suppression* suppressed_by = nullptr;
  bool in_sarif = false;
  size_t sarif_result = 0;
};

struct Sink {
  std::mutex mutex;
  // Guarded by the mutex.
  std::map<Site, SiteState> sites;
  SinkCounts counts;
  std::vector<Suppression> suppressions = LoadSuppressions(GetOptions().suppressions);
  std::string suppressions_path = GetOptions().suppressions;
  SarifLog sarif;
  Output text{PerProcess::kAlways, ""};
  Output json{PerProcess::kNever, ""};
  Output sarif_file{PerProcess::kChildren, ""};
  Output trace{PerProcess::kChildren, kTraceStart};
  ReportCallback callback = nullptr;
  void* callback_data = nullptr;
  bool quiet = false;
  // Stands for every site where none has to be remembered.
  SiteState any_site;
  bool finished = false;
  // Relaxed: whether there is anything to reset, asked by the thread that reported.
  std::atomic<bool> used{false};
};

Sink* sink_of_process = nullptr;

// A child has made no report yet, and its lock is its own: its parent may have held it in a thread
// that the child does not have.
void ForgetParent() {
  sink_of_process->counts = {};
  sink_of_process->finished = false;
  sink_of_process->mutex.unlock();
}

// Never destroyed: static destructors of modules still report.
Sink& TheSink() {
  static Sink* const sink = [] {
    sink_of_process = new Sink;
    pthread_atfork([] { sink_of_process->mutex.lock(); }, [] { sink_of_process->mutex.unlock(); },
                   ForgetParent);
    return sink_of_process;
  }();
  return *sink;
}

uint64_t NowMicroseconds() {
  auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

void CountKind(RuleKind kind, SinkCounts& counts) {
  switch (kind) {
    case RuleKind::Error:
      ++counts.errors;
      return;
    case RuleKind::Leak:
      ++counts.leaks;
      return;
    case RuleKind::Portability:
      ++counts.portability;
      return;
    case RuleKind::Hazard:
      ++counts.hazards;
      return;
  }
}

Site SiteOf(const Report& report) {
  std::string function = report.function == nullptr ? "" : report.function;
  if (report.at.empty()) return {report.rule, function, "", 0};
  return {report.rule, function, report.at[0].image, report.at[0].offset};
}

void LocateAll(Report& report) {
  for (CodeLocation& location : report.at) Locate(location);
  for (HistoryEntry& entry : report.history) {
    for (CodeLocation& location : entry.at) Locate(location);
  }
  if (report.module.empty() && !report.at.empty()) report.module = BaseName(report.at[0].image);
}

void SymbolizeAll(Report& report) {
  for (CodeLocation& location : report.at) Symbolize(location);
  for (HistoryEntry& entry : report.history) {
    for (CodeLocation& location : entry.at) Symbolize(location);
  }
}

bool UseColor(const Options& options) {
  if (options.color != Color::kAuto) return options.color == Color::kAlways;
  return Output::IsTerminal(options.log_path) && std::getenv("NO_COLOR") == nullptr;
}

void Write(Sink& sink, const Report& report, SiteState& site, bool fatal) {
  const Options& options = GetOptions();
  // The files first: should the terminal block or the process be killed, the finding is kept.
  if (!options.json_path.empty()) sink.json.Append(options.json_path, RenderJsonLine(report));
  if (!options.trace_path.empty()) {
    sink.trace.Append(options.trace_path, RenderTrace(report, getpid(), NowMicroseconds()));
  }
  if (!options.sarif_path.empty()) {
    site.sarif_result = sink.sarif.Add(report);
    site.in_sarif = true;
    sink.sarif_file.Replace(options.sarif_path, sink.sarif.Render());
  }
  TextStyle style{.pid = getpid(), .color = UseColor(options)};
  std::string text = RenderText(report, style);
  std::string summary = RenderSummary(report, style);
  if (!fatal || UnderLibFuzzer()) {
    sink.text.Append(options.log_path, text + summary);
    return;
  }
  sink.text.Append(options.log_path, text);
  PrintSanitizerStack();
  sink.text.Append(options.log_path, summary);
}

// In silence each report is told, and nothing is written: fuzzers need not pay for a site.
SiteState& StateOfSite(Sink& sink, const Report& report) {
  if (sink.quiet && sink.suppressions.empty()) return sink.any_site;
  return sink.sites[SiteOf(report)];
}

// Whether the report is one to tell: neither a repeat nor suppressed. Counts it in any case.
SiteState* Admit(Sink& sink, Report& report) {
  LocateAll(report);
  SiteState& site = StateOfSite(sink, report);
  if (site.suppressed_by != nullptr) {
    ++site.suppressed_by->hits;
    ++sink.counts.suppressed;
    return nullptr;
  }
  // A program that listens in silence is told every time: it judges each report by itself.
  if (site.count++ > 0 && !sink.quiet) {
    ++sink.counts.repeats;
    return nullptr;
  }
  const Options& options = GetOptions();
  if (options.symbolize && !sink.quiet) SymbolizeAll(report);
  site.suppressed_by = FindSuppression(sink.suppressions, report);
  if (site.suppressed_by != nullptr) {
    ++sink.counts.suppressed;
    return nullptr;
  }
  if (!options.history) report.history.clear();
  CountKind(Get(report.rule).kind, sink.counts);
  return &site;
}

uint64_t Told(const SinkCounts& counts) {
  return counts.errors + counts.leaks + counts.portability + counts.hazards;
}

bool OverLimit(const SinkCounts& counts) {
  int limit = GetOptions().max_reports;
  return limit > 0 && Told(counts) > static_cast<uint64_t>(limit);
}

std::string ClosingLine(const SinkCounts& counts) {
  std::string parts;
  auto add = [&parts](uint64_t count, const char* what) {
    if (count == 0) return;
    parts += fmt::format("{}{} {}", parts.empty() ? "" : ", ", count, what);
  };
  add(counts.repeats, counts.repeats == 1 ? "repeat not shown" : "repeats not shown");
  add(counts.suppressed, "suppressed");
  add(counts.unwritten, "over max_reports not shown");
  if (parts.empty()) return "";
  uint64_t told = Told(counts);
  return fmt::format("=={}==napisan: {} report{}; {}\n", getpid(), told, told == 1 ? "" : "s",
                     parts);
}

void OnExit(int status, void*) {
  FinishReports();
  int result = ExitCodeFor(status);
  if (result != status) LeaveWith(result);
}

enum class Outcome : uint8_t { kTold, kRepeat, kSuppressed };

Outcome Tell(Report& report, bool fatal) {
  Sink& sink = TheSink();
  std::unique_lock lock(sink.mutex);
  sink.used.store(true, std::memory_order_relaxed);
  SiteState* site = Admit(sink, report);
  if (site == nullptr) {
    bool suppressed = StateOfSite(sink, report).suppressed_by != nullptr;
    return suppressed ? Outcome::kSuppressed : Outcome::kRepeat;
  }
  if (OverLimit(sink.counts)) {
    ++sink.counts.unwritten;
  } else if (!sink.quiet) {
    Write(sink, report, *site, fatal);
  }
  ReportCallback callback = sink.callback;
  void* data = sink.callback_data;
  lock.unlock();
  if (callback != nullptr) callback(report, data);
  return Outcome::kTold;
}

std::atomic<void (*)()> halt_callback{nullptr};

[[noreturn]] void Halt() {
  FinishReports();
  if (auto callback = halt_callback.load()) callback();
  Die();
}

}  // namespace

void Emit(Report& report) {
  RuleKind kind = Get(report.rule).kind;
  bool fatal = GetOptions().halt_on_error && (kind == RuleKind::Error || kind == RuleKind::Leak);
  if (Tell(report, fatal) == Outcome::kTold && fatal) Halt();
}

void EmitFatal(Report& report) {
  if (Tell(report, true) != Outcome::kSuppressed) Halt();
}

void SetHaltCallback(void (*callback)()) { halt_callback.store(callback); }

void SetReportCallback(ReportCallback callback, void* data) {
  Sink& sink = TheSink();
  std::lock_guard lock(sink.mutex);
  sink.callback = callback;
  sink.callback_data = data;
}

void SetSinkQuiet(bool quiet) {
  Sink& sink = TheSink();
  std::lock_guard lock(sink.mutex);
  sink.quiet = quiet;
}

SinkCounts GetSinkCounts() {
  Sink& sink = TheSink();
  std::lock_guard lock(sink.mutex);
  return sink.counts;
}

int ExitCodeFor(int status) {
  return status == 0 && GetSinkCounts().Failing() > 0 ? GetOptions().exitcode : status;
}

void FinishReports() {
  Sink& sink = TheSink();
  const Options& options = GetOptions();
  std::lock_guard lock(sink.mutex);
  if (sink.finished || sink.quiet) return;
  sink.finished = true;
  sink.text.Append(options.log_path, ClosingLine(sink.counts));
  if (options.print_suppressions) {
    sink.text.Append(options.log_path, DescribeSuppressions(sink.suppressions));
  }
  if (options.sarif_path.empty()) return;
  for (const auto& [site, state] : sink.sites) {
    if (state.in_sarif) sink.sarif.SetCount(state.sarif_result, state.count);
  }
  // A log without results is a result too: the run was clean.
  sink.sarif_file.Replace(options.sarif_path, sink.sarif.Render());
}

void PrepareSink() { TheSink(); }

void InstallExitHandlers() {
  static const bool installed = [] {
    PrepareSink();
    on_exit(OnExit, nullptr);
    at_quick_exit(FinishReports);
    return true;
  }();
  static_cast<void>(installed);
}

void ResetSink() {
  Sink& sink = TheSink();
  if (!sink.used.load(std::memory_order_relaxed)) return;
  std::lock_guard lock(sink.mutex);
  sink.used.store(false, std::memory_order_relaxed);
  sink.sites.clear();
  sink.counts = {};
  sink.finished = false;
  sink.sarif = SarifLog();
  for (Suppression& suppression : sink.suppressions) suppression.hits = 0;
  if (sink.suppressions_path == GetOptions().suppressions) return;
  sink.suppressions_path = GetOptions().suppressions;
  sink.suppressions = LoadSuppressions(sink.suppressions_path);
}

ReportLog::ReportLog() {
  SetSinkQuiet(true);
  SetReportCallback(OnReport, this);
}

ReportLog::~ReportLog() {
  SetReportCallback(nullptr, nullptr);
  SetSinkQuiet(false);
}

void ReportLog::OnReport(const Report& report, void* log) {
  static std::mutex mutex;
  std::lock_guard lock(mutex);
  static_cast<ReportLog*>(log)->reports_.push_back(report);
}

}  // namespace napisan::checker
