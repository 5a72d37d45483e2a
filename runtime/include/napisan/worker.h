// Workers: agents on threads of their own, and the messages between each and the agent that made
// it. As `Worker`, with postMessage, onmessage and terminate().
//
//   HostWorker worker(agent, [](HostWorkerScope& self) {
//     …  // on the worker's thread: load modules, set OnMessage
//   });
//   worker.OnMessage(module, [&](napi_env env, napi_value message) { … worker.Terminate(); });
//   agent.Run(module, [&](napi_env env) { worker.PostMessage(env, message); });
//   agent.RunLoop();  // until the worker has exited
//
// Messages are cloned as HTML has it: plain values, cycles and shared references; array buffers are
// copied, or moved where they are in the transfer list. They wait for the receiver to set
// OnMessage, and arrive in order, each as a call from the loop, in the env of the module named
// there.
//
// A worker lives until nothing keeps its loop alive (OnMessage does, until Close), an exception
// stays uncaught in it, or it is terminated. Then works that are in flight complete, cleanup hooks
// and finalizers run, and its parent is told that it has exited. Tearing the parent down terminates
// its workers and waits for them.
//
// Threads: a HostWorker is used on its parent's thread, but for Terminate; a HostWorkerScope on the
// worker's.
// Lifetimes: a HostWorker may go before or after its parent is torn down. A HostWorkerScope lives
// until the worker has been torn down.
// Executors: parent and worker are on libuv. A parent with the stepping executor is misuse.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <node_api.h>

#include "napisan/host.h"

namespace napisan {

// structuredClone(value, { transfer }): a message to oneself. Throws what PostMessage throws.
CallResult StructuredClone(napi_env env, napi_value value,
                           const std::vector<napi_value>& transfer = {});

using MessageHandler = std::function<void(napi_env env, napi_value message)>;

// What a worker's own code sees of it.
class HostWorkerScope {
 public:
  ~HostWorkerScope();
  HostWorkerScope(const HostWorkerScope&) = delete;
  HostWorkerScope& operator=(const HostWorkerScope&) = delete;

  // The worker's agent. It is torn down when the worker ends, not by Teardown or Reset.
  HostAgent& agent();

  // To the parent. False where the message cannot be cloned: what JavaScript would see thrown, a
  // DataCloneError, is in `thrown` where that is not null. Also false, with null in it, where the
  // worker is being stopped.
  bool PostMessage(napi_env env, napi_value message, const std::vector<napi_value>& transfer = {},
                   napi_value* thrown = nullptr);
  void OnMessage(HostAgent::ModuleRef module, MessageHandler handler);
  // No message arrives any more; the loop is not kept alive for them.
  void Close();

 private:
  friend class HostWorker;
  struct Impl;
  explicit HostWorkerScope(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

class HostWorker {
 public:
  // Starts the thread, which runs the script once and then turns its loop.
  HostWorker(HostAgent& parent, std::function<void(HostWorkerScope& self)> script);
  // Terminates the worker and waits, where it has not exited; no handler is called.
  ~HostWorker();
  HostWorker(const HostWorker&) = delete;
  HostWorker& operator=(const HostWorker&) = delete;

  // To the worker, also before it has begun; as above. To one that has exited it goes nowhere.
  bool PostMessage(napi_env env, napi_value message, const std::vector<napi_value>& transfer = {},
                   napi_value* thrown = nullptr);
  void OnMessage(HostAgent::ModuleRef module, MessageHandler handler);
  // An exception that nobody caught in the worker, cloned; it has ended the worker. Without this it
  // is an uncaught exception of the parent's.
  void OnError(HostAgent::ModuleRef module, MessageHandler handler);
  // The last call: 0, or 1 where the worker was terminated or ended by an exception.
  void OnExit(std::function<void(int code)> handler);

  // Stops JavaScript in the worker at the next possible point. Any thread, any number of times, in
  // a handler too; messages that were posted before still arrive.
  void Terminate();

  // Whether the worker keeps its parent's loop alive until it has exited. It does.
  void SetReferenced(bool referenced);
  // Its parent has been told, or was torn down.
  bool exited() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace napisan
