// Worker: an agent on a thread of its own, with a channel to the agent that made it.
//
// Its life, as in Node: the thread begins, the script runs and sets handlers, the loop is turned
// until nothing keeps it alive or terminate() is called, the agent is torn down; then its parent is
// told that it has exited, after every message that the worker posted before.
//
// Ownership: shared; it keeps itself until its parent's loop has let go of it. A parent that is
// torn down first terminates its workers and waits for them. Threads: the parent's; Terminate on
// any. The script, its port and the idle callback belong to the worker's own.
#pragma once

#include <functional>
#include <memory>

#include "host/agent.h"
#include "host/agent_thread.h"
#include "host/executor.h"
#include "host/message_port.h"
#include "host/structured_clone.h"
#include "host/value.h"

namespace napisan::host {

class Worker final : public Dependent, private Wakeup {
 public:
  struct Code {
    // The worker's code: on its thread, with its end of the channel.
    std::function<void(Agent& agent, const std::shared_ptr<MessagePort>& port)> script;
    // Nothing keeps its loop alive: the last chance to change that, as 'beforeExit'. May be null.
    std::function<void()> idle;
    // Its agent has been torn down: the last chance to let go of what uses it. May be null.
    std::function<void()> torn_down;
    // An exception nobody caught there. Null: it is the parent's to handle, and ends the worker.
    std::function<void(Agent& agent, Value exception)> on_uncaught;
  };

  static std::shared_ptr<Worker> Start(Agent& parent, Code code);
  ~Worker();

  // The parent's end of the channel.
  MessagePort& port() { return *port_; }
  // At most one call: what ended the worker; it has a handle while it runs. Without a handler it is
  // an uncaught exception of the parent's.
  void SetErrorHandler(std::function<void(Value error)> handler) { on_error_ = std::move(handler); }
  // The last call: 0, or 1 where it was terminated or ended by an exception.
  void SetExitHandler(std::function<void(int code)> handler) { on_exit_ = std::move(handler); }

  // On any thread, at any time, more than once.
  void Terminate();
  // Whether it keeps its parent's loop alive until it has exited. It does.
  void SetReferenced(bool referenced);
  // Its parent has been told, or will not be.
  bool exited() const { return finished_; }

  // Terminates it and waits; no handler is called any more.
  void EndWithAgent() override;

 private:
  struct Starting {};

 public:
  // For Start alone.
  Worker(Starting, Agent& parent, Code code);

 private:
  void Run(Agent& agent);
  void OnUncaught(Agent& agent, Value exception);
  // On the parent's thread, once the worker's has ended.
  void OnExited();
  void TellError();
  void Finish();

  // Constant after construction.
  Agent& parent_;
  const Code code_;
  const std::shared_ptr<Channel> channel_;

  // The parent's thread only.
  std::shared_ptr<MessagePort> port_;
  std::function<void(Value)> on_error_;
  std::function<void(int)> on_exit_;
  std::shared_ptr<Worker> self_;
  bool finished_ = false;

  // The worker's thread, and the parent's after it was joined.
  std::unique_ptr<CloneData> error_;

  std::unique_ptr<AgentThread> thread_;
};

}  // namespace napisan::host
