// The sink: where every report goes. It tells each finding once, in all the forms that the options
// ask for, counts the rest, and ends the process where it has to.
//
// Ownership: copies nothing of a report but its site; never keeps a module's pointer.
// Threads: all anywhere; one lock, on the path of a report only.
#pragma once

#include <cstdint>
#include <vector>

#include "checker/report.h"

namespace napisan::checker {

// Reads the options and the suppressions now, so that a mistake in them is told before anything
// runs: one line, and status 2. Otherwise the first report does.
void PrepareSink();

// Locates and symbolizes the report, then prints it, writes it to the files, and calls the
// callback, unless it is suppressed or its site (rule, function, first location) was told before.
// Does not return when the options say to halt and its kind is error or leak.
void Emit(Report& report);

// The same for a report after which this process cannot go on, whatever the options say. Returns
// only where it is suppressed.
void EmitFatal(Report& report);

// Called before a report ends the process, for who watches it from outside.
void SetHaltCallback(void (*callback)());

// Called for each report that is told, on the thread that makes it, without the sink's lock.
using ReportCallback = void (*)(const Report& report, void* data);
void SetReportCallback(ReportCallback callback, void* data);

// Quiet: every report, repeats too, is counted and goes to the callback, not symbolized; nothing is
// printed or written.
void SetSinkQuiet(bool quiet);

struct SinkCounts {
  // Sites told, by kind.
  uint64_t errors = 0;
  uint64_t leaks = 0;
  uint64_t portability = 0;
  uint64_t hazards = 0;
  // Reports of a site that was told before.
  uint64_t repeats = 0;
  uint64_t suppressed = 0;
  // Sites beyond max_reports: counted above, and not written.
  uint64_t unwritten = 0;

  uint64_t Failing() const { return errors + leaks; }
};
SinkCounts GetSinkCounts();

// What a process that would end with `status` ends with: exitcode takes the place of a 0 when an
// error or a leak was told.
int ExitCodeFor(int status);

// Says, once, what was counted and not printed, and brings the SARIF log's counts up to date.
void FinishReports();

// Does FinishReports and applies ExitCodeFor when the process exits, for processes that are not
// ours. After quick_exit the status cannot be known, and stays. Idempotent.
void InstallExitHandlers();

// Forgets sites, counts and suppression hits; for tests, and for fuzzers between two inputs.
// Almost free when nothing was reported.
void ResetSink();

// Collects what is told while it lives, in place of printing it.
class ReportLog {
 public:
  ReportLog();
  ~ReportLog();
  ReportLog(const ReportLog&) = delete;
  ReportLog& operator=(const ReportLog&) = delete;

  // To be read when no other thread reports.
  const std::vector<Report>& reports() const { return reports_; }
  void Clear() { reports_.clear(); }

 private:
  static void OnReport(const Report& report, void* log);

  std::vector<Report> reports_;
};

}  // namespace napisan::checker
