// Child: a process in which inputs run, so that what a module does to its process ends the child
// and not the command. It comes back with all that was found in it.
#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "checker/report.h"
#include "cli/fuzz/run_input.h"
#include "cli/fuzz/shared.h"
#include "cli/supervise.h"

namespace napisan::cli::fuzz {

// One thing that is wrong.
struct Found {
  // What it is known by: place.h.
  std::string key;
  // One line for people.
  std::string title;
  // "async-work/double-delete", "crash", "hang", "exit", "growth", "sanitizer".
  std::string what;
  // A report of kind portability or hazard is told, and is no failure.
  bool fails = true;
  // Which of the child's inputs it came with, from 0.
  size_t input = 0;
};

struct ChildResult {
  ChildEnd end;
  std::vector<Found> found;
  // What it learnt, and inputs that had new features, as texts.
  std::vector<std::string> facts;
  std::vector<std::string> corpus;
  // Why the module cannot be loaded; empty where it can.
  std::string load_error;
  // The module has threads of its own.
  bool has_threads = false;
  // What the child printed, and its sanitizers.
  std::string output;

  bool interrupted() const { return end.kind == EndKind::kInterrupted; }
  bool Has(const std::string& key) const;
};

// What is the same for every child of a command.
struct ChildPlan {
  Subject subject;
  Shared& shared;
  // Where children run; what a module writes to relative paths lands there.
  std::string folder;
  // An input that takes longer hangs.
  double timeout_seconds = 5;
  // Called now and then while a child runs, and after it; may be empty.
  std::function<void()> on_progress;
  // Bytes that a child may have more than it begins with; 0 for any.
  size_t memory_limit = size_t{2} << 30;
};

// A child, from within.
class ChildContext {
 public:
  ChildContext(const ChildPlan& plan, Knowledge& knowledge, const std::set<std::string>* known,
               RunObserver& observer)
      : plan_(plan), knowledge_(knowledge), known_(known), observer_(observer) {}

  // Runs one; false where the child is to end.
  bool Run(const Input& input);
  // The text of an input whose features were new.
  void SendCorpus(const std::string& text);
  void SendFacts();
  // Has the command's on_progress called.
  void SendProgress();
  // Runs it many times: whether what stays allocated grows each time. Told as found.
  void CheckGrowth(const Input& input);
  // To be told of each statement's outcome; null for nobody.
  void SetListener(ProgramObserver* listener) { listener_ = listener; }
  // Where something was found that nobody knew.
  bool found_new() const { return found_new_; }
  const RunResult& last() const { return last_; }

  void OnReport(const checker::Report& report);

 private:
  void Send(int kind, const std::string& text);
  void Find(const Found& found);
  void CheckOutput();

  const ChildPlan& plan_;
  Knowledge& knowledge_;
  // Keys that need not be told again, or null.
  const std::set<std::string>* known_;
  RunObserver& observer_;
  ProgramObserver* listener_ = nullptr;
  std::set<std::string> told_;
  RunResult last_;
  size_t inputs_ = 0;
  int threads_before_ = 0;
  bool found_new_ = false;
};

// How reports are told: counted only, or printed in full to the child's output.
enum class Telling : uint8_t { kQuiet, kInOutput, kAloud };

// From here on SIGINT and SIGTERM do not end this process: the child under way ends, or the next
// one does at once, and says so.
void HoldInterrupts();

// `seconds`: how long the body may take, beside one input that hangs.
ChildResult RunFuzzChild(const ChildPlan& plan, Knowledge& knowledge,
                         const std::set<std::string>* known, Telling telling, double seconds,
                         const std::function<void(ChildContext&)>& body);

}  // namespace napisan::cli::fuzz
