// The sink: what is told once, what is counted, where it goes, and how the process ends.
#include "checker/sink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "checker/options.h"

namespace napisan::checker {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

Report Make(RuleId rule, uint64_t offset, const char* function = "napi_delete_async_work") {
  Report report;
  report.rule = rule;
  report.message = "work #1 is deleted again";
  report.function = function;
  report.profile = "node24";
  report.situation.thread = "main agent";
  report.at.emplace_back();
  report.at[0].function = "Addon::Complete";
  report.at[0].image = "/opt/addon.node";
  report.at[0].offset = offset;
  return report;
}

void EmitAt(RuleId rule, uint64_t offset, const char* function = "napi_delete_async_work") {
  Report report = Make(rule, offset, function);
  Emit(report);
}

std::string Read(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Ended {
  int status = 0;  // exit status, or minus the signal
  pid_t pid = 0;
};

class SinkTest : public testing::Test {
 protected:
  SinkTest() : folder_(fs::temp_directory_path() / ("napisan_sink." + std::to_string(getpid()))) {
    fs::create_directories(folder_);
    MutableOptions() = Options();
    ResetSink();
  }
  ~SinkTest() override {
    MutableOptions() = Options();
    ResetSink();
    fs::remove_all(folder_);
  }

  // Runs `body` in a child with its text in log.PID, and waits.
  Ended InChild(const std::function<void()>& body) {
    std::fflush(nullptr);
    pid_t pid = fork();
    if (pid == 0) {
      MutableOptions().log_path = Path("log");
      body();
      _exit(0);
    }
    int status = 0;
    EXPECT_EQ(waitpid(pid, &status, 0), pid);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), pid};
  }
  std::string Log(const Ended& child) const {
    return Read(Path("log") + "." + std::to_string(child.pid));
  }
  std::string Path(const char* name) const { return (folder_ / name).string(); }

  fs::path folder_;
};

TEST_F(SinkTest, ASiteIsToldOnceAndItsRepeatsAreCounted) {
  ReportLog log;
  SetSinkQuiet(false);
  EmitAt(RuleId::WorkDoubleDelete, 1);
  EmitAt(RuleId::WorkDoubleDelete, 1);
  EmitAt(RuleId::WorkDoubleDelete, 1);
  EmitAt(RuleId::WorkDoubleDelete, 2);                            // another place
  EmitAt(RuleId::WorkLeaked, 1);                                  // another rule
  EmitAt(RuleId::WorkDoubleDelete, 1, "napi_cancel_async_work");  // another function
  EmitAt(RuleId::WorkRequeue, 1);
  EmitAt(RuleId::CallWhilePending, 1);
  EXPECT_EQ(log.reports().size(), 6u);
  EXPECT_EQ(log.reports()[0].module, "addon.node");
  SinkCounts counts = GetSinkCounts();
  EXPECT_EQ(counts.errors, 3u);
  EXPECT_EQ(counts.leaks, 1u);
  EXPECT_EQ(counts.portability, 1u);
  EXPECT_EQ(counts.hazards, 1u);
  EXPECT_EQ(counts.repeats, 2u);
  ResetSink();
  EXPECT_EQ(GetSinkCounts().Failing(), 0u);
  EmitAt(RuleId::WorkDoubleDelete, 1);
  EXPECT_EQ(log.reports().size(), 7u);
}

TEST_F(SinkTest, ThreadsReportAtTheSameTime) {
  ReportLog log;
  SetSinkQuiet(false);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([] {
      for (uint64_t i = 0; i < 100; ++i) EmitAt(RuleId::WorkDoubleDelete, i);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(log.reports().size(), 100u);
  EXPECT_EQ(GetSinkCounts().repeats, 300u);
}

TEST_F(SinkTest, ACallbackMayReportItself) {
  ReportCallback callback = [](const Report& report, void* seen) {
    ++*static_cast<int*>(seen);
    if (report.rule == RuleId::WorkDoubleDelete) EmitAt(RuleId::WorkLeaked, 9);
  };
  int seen = 0;
  SetSinkQuiet(true);
  SetReportCallback(callback, &seen);
  EmitAt(RuleId::WorkDoubleDelete, 1);
  SetReportCallback(nullptr, nullptr);
  SetSinkQuiet(false);
  EXPECT_EQ(seen, 2);
}

TEST_F(SinkTest, OnlyErrorsAndLeaksReplaceAnExitStatusOfZero) {
  ReportLog log;
  EmitAt(RuleId::WorkRequeue, 1);
  EXPECT_EQ(ExitCodeFor(0), 0);
  EmitAt(RuleId::WorkLeaked, 1);
  EXPECT_EQ(ExitCodeFor(0), 66);
  EXPECT_EQ(ExitCodeFor(3), 3);
  MutableOptions().exitcode = 9;
  EXPECT_EQ(ExitCodeFor(0), 9);
}

TEST_F(SinkTest, SuppressedSitesAreCountedAndNotTold) {
  std::ofstream(Path("suppressions")) << "async-work/double-delete:Addon::\nreference/leaked\n";
  Ended child = InChild([this] {
    MutableOptions().suppressions = Path("suppressions");
    MutableOptions().print_suppressions = true;
    EmitAt(RuleId::WorkRequeue, 5);
    ResetSink();  // reads the suppressions again, as the options now name some
    EmitAt(RuleId::WorkDoubleDelete, 1);
    EmitAt(RuleId::WorkDoubleDelete, 1);
    FinishReports();
    _exit(ExitCodeFor(0));
  });
  EXPECT_EQ(child.status, 0);
  EXPECT_THAT(Log(child), Not(HasSubstr("ERROR")));
  EXPECT_THAT(Log(child), HasSubstr("napisan: 0 reports; 2 suppressed\n"));
  EXPECT_THAT(Log(child), HasSubstr("suppression async-work/double-delete:Addon::: 2 hits\n"));
  EXPECT_THAT(Log(child), HasSubstr("suppression reference/leaked: not used\n"));
}

TEST_F(SinkTest, ReportsAreInTheFilesWhenTheProcessIsKilled) {
  Ended child = InChild([this] {
    MutableOptions().json_path = Path("json");
    MutableOptions().sarif_path = Path("sarif.%p");
    MutableOptions().trace_path = Path("trace.%p");
    EmitAt(RuleId::WorkDoubleDelete, 1);
    EmitAt(RuleId::WorkLeaked, 2);
    EmitAt(RuleId::WorkLeaked, 2);
    raise(SIGKILL);
  });
  EXPECT_EQ(child.status, -SIGKILL);
  std::string pid = std::to_string(child.pid);
  EXPECT_THAT(Log(child), HasSubstr("=" + pid + "==LEAK: napisan: async-work/leaked"));
  std::istringstream lines(Read(Path("json")));
  std::vector<std::string> rules;
  for (std::string line; std::getline(lines, line);) rules.push_back(json::parse(line)["rule"]);
  EXPECT_THAT(rules, testing::ElementsAre("async-work/double-delete", "async-work/leaked"));
  json sarif = json::parse(Read(Path("sarif.") + pid));
  EXPECT_EQ(sarif["runs"][0]["results"].size(), 2u);
  std::string trace = Read(Path("trace.") + pid);
  trace.replace(trace.rfind(','), 1, "]");
  EXPECT_EQ(json::parse(trace).size(), 4u);
}

TEST_F(SinkTest, AForkedChildHasItsOwnLogAndItsOwnVerdict) {
  Ended parent = InChild([this] {
    EmitAt(RuleId::WorkDoubleDelete, 1);
    pid_t pid = fork();
    if (pid == 0) {
      // Nothing was found here, whatever the parent found.
      if (ExitCodeFor(0) != 0) _exit(1);
      EmitAt(RuleId::WorkLeaked, 2);
      _exit(ExitCodeFor(0));
    }
    int status = 0;
    waitpid(pid, &status, 0);
    std::ofstream(Path("grandchild")) << pid << " " << WEXITSTATUS(status);
    _exit(ExitCodeFor(0));
  });
  EXPECT_EQ(parent.status, 66);
  pid_t pid = 0;
  int status = 0;
  std::ifstream(Path("grandchild")) >> pid >> status;
  EXPECT_EQ(status, 66);
  EXPECT_THAT(Log(parent), Not(HasSubstr("LEAK")));
  std::string log = Log({0, pid});
  EXPECT_THAT(log, HasSubstr("==" + std::to_string(pid) + "==LEAK"));
  EXPECT_THAT(log, Not(HasSubstr("ERROR")));
}

TEST_F(SinkTest, HaltEndsTheProcessAtTheFirstErrorAfterItsSummary) {
  Ended child = InChild([] {
    MutableOptions().halt_on_error = true;
    EmitAt(RuleId::WorkRequeue, 1);  // told only: it does not halt
    EmitAt(RuleId::WorkDoubleDelete, 1);
    _exit(1);
  });
  EXPECT_EQ(child.status, 66);
  EXPECT_THAT(Log(child), HasSubstr("WARNING"));
  EXPECT_THAT(Log(child), HasSubstr("SUMMARY: napisan: async-work/double-delete addon.node+0x1 in "
                                    "Addon::Complete\n"));
}

TEST_F(SinkTest, AbortOnErrorEndsItWithASignal) {
  Ended child = InChild([] {
    MutableOptions().halt_on_error = true;
    MutableOptions().abort_on_error = true;
    EmitAt(RuleId::WorkLeaked, 1);
  });
  EXPECT_EQ(child.status, -SIGABRT);
  EXPECT_THAT(Log(child), HasSubstr("SUMMARY: napisan: async-work/leaked"));
}

TEST_F(SinkTest, ExitHandlersSetTheStatusOfAProcessThatIsNotOurs) {
  auto exit_with = [this](int status, bool error) {
    return InChild([status, error] {
      InstallExitHandlers();
      InstallExitHandlers();
      EmitAt(error ? RuleId::WorkLeaked : RuleId::WorkRequeue, 1);
      EmitAt(error ? RuleId::WorkLeaked : RuleId::WorkRequeue, 1);
      std::exit(status);
    });
  };
  Ended found = exit_with(0, true);
  EXPECT_EQ(found.status, 66);
  EXPECT_THAT(Log(found), HasSubstr("napisan: 1 report; 1 repeat not shown\n"));
  EXPECT_EQ(exit_with(3, true).status, 3);
  EXPECT_EQ(exit_with(0, false).status, 0);
}

TEST_F(SinkTest, QuickExitStillSaysTheClosingLine) {
  Ended child = InChild([] {
    InstallExitHandlers();
    EmitAt(RuleId::WorkRequeue, 1);
    EmitAt(RuleId::WorkRequeue, 1);
    std::quick_exit(0);
  });
  EXPECT_EQ(child.status, 0);
  EXPECT_THAT(Log(child), HasSubstr("1 repeat not shown\n"));
}

TEST_F(SinkTest, MaxReportsLimitsWhatIsWrittenAndNotWhatIsCounted) {
  Ended child = InChild([] {
    MutableOptions().max_reports = 2;
    for (uint64_t i = 0; i < 5; ++i) EmitAt(RuleId::WorkLeaked, i);
    FinishReports();
    _exit(static_cast<int>(GetSinkCounts().leaks));
  });
  EXPECT_EQ(child.status, 5);
  EXPECT_THAT(Log(child), HasSubstr("napisan: 5 reports; 3 over max_reports not shown\n"));
  EXPECT_THAT(Log(child), HasSubstr("addon.node+0x1 "));
  EXPECT_THAT(Log(child), Not(HasSubstr("addon.node+0x2 ")));
}

TEST_F(SinkTest, ACleanRunLeavesAnEmptySarifLogAndNoText) {
  Ended child = InChild([this] {
    MutableOptions().sarif_path = Path("sarif.%p");
    FinishReports();
  });
  EXPECT_EQ(Log(child), "");
  json sarif = json::parse(Read(Path("sarif.") + std::to_string(child.pid)));
  EXPECT_EQ(sarif["runs"][0]["results"], json::array());
}

TEST_F(SinkTest, AFileThatCannotBeWrittenIsToldOnceAndNothingIsLost) {
  testing::internal::CaptureStderr();
  Ended child = InChild([] {
    MutableOptions().log_path = "/no/such/folder/log";
    EmitAt(RuleId::WorkLeaked, 1);
    EmitAt(RuleId::WorkLeaked, 2);
  });
  std::string text = testing::internal::GetCapturedStderr();
  EXPECT_THAT(text, HasSubstr("napisan: cannot write /no/such/folder/log." +
                              std::to_string(child.pid) + ": No such file or directory\n"));
  EXPECT_EQ(text.find("cannot write"), text.rfind("cannot write"));
  EXPECT_THAT(text, HasSubstr("addon.node+0x1 "));
  EXPECT_THAT(text, HasSubstr("addon.node+0x2 "));
}

}  // namespace
}  // namespace napisan::checker
