// Runs in other agents than the main one, and what these share.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

#include "cli/interpreter.h"
#include "cli/run.h"
#include "host/agent.h"

namespace napisan::cli {

// A Worker runs the statements, in its own agent. The main agent posts the arguments of the calls
// to it; what they give is posted back, and printed there once more. When nothing keeps the
// worker's loop alive the main agent terminates it, in the handler of its last message.
int RunInWorker(const RunPlan& plan, RunObserver& observer);
// The statements are one task of a task pool, which returns what the last of them gave.
int RunInTaskPool(const RunPlan& plan, RunObserver& observer);

// Of an agent that takes part in a plan: its exceptions are told, and counted.
host::AgentOptions OptionsOf(const RunPlan& plan, RunObserver& observer, size_t& uncaught);

// What of the calls' arguments is the same in every agent: an array for each statement, with
// undefined for callbacks and names. They have handles in the innermost scope.
std::vector<host::Value> DataOf(host::Agent& agent, const RunPlan& plan);

// Runs every statement with such data that has arrived in another agent; returns the last result.
Interpreter::Result RunReceived(const RunPlan& plan, host::Agent& agent, Interpreter& interpreter,
                                const char* thread, const std::vector<host::Value>& data,
                                RunObserver& observer);

std::vector<host::Value> ItemsOf(host::Agent& agent, host::Value array);
host::Value ArrayOf(host::Agent& agent, const std::vector<host::Value>& items);

// Passes everything on, from several threads.
class LockedObserver : public RunObserver {
 public:
  explicit LockedObserver(RunObserver& to) : to_(to) {}

  void OnStep(const std::string& step) override {
    std::lock_guard lock(mutex_);
    to_.OnStep(step);
  }
  void OnOutcome(size_t statement, const std::string& text) override {
    std::lock_guard lock(mutex_);
    to_.OnOutcome(statement, text);
  }
  void OnFailure(const std::string& text) override {
    std::lock_guard lock(mutex_);
    to_.OnFailure(text);
  }
  void OnUncaught(const std::string& text) override {
    std::lock_guard lock(mutex_);
    to_.OnUncaught(text);
  }
  void OnError(const std::string& text) override {
    std::lock_guard lock(mutex_);
    to_.OnError(text);
  }

 private:
  std::mutex mutex_;
  RunObserver& to_;
};

}  // namespace napisan::cli
