#include "cli/fuzz/child.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>

#include <fmt/format.h>

#include "checker/sink.h"
#include "cli/fuzz/controlled.h"
#include "cli/fuzz/edges.h"
#include "cli/fuzz/growth.h"
#include "cli/fuzz/place.h"
#include "cli/fuzz/thread_count.h"
#include "cli/fuzz/watch.h"
#include "cli/print_statement.h"

namespace napisan::cli::fuzz {
namespace {

// What a child tells its parent; RunObserver carries it as an outcome of such a statement.
enum Message : uint8_t { kFact, kCorpus, kFound, kThreads, kLoadError, kProgress };

// What came while no child ran, or 0.
volatile sig_atomic_t held_signal = 0;

// Between the parts of a message.
constexpr char kBetween = '\x1f';

// Puts down where the input is, for who finds the child dead.
class Tracker final : public ProgramObserver {
 public:
  Tracker(Shared& shared, ProgramObserver* listener) : shared_(shared), listener_(listener) {}

  void OnStatement(size_t statement) override {
    shared_.statement.store(static_cast<uint32_t>(statement) + 1, std::memory_order_relaxed);
    shared_.phase.store(nullptr, std::memory_order_relaxed);
    if (listener_ != nullptr) listener_->OnStatement(statement);
  }
  void OnPhase(const char* phase) override {
    shared_.phase.store(phase, std::memory_order_relaxed);
    if (listener_ != nullptr) listener_->OnPhase(phase);
  }
  bool wants_outcomes() const override { return listener_ != nullptr; }
  void OnOutcome(size_t statement, const std::string& text) override {
    if (listener_ != nullptr) listener_->OnOutcome(statement, text);
  }

 private:
  Shared& shared_;
  ProgramObserver* listener_;
};

class Collector final : public RunObserver {
 public:
  Collector(ChildResult& result, const ChildPlan& plan) : result_(result), plan_(plan) {}

  void OnStep(const std::string&) override {}
  void OnOutcome(size_t message, const std::string& text) override {
    switch (static_cast<Message>(message)) {
      case kFact:
        result_.facts.push_back(text);
        break;
      case kCorpus:
        result_.corpus.push_back(text);
        break;
      case kFound:
        result_.found.push_back(FoundOf(text));
        break;
      case kThreads:
        result_.has_threads = true;
        break;
      case kLoadError:
        result_.load_error = text;
        break;
      case kProgress:
        if (plan_.on_progress) plan_.on_progress();
        break;
    }
  }
  void OnFailure(const std::string&) override {}
  void OnUncaught(const std::string&) override {}
  void OnError(const std::string&) override {}

 private:
  static Found FoundOf(const std::string& text) {
    std::vector<std::string> parts(1);
    for (char c : text) {
      if (c == kBetween && parts.size() < 5) {
        parts.emplace_back();
      } else {
        parts.back() += c;
      }
    }
    parts.resize(5);
    return {.key = parts[3],
            .title = parts[4],
            .what = parts[2],
            .fails = parts[1] == "1",
            .input = std::stoul("0" + parts[0])};
  }

  ChildResult& result_;
  const ChildPlan& plan_;
};

std::string MessageOf(const Found& found) {
  return fmt::format("{}{}{}{}{}{}{}{}{}", found.input, kBetween, found.fails ? 1 : 0, kBetween,
                     found.what, kBetween, found.key, kBetween, found.title);
}

void LimitResources(size_t more) {
  rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  // Their shadow is address space, too.
  more = 0;
#endif
#endif
#else
  more = 0;
#endif
  // A module may write as much as it is asked to: it is told that there is no room for it.
  constexpr rlim_t kFileMost = rlim_t{256} << 20;
  rlimit written{kFileMost, kFileMost};
  setrlimit(RLIMIT_FSIZE, &written);
  std::signal(SIGXFSZ, SIG_IGN);
  size_t pages = 0;
  FILE* file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) return;
  bool read = std::fscanf(file, "%zu", &pages) == 1;
  std::fclose(file);
  if (!read || more == 0) return;
  rlimit limit{};
  getrlimit(RLIMIT_AS, &limit);
  limit.rlim_cur =
      std::min<rlim_t>(limit.rlim_max, pages * static_cast<size_t>(sysconf(_SC_PAGESIZE)) + more);
  setrlimit(RLIMIT_AS, &limit);
}

std::string ReadFrom(int file, size_t begin) {
  std::string text;
  char buffer[65536];
  // Enough for any report; the rest is noise.
  constexpr size_t kMost = size_t{4} << 20;
  for (auto at = static_cast<off_t>(begin); text.size() < kMost;) {
    ssize_t count = pread(file, buffer, sizeof(buffer), at);
    if (count <= 0) break;
    text.append(buffer, static_cast<size_t>(count));
    at += count;
  }
  return text;
}

std::string WithoutNumbers(const std::string& text) {
  std::string plain;
  for (char c : text) {
    bool digit = c >= '0' && c <= '9';
    if (digit && !plain.empty() && plain.back() == '#') continue;
    plain += digit ? '#' : c;
  }
  return plain;
}

// What the last input was doing: for people, and for a key.
struct Doing {
  std::string words;
  std::string key;
};

Doing LastDoing(const Shared& shared, const std::vector<std::string>& inputs) {
  const char* phase = shared.phase.load(std::memory_order_relaxed);
  if (phase != nullptr) return {phase, phase};
  size_t number = shared.statement.load(std::memory_order_relaxed);
  std::vector<Input> parsed;
  std::string problem;
  if (inputs.empty() || !Parse("", inputs.back(), parsed, problem)) return {};
  const auto& statements = parsed[0].statements;
  if (number == 0 || number > statements.size()) return {};
  const Statement& statement = statements[number - 1];
  std::string callee;
  // Names of results are another input's tomorrow.
  size_t first = statement.path.of_result ? 1 : 0;
  for (size_t i = first; i < statement.path.steps.size(); ++i) {
    callee += (i > first ? "." : "") + statement.path.steps[i];
  }
  return {fmt::format("in call {}, {}", number, cli::Print(statement)), "in " + callee};
}

Found FoundBySanitizer(const std::string& key, size_t input) {
  std::string title = "a sanitizer reports " + key;
  return {.key = key, .title = title, .what = "sanitizer", .fails = true, .input = input};
}

// What the end of the child says beyond its reports.
void FindInEnd(const ChildPlan& plan, ChildResult& result) {
  std::vector<std::string> inputs = plan.shared.LoggedInputs();
  size_t last = inputs.empty() ? 0 : inputs.size() - 1;
  const ChildEnd& end = result.end;
  // What came before the last input has been told.
  std::string_view output = result.output;
  output.remove_prefix(std::min(output.size(), plan.shared.output_seen.load()));
  std::vector<std::string> keys = SanitizerKeys(output);
  for (const std::string& key : keys) result.found.push_back(FoundBySanitizer(key, last));
  // One that goes on says nothing of why the process ended later, by a signal or not at all.
  bool explained =
      !keys.empty() && (end.kind == EndKind::kExited || output.find("ABORTING") != output.npos);
  if (explained || end.kind == EndKind::kReturned || end.kind == EndKind::kHalted ||
      end.kind == EndKind::kInterrupted) {
    return;
  }
  Doing doing = LastDoing(plan.shared, inputs);
  ChildEnd told = end;
  told.step = doing.words;
  Found found{.key = "", .title = Describe(told, plan.timeout_seconds), .what = "", .input = last};
  if (end.kind == EndKind::kCrashed) {
    found.what = "crash";
    std::string place = plan.shared.crash_place;
    if (!place.empty()) found.title += ", at " + place;
    found.key = fmt::format("crash {} {}", end.status, place.empty() ? doing.key : place);
  } else if (end.kind == EndKind::kHung) {
    found.what = "hang";
    found.key = "hang " + doing.key + " " + WithoutNumbers(end.under_way);
  } else if (plan.subject.executor->controlled && end.status == StuckStatus()) {
    found.what = "hang";
    found.title = "no thread of the module can go on, or it comes to no end, " + doing.words;
    found.key = "stuck " + doing.key;
  } else {
    found.what = "exit";
    found.key = fmt::format("exit {} {}", end.status, doing.key);
  }
  result.found.push_back(std::move(found));
}

}  // namespace

void HoldInterrupts() {
  struct sigaction action {};
  action.sa_handler = [](int signal) { held_signal = signal; };
  for (int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
}

bool ChildResult::Has(const std::string& key) const {
  return std::any_of(found.begin(), found.end(), [&](const Found& one) { return one.key == key; });
}

void ChildContext::Send(int kind, const std::string& text) {
  observer_.OnOutcome(static_cast<size_t>(kind), text);
}

void ChildContext::SendCorpus(const std::string& text) { Send(kCorpus, text); }

void ChildContext::SendProgress() { Send(kProgress, ""); }

void ChildContext::SendFacts() {
  for (const std::string& fact : knowledge_.TakeFacts()) Send(kFact, fact);
}

void ChildContext::Find(const Found& found) {
  if (known_ != nullptr && known_->count(found.key) > 0) return;
  if (!told_.insert(found.key).second) return;
  found_new_ = true;
  // At once: the process may end here.
  Send(kFound, MessageOf(found));
}

void ChildContext::OnReport(const checker::Report& report) {
  const checker::Rule& rule = checker::Get(report.rule);
  bool fails = rule.kind == checker::RuleKind::Error || rule.kind == checker::RuleKind::Leak;
  Find({.key = KeyOf(report),
        .title = std::string(rule.slug) + ": " + report.message,
        .what = rule.slug,
        .fails = fails,
        .input = inputs_});
}

// A sanitizer that goes on has said something of this input.
void ChildContext::CheckOutput() {
  struct stat status;
  if (fstat(STDERR_FILENO, &status) != 0 || !S_ISREG(status.st_mode)) return;
  auto size = static_cast<size_t>(status.st_size);
  size_t seen = plan_.shared.output_seen.load(std::memory_order_relaxed);
  if (size == seen) return;
  for (const std::string& key : SanitizerKeys(ReadFrom(STDERR_FILENO, seen))) {
    Find(FoundBySanitizer(key, inputs_));
  }
  // What a module prints itself is noise, and must not grow; what was found is read again later.
  constexpr size_t kNoise = size_t{1} << 20;
  if (size > kNoise && !found_new_ && ftruncate(STDERR_FILENO, 0) == 0) size = 0;
  plan_.shared.output_seen.store(size, std::memory_order_relaxed);
}

bool ChildContext::Run(const Input& input) {
  if (!plan_.shared.Log(Print(input))) return false;
  if (threads_before_ == 0) threads_before_ = ThreadCount();
  // One that does not come back counts, too.
  plan_.shared.inputs.fetch_add(1, std::memory_order_relaxed);
  plan_.shared.child_inputs.fetch_add(1, std::memory_order_relaxed);
  Tracker tracker(plan_.shared, listener_);
  ClearEdges();
  last_ = RunInput(plan_.subject, input, knowledge_, plan_.shared.features, tracker);
  tracker.OnPhase("between two inputs");
  AddEdges(plan_.shared.features);
  plan_.shared.edges.store(EdgeCount(), std::memory_order_relaxed);
  if (!last_.load_error.empty()) {
    Send(kLoadError, last_.load_error);
    return false;
  }
  plan_.shared.calls.fetch_add(last_.tally.calls, std::memory_order_relaxed);
  plan_.shared.threw.fetch_add(last_.tally.threw, std::memory_order_relaxed);
  plan_.shared.settled.fetch_add(last_.tally.settled, std::memory_order_relaxed);
  checker::ResetSink();
  SendFacts();
  CheckOutput();
  ++inputs_;
  if (plan_.subject.executor->one_thread && StaysAbove(threads_before_)) {
    Send(kThreads, "");
    return false;
  }
  return true;
}

void ChildContext::CheckGrowth(const Input& input) {
  std::string name = GrowthName(input);
  if (name.empty() || !plan_.shared.Log(Print(input))) return;
  Tracker tracker(plan_.shared, nullptr);
  // What each of them reports has been told.
  checker::SetSinkQuiet(true);
  size_t bytes = GrowthOf([&] {
    RunInput(plan_.subject, input, knowledge_, plan_.shared.features, tracker);
    checker::ResetSink();
  });
  if (bytes > 0) {
    Find({.key = "growth in " + name,
          .title = fmt::format("memory grows without bound: {} bytes stay allocated after each env "
                               "with {}",
                               bytes, name),
          .what = "growth",
          .fails = true,
          .input = inputs_});
  }
  ++inputs_;
}

ChildResult RunFuzzChild(const ChildPlan& plan, Knowledge& knowledge,
                         const std::set<std::string>* known, Telling telling, double seconds,
                         const std::function<void(ChildContext&)>& body) {
  ChildResult result;
  if (held_signal != 0) {
    result.end.kind = EndKind::kInterrupted;
    result.end.status = held_signal;
    return result;
  }
  int output = telling == Telling::kAloud ? -1 : memfd_create("napisan-output", MFD_CLOEXEC);
  plan.shared.BeginChild();
  Collector collector(result, plan);
  auto run = [&](RunObserver& observer) {
    if (output >= 0) {
      fcntl(output, F_SETFL, O_APPEND);
      dup2(output, STDOUT_FILENO);
      dup2(output, STDERR_FILENO);
    }
    if (!plan.folder.empty() && chdir(plan.folder.c_str()) != 0) return kFailed;
    LimitResources(plan.memory_limit);
    RecordCrashes(plan.shared.crash_place, sizeof(plan.shared.crash_place));
    BeginWatch(knowledge, plan.shared.features);
    if (plan.subject.executor->controlled) BeginControlled();
    ChildContext context(plan, knowledge, known, observer);
    checker::SetSinkQuiet(telling == Telling::kQuiet);
    checker::SetReportCallback([](const checker::Report& report,
                                  void* to) { static_cast<ChildContext*>(to)->OnReport(report); },
                               &context);
    body(context);
    checker::SetReportCallback(nullptr, nullptr);
    plan.shared.phase.store("while its process exited", std::memory_order_relaxed);
    return kOk;
  };
  result.end = RunInChild(run, seconds + plan.timeout_seconds, collector);
  if (output >= 0) {
    result.output = ReadFrom(output, 0);
    close(output);
  }
  FindInEnd(plan, result);
  if (plan.on_progress) plan.on_progress();
  return result;
}

}  // namespace napisan::cli::fuzz
