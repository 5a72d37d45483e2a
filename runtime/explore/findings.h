// Findings on disk: a folder for each, and the summary, written as they arise.
//
//   DIR/SUBJECT-N/finding.json   all of it, as JSON
//                 timeline.txt   what each thread did
//                 trace.json     the same for chrome://tracing and Perfetto
//                 output.txt     what the program wrote
//   DIR/SUBJECT.seeds            schedules that failed, run first the next time: one a line
//
// A finding that is there already keeps its folder. Threads: the process has one.
#pragma once

#include <string>
#include <vector>

#include "explore/command.h"

namespace napisan::explore {

class Findings {
 public:
  explicit Findings(const CommandOptions& options) : options_(options) {}

  // Why nothing can be written, or empty.
  std::string Problem();

  // Writes, or writes anew; its folder. A disk that is full is told, and ends nothing.
  std::string Write(const Subject& subject, const Finding& finding);
  // False where a file that was asked for cannot be written; it has been told.
  bool WriteSummary(const std::string& subject, const Result& result, const std::string& outcome);

  // The one command that does it again.
  std::string Command(const Subject& subject, const Finding& finding) const;

  // The schedules that failed before, each once; true where one fails again.
  bool RunKept(const Subject& subject, const Options& options, Observer& observer);

 private:
  struct Row {
    std::string subject;
    std::string outcome;
    Result result;
  };
  bool WriteJson() const;
  bool WriteJunit() const;

  const CommandOptions& options_;
  std::vector<Row> rows_;
};

}  // namespace napisan::explore
