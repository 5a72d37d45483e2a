// Inside: a worker's own side. It does what the main thread commands, and notes what it sees.
//
// Ownership: lives until the worker's thread has been joined.
// Threads: the script and what it sets up run on the worker's; the rest is the main thread's.
#pragma once

#include <atomic>
#include <optional>

#include "agents/events.h"
#include "agents/keeper.h"
#include "agents/messages.h"
#include "agents/model.h"
#include "agents/module.h"
#include "agents/program.h"
#include "napisan/worker.h"

namespace napisan::agents {

class Inside {
 public:
  void Script(HostWorkerScope& self);

  // Until then the script waits.
  Gate begin;
  // The worker is at rest, or will be: what it sees comes to the log.
  void Command(const Operation& operation, uint8_t number);
  // A command with `during` waits in between: until it is in there, and until it may go on.
  Gate entered;
  Gate go_on;

  // Lets the work that waits execute.
  void Open();
  napi_threadsafe_function function() const { return native_.function(); }
  // A report of the checker's on this thread. False where the thread is no worker's, or the report
  // is none that the model knows.
  static bool TakeReport(const char* rule);

  EventLog log;

 private:
  void OnRung();
  bool Perform(napi_env env);
  bool PerformCall(napi_env env);
  void SetHandler(Handling handling);
  bool Post(napi_env env, MessageKind kind, uint8_t number);

  bool StartInner(bool stays);

  HostWorkerScope* scope_ = nullptr;
  HostAgent::ModuleRef module_ = 0;
  Keeper keeper_;
  Module native_{log};
  std::unique_ptr<HostWorker> inner_;
  // Those of its works, the newest last. Added to by the main thread.
  std::deque<Gate> gates_;

  // The command that waits; one at a time.
  std::mutex mutex_;
  std::optional<std::pair<Operation, uint8_t>> waiting_;
  Operation operation_{};
  uint8_t number_ = 0;
};

}  // namespace napisan::agents
