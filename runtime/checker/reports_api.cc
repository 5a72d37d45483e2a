// The public face of the sink.

#include <mutex>
#include <string>

#include "napisan/reports.h"

#include "checker/render_json.h"
#include "checker/rules.h"
#include "checker/sink.h"

namespace napisan {
namespace {

// The sink calls without its own lock, so that a listener may count reports; one at a time is kept
// here.
std::mutex listener_mutex;
ReportListener listener = nullptr;
void* listener_context = nullptr;
bool listener_wants_json = true;

void Tell(const checker::Report& report, void*) {
  const checker::Rule& rule = checker::Get(report.rule);
  std::lock_guard lock(listener_mutex);
  // It stopped listening while this report was made.
  if (listener == nullptr) return;
  std::string json = listener_wants_json ? checker::RenderJsonLine(report) : std::string();
  listener({.rule = rule.slug,
            .kind = checker::KindName(rule.kind),
            .side = checker::SideName(rule.side),
            .message = report.message.c_str(),
            .function = report.function,
            .json = listener_wants_json ? json.c_str() : nullptr},
           listener_context);
}

}  // namespace

void SetReportListener(ReportListener to, void* context, bool with_json) {
  {
    std::lock_guard lock(listener_mutex);
    listener_wants_json = with_json;
    listener = to;
    listener_context = context;
  }
  checker::SetReportCallback(to != nullptr ? Tell : nullptr, nullptr);
}

ReportCounts CountReports() {
  checker::SinkCounts counts = checker::GetSinkCounts();
  return {.errors = counts.errors,
          .leaks = counts.leaks,
          .portability = counts.portability,
          .hazards = counts.hazards};
}

void ResetReports() { checker::ResetSink(); }

int ExitCodeFor(int status) { return checker::ExitCodeFor(status); }

void SetReportPrinting(bool on) { checker::SetSinkQuiet(!on); }

}  // namespace napisan
