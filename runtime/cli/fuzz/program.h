// Program: runs the statements of an input in an agent. It does what the interpreter of napisan
// check does, but nothing that goes wrong ends it: what throws has thrown, what is not there is
// undefined, and a loop that something keeps alive is turned for a while only.
//
// Ownership: made and destroyed on the agent's thread. Promises and callbacks that it gave away may
// call it until the agent is torn down, so it outlives that. Threads: the agent's only.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/fuzz/executors.h"
#include "cli/fuzz/features.h"
#include "cli/fuzz/input.h"
#include "cli/fuzz/knowledge.h"
#include "cli/literal.h"
#include "cli/scope.h"
#include "host/agent.h"

namespace napisan::cli::fuzz {

// Is told of what a program does, as it does it.
class ProgramObserver {
 public:
  virtual ~ProgramObserver() = default;
  // Which statement begins; then the phases after the last one.
  virtual void OnStatement(size_t statement) = 0;
  virtual void OnPhase(const char* phase) = 0;
  // What came of a statement, in words; asked for only where wants_outcomes().
  virtual bool wants_outcomes() const { return false; }
  virtual void OnOutcome(size_t, const std::string&) {}
};

class Program final : private LiteralContext {
 public:
  struct Tally {
    size_t calls = 0;
    size_t threw = 0;
    // Of promises and callbacks.
    size_t settled = 0;
  };

  Program(const Input& input, host::Agent& agent, host::Value exports, Schedule& schedule,
          Knowledge& knowledge, Features& features, ProgramObserver& observer);

  // Runs every statement, and turns the loop until it is idle or has had its time. False where what
  // is in flight is to be torn down with the env.
  bool Run();
  const Tally& tally() const { return tally_; }

 private:
  struct Recording {
    size_t statement = 0;
    std::string name;
    uint32_t calls = 0;
    uint32_t awaited = 0;
  };

  void RunStatement(const Statement& statement);
  host::Value Evaluate(const Statement& statement);
  host::Value Call(const Statement& statement);
  host::Value Await(const Statement& statement, host::Value value);
  void Follow(host::Object* promise);
  bool Turn();
  void TurnUntilIdle();

  Node* NodeOf(const Path& path);
  void LearnResult(Node& node, host::Value value);
  void LearnMethods(Node& node, host::Value value);
  void Tell(size_t statement, const char* what, host::Value value);

  host::Value Callback(const std::string& name) override;
  host::Value Resolve(const Path& path) override;

  template <host::Value (Program::*kTell)(size_t, host::CallFrame&)>
  host::Value Function(const std::string& name, size_t index);
  host::Value OnCallback(size_t recording, host::CallFrame& frame);
  host::Value OnResolved(size_t statement, host::CallFrame& frame);
  host::Value OnRejected(size_t statement, host::CallFrame& frame);

  const Input& input_;
  host::Agent& agent_;
  Schedule& schedule_;
  Knowledge& knowledge_;
  Features& features_;
  ProgramObserver& observer_;
  ScriptScope scope_;
  Tally tally_;
  size_t current_ = 0;
  size_t turns_ = 0;
  bool out_of_time_ = false;
  // By statement: where what it gives is known, or null; whether its promise waits to be settled.
  std::vector<Node*> result_nodes_;
  std::vector<bool> waiting_;
  std::map<std::string, Node*> node_of_name_;
  std::vector<Recording> recordings_;
  std::map<std::string, size_t> recording_of_;
};

// What an export, or another value, is.
ValueKind KindOf(host::Value value);
// Exports that can be called, and objects with such, as knowledge.
void LearnExports(host::Agent& agent, host::Value exports, Knowledge& knowledge);

}  // namespace napisan::cli::fuzz
