// One run of a module: load, run the statements, turn the loop until idle, tear down. In this
// process, on the calling thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "api/profile.h"
#include "cli/call_syntax.h"
#include "cli/type_model.h"
#include "host/stepping_executor.h"
#include "napisan/gc_mode.h"

namespace napisan::cli {

// The agent that loads the module and runs the statements.
enum class AgentKind : uint8_t { kMain, kWorker, kTaskPool };

struct RunPlan {
  // Empty where a script requires all that it uses.
  std::string module;
  std::vector<Statement> statements;
  // Where the statements come from: one text each, or one for all of them.
  std::vector<SourceText> texts;
  // All the names that they make.
  Names names;
  Profile profile = kDefaultProfile;
  GcMode gc = GcMode::kIdle;
  AgentKind agent = AgentKind::kMain;
  // What --types said; null without it.
  std::shared_ptr<const TypeModel> types;

  bool is_script() const { return texts.size() == 1 && !texts[0].file.empty(); }
  const SourceText& TextOf(size_t statement) const { return texts[is_script() ? 0 : statement]; }
  // What people tell a statement by: its line in a script, or which of the calls it is.
  size_t NumberOf(size_t statement) const {
    return is_script() ? statements[statement].line : statement + 1;
  }
};

// Exit statuses, for scripts.
inline constexpr int kOk = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;
// One line on stderr that says what is wrong with the command; returns kUsage.
int Complain(const std::string& text);

// Told of everything as it happens, on the thread that runs.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  // What begins now, in words: "in call 1, asyncWork(1024)".
  virtual void OnStep(const std::string& step) = 0;
  // What came of a statement, by its place in the plan: "resolved with 1024".
  virtual void OnOutcome(size_t statement, const std::string& text) = 0;
  // What is not as the script expects it, with its place: the run is a failure, and may go on.
  virtual void OnFailure(const std::string& text) = 0;
  // What belongs to no statement: an uncaught exception.
  virtual void OnUncaught(const std::string& text) = 0;
  // Why the run cannot go on, with its place if it has one.
  virtual void OnError(const std::string& text) = 0;
};

// In the plan's agent: the calling thread's own, or one that it has begun.
//
// kOk; kFailed after an uncaught exception or a failure; or kUsage where a module cannot be loaded
// or a statement asks for what is not there. With a chooser under the stepping executor; without
// one on libuv's pool.
int RunModule(const RunPlan& plan, host::Chooser* chooser, RunObserver& observer);

}  // namespace napisan::cli
