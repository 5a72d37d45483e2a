// Pool: a task pool of the main agent's with real threads, and what its tasks do there.
//
// Threads: the main thread, but for what tasks are made of.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>

#include "agents/events.h"
#include "agents/pool_model.h"
#include "napisan/task_pool.h"

namespace napisan::agents {

class Pool {
 public:
  Pool(HostAgent& agent, const HostAgent::ModuleRef& module) : agent_(agent), module_(module) {}

  // What the model has done already. False where cancel answers something else.
  bool Perform(const Operation& operation, uint8_t number, const PoolModel& model);
  // So that ending it waits for nothing.
  void LetGo(const PoolModel& model);
  // Its handle goes, if there is one.
  void End();
  bool there() const { return pool_ != nullptr; }

  EventLog& inside() { return *inside_; }
  const Events& outside() const { return outside_; }
  // For the next program.
  void Forget();

 private:
  // A task that runs until it is let, or until its thread is stopped.
  struct Gated {
    std::atomic<bool> open{false};
  };
  // A work of a task.
  struct Work {
    Pool* pool;
    uint8_t number;
    Gate* gate;
    napi_deferred deferred;
    napi_async_work handle;
  };

  void Start(size_t threads);
  void Execute(TaskKind kind, HostTaskPriority priority, uint8_t number);
  void Race(uint8_t number, uint8_t variant);
  void ExecuteTask(uint8_t number, HostTask task, HostTaskPriority priority,
                   const std::vector<napi_value>& arguments, napi_env env);
  bool Cancel(uint8_t number);

  // On a pool thread.
  napi_value RunTask(HostTaskScope& scope, TaskKind kind, uint8_t number);
  napi_value Wait(HostTaskScope& scope, const Gated& gated, uint8_t number);
  napi_value QueueWork(napi_env env, uint8_t number, bool promised);
  static void Complete(napi_env env, napi_status status, void* data);

  // A reaction of a promise.
  struct Reaction {
    Pool* pool;
    uint8_t number;
    bool fulfilled;
  };
  static napi_value OnSettled(napi_env env, napi_callback_info info);

  HostAgent& agent_;
  const HostAgent::ModuleRef& module_;
  std::unique_ptr<HostTaskPool> pool_;
  std::map<uint8_t, HostTask> tasks_;
  // These stay where they are until the pool has ended.
  std::map<uint8_t, Gated> gated_;
  std::deque<Reaction> reactions_;
  std::deque<Gate> gates_;
  std::unique_ptr<EventLog> inside_ = std::make_unique<EventLog>();
  Events outside_;
};

}  // namespace napisan::agents
