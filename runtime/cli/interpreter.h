// Interpreter: runs the statements of a plan, one after the other, and tells what came of each.
//
// Ownership: made and destroyed on the agent's thread. Promises and callbacks that it gave away may
// call it until the agent is torn down, so it outlives that. Threads: the agent's only.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cli/literal.h"
#include "cli/run.h"
#include "cli/scope.h"
#include "cli/typing.h"
#include "host/agent.h"
#include "host/module.h"

namespace napisan::cli {

class Interpreter final : private LiteralContext {
 public:
  // What an expression came to.
  struct Result {
    enum class Kind : uint8_t {
      kValue,
      kThrew,  // or rejected
      kNever,  // what was awaited will not come
      kBad,    // the statement asks for what is not there; it has been told
    };
    Kind kind = Kind::kBad;
    host::Value value;
  };

  Interpreter(const RunPlan& plan, host::Agent& agent, host::Value exports, RunObserver& observer);

  // Prepares, and runs every statement.
  void RunAll();
  // Looks for every export that a statement calls. False where one is missing: it has been told.
  bool Prepare();
  // Runs one statement. With `received`, an array, arguments that are data are taken out of
  // it: they came from another agent. The result has no handle.
  Result RunOne(size_t statement, host::Value received = host::Value::Hole());
  // When the loop is idle: tells which promises nothing will settle.
  void Finish();
  // kOk, kFailed or kUsage.
  int status() const { return status_; }
  // Whether the loop is to be turned, after the last statement.
  bool loop_goes_on() const { return status_ != kUsage && !terminated_; }
  // The statement that runs, or ran last.
  size_t current() const { return current_; }
  // Whether no statement runs any more.
  bool ended() const { return ended_; }

  // Is told what a call gave by being called back, by its promise, or by returning it.
  using ResultTeller = std::function<void(size_t statement, host::Value result)>;
  void SetResultTeller(ResultTeller teller) { tell_result_ = std::move(teller); }

 private:
  // The calls of one callback of a statement.
  struct Recording {
    size_t statement = 0;
    std::string name;  // empty for one that only prints
    size_t calls = 0;
    size_t awaited = 0;
    // Which argument of the statement it is, or kNoArgument.
    size_t argument = 0;
  };
  static constexpr size_t kNoArgument = SIZE_MAX;

  // Both look at a statement before the first one runs.
  bool CheckPath(const Statement& statement);
  bool CheckNames(const Statement& statement, const Literal& literal);
  bool CheckName(const Statement& statement, const std::string& name);
  Result Run(const Statement& statement);
  Result Evaluate(const Statement& statement);
  Result Expression(const Statement& statement);
  Result Call(const Statement& statement);
  host::Value TakeReceived(size_t index);
  Result CallInScope(const Statement& statement);
  Result SetProperty(const Statement& statement);
  Result Require(const Statement& statement);
  Result Await(const Statement& statement, host::Value value);
  Result AwaitCall(Recording& recording);
  void Judge(const Statement& statement, const Result& result);
  bool Passes(const Statement& statement, host::Value value, std::string& wanted);

  host::Value Callback(const std::string& name) override;
  host::Value Resolve(const Path& path) override;

  // Tells of what is wrong at a place of the current statement's text.
  Result Bad(size_t at, const std::string& message);
  void Fail(size_t at, const std::string& message) { FailAt(current_, at, message); }
  void FailAt(size_t statement, size_t at, const std::string& message);
  void FailWithoutPlace(const std::string& message);
  std::string Place(size_t statement, size_t at, const std::string& message) const;
  std::string NoFunction(const Path& path, size_t reached, bool found);

  void Follow(host::Object* promise);
  // Functions of the host's own that remember what they belong to.
  template <void (Interpreter::*kTell)(size_t, host::CallFrame&)>
  host::Value Function(const std::string& name, size_t index);
  void OnCallback(size_t recording, host::CallFrame& frame);
  host::Value ArrayOfArguments(const host::CallFrame& frame);
  void OnResolved(size_t statement, host::CallFrame& frame);
  void OnRejected(size_t statement, host::CallFrame& frame);
  std::string InspectAll(const host::CallFrame& frame);

  const RunPlan& plan_;
  host::Agent& agent_;
  RunObserver& observer_;
  ScriptScope scope_;
  Typing typing_;
  ResultTeller tell_result_;
  size_t current_ = 0;
  // The arguments of the current statement that came from another agent, or a hole.
  host::Value received_ = host::Value::Hole();
  // The argument that is being made.
  size_t argument_ = kNoArgument;
  int status_ = kOk;
  bool ended_ = false;
  bool terminated_ = false;
  // By statement: whether its promise waits to be settled.
  std::vector<bool> waiting_;
  std::vector<Recording> recordings_;
  // Of callback(name), by that name.
  std::map<std::string, size_t> recording_of_;
  std::map<std::string, host::Module> required_;
};

}  // namespace napisan::cli
