// Runs programs in our host, and writes their traces.
//
//   conformance_host --profile node24 --trace FILE [--only NAME] [--after NAME] [--plant N] FILE…
//
// With --defined, without programs that are undefined in Node: a sanitizer would find out why.
// With --every N, each Nth program.
// With --minimum N, fewer programs than that are a failure.
// Built twice: with the host alone, and with the checker in front of it. With the checker, every
// report that a program does not name in its headers `reports` and `allows` is printed, and the
// exit code is 1.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <memory>

#include "callbacks.h"
#include "inspect.h"
#include "napisan/host.h"
#include "session.h"
#include "trace.h"

#ifdef NAPISAN_CONFORMANCE_CHECKED
#include "napisan/reports.h"
#endif

namespace napisan::conformance {
namespace {

struct Options {
  std::string profile = "node24";
  std::string trace = "/dev/stdout";
  std::string only;
  std::string after;
  bool defined = false;
  long minimum = 0;
  long every = 1;
  std::vector<std::string> files;
};

// What was reported of the program that runs.
struct Reports {
  std::vector<std::string> rules;
  std::vector<std::string> messages;
};

void Listen(Reports& reports) {
#ifdef NAPISAN_CONFORMANCE_CHECKED
  ResetReports();
  SetReportPrinting(false);
  SetReportListener(
      [](const ReportInfo& report, void* context) {
        auto* told = static_cast<Reports*>(context);
        told->rules.emplace_back(report.rule);
        told->messages.emplace_back(report.message);
      },
      &reports, false);
#else
  (void)reports;
#endif
}

// False where something was reported that the program does not expect.
bool Expected(const Program& program, const Reports& reports) {
  std::vector<std::string> unallowed;
  std::remove_copy_if(reports.rules.begin(), reports.rules.end(), std::back_inserter(unallowed),
                      [&](const std::string& rule) {
                        const auto& allowed = program.allowed;
                        return std::find(allowed.begin(), allowed.end(), rule) != allowed.end();
                      });
  if (unallowed == program.reports) return true;
  std::printf("%s:\n", program.name.c_str());
  for (const std::string& rule : program.reports) std::printf("  expected %s\n", rule.c_str());
  for (size_t i = 0; i < reports.rules.size(); ++i) {
    std::printf("  reported %s: %s\n", reports.rules[i].c_str(), reports.messages[i].c_str());
  }
  return false;
}

void RunMain(napi_env env, const Block& block) {
  napi_value function = nullptr;
  napi_value receiver = nullptr;
  napi_value exception = nullptr;
  napi_create_function(env, "main", NAPI_AUTO_LENGTH, CallbackFor<napi_callback>(block), nullptr,
                       &function);
  napi_get_undefined(env, &receiver);
  napi_status status = napi_call_function(env, receiver, function, 0, nullptr, nullptr);
  if (status != napi_pending_exception) return;
  if (napi_get_and_clear_last_exception(env, &exception) == napi_ok) ShowThrown(env, exception);
}

void Uncaught(void*, const std::string& text) {
  Machine* machine = Begun();
  if (machine != nullptr && !machine->closed()) WriteTrace("uncaught " + text);
}

// True where nothing unexpected was reported.
bool RunProgram(const Program& program, const std::string& profile) {
  WriteTrace("=== " + program.name);
  Reports reports;
  Listen(reports);
  HostOptions options;
  options.profile = profile;
  options.on_uncaught = Uncaught;
  // drive_node.mjs does not print them either.
  options.on_swallowed = [](void*) {};
  auto agent = std::make_unique<HostAgent>(options);
  HostAgent::ModuleRef module = 0;
  std::string error;
  Select(&program);
  bool began = agent->Add("/program.node", BeginProgram, program.version, module, error);
  Machine& machine = *Begun();
  if (!began) WriteTrace(error.substr(error.find("init threw")));
  for (const Block& block : program.blocks) {
    if (block.kind != BlockKind::kMain || !began) continue;
    agent->Run(module, [&](napi_env env) { RunMain(env, block); });
    if (program.teardown == TeardownAt::kAfterMain) break;
    agent->RunLoop();
  }
  if (program.teardown != TeardownAt::kNever) {
    WriteTrace("teardown");
    agent->Teardown();
  }
  machine.Close();
  bool expected = Expected(program, reports);
  agent.reset();
  return expected;
}

bool ParseArguments(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    if (argument.rfind("--", 0) != 0) {
      options.files.push_back(argument);
      continue;
    }
    if (argument == "--defined") {
      options.defined = true;
      continue;
    }
    if (++i == argc) return false;
    if (argument == "--profile") {
      options.profile = argv[i];
    } else if (argument == "--trace") {
      options.trace = argv[i];
    } else if (argument == "--only") {
      options.only = argv[i];
    } else if (argument == "--after") {
      options.after = argv[i];
    } else if (argument == "--plant") {
      PlantDifference(std::atoll(argv[i]));
    } else if (argument == "--minimum") {
      options.minimum = std::atol(argv[i]);
    } else if (argument == "--every") {
      options.every = std::max(1L, std::atol(argv[i]));
    } else {
      return false;
    }
  }
  return !options.files.empty();
}

int Main(int argc, char** argv) {
  Options options;
  if (!ParseArguments(argc, argv, options)) {
    std::fprintf(stderr,
                 "usage: %s [--profile NAME] [--trace FILE] [--only NAME] [--after NAME] "
                 "[--plant N] [--defined] [--every N] [--minimum N] FILE…\n",
                 argv[0]);
    return 2;
  }
  for (const std::string& file : options.files) {
    std::string error;
    if (LoadPrograms(file, error)) continue;
    std::fprintf(stderr, "%s\n", error.c_str());
    return 2;
  }
  if (!OpenTrace(options.trace)) {
    std::fprintf(stderr, "%s cannot be written\n", options.trace.c_str());
    return 2;
  }
  bool expected = true;
  bool reached = options.after.empty();
  long count = 0;
  long read = 0;
  for (const Program& program : Programs()) {
    bool wanted = options.only.empty() ? reached && !program.ends : program.name == options.only;
    if (program.name == options.after) reached = true;
    if (!wanted || !program.IsFor(options.profile)) continue;
    if (options.defined && !program.undefined.empty()) continue;
    if (read++ % options.every != 0) continue;
    expected = RunProgram(program, options.profile) && expected;
    ++count;
  }
  if (count < options.minimum) {
    std::printf("%ld programs were to run at least, %ld did\n", options.minimum, count);
    return 1;
  }
  if (options.minimum > 0) std::printf("%ld programs ran\n", count);
  return expected ? 0 : 1;
}

}  // namespace
}  // namespace napisan::conformance

int main(int argc, char** argv) { return napisan::conformance::Main(argc, argv); }
