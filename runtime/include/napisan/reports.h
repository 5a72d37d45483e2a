// Reports, for programs that run the checker: how many, which, and what to do about each.
//
// Threads: any. The callback runs on the thread that made the report, one at a time; it must not
// call Node-API or SetReportListener.
#pragma once

#include <cstddef>
#include <string>

namespace napisan {

// What a callback is told of a report. The pointers are good during the call only.
struct ReportInfo {
  const char* rule;      // "async-work/double-delete"
  const char* kind;      // "error", "leak", "portability" or "hazard"
  const char* side;      // "module" or "host"
  const char* message;   // one sentence
  const char* function;  // the Node-API function, or null
  const char* json;      // all of it, as one JSON object; null where the listener wants none
};

using ReportListener = void (*)(const ReportInfo& report, void* context);

// Null stops listening. Every report is told, also one that is printed no more because it repeats.
// Rendering JSON costs more than all the rest of a report: fuzzers do without.
void SetReportListener(ReportListener listener, void* context, bool with_json = true);

// Counted since the start, or since ResetReports.
struct ReportCounts {
  size_t errors;
  size_t leaks;
  size_t portability;
  size_t hazards;
};
ReportCounts CountReports();

// Forgets counts and what was printed already: for fuzzers, between inputs.
void ResetReports();

// What a program should exit with: `status`, or the option exitcode (66) where it is 0 and there
// were errors or leaks.
int ExitCodeFor(int status);

// Whether text reports are printed at all. On.
void SetReportPrinting(bool on);

}  // namespace napisan
