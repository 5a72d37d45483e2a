// AgentScenario: one JS thread which makes works, queues, cancels and deletes them at random, and
// is torn down with some of them in flight; then again with the next env, until told to stop.
//
// It is a module like any other: it knows napi_* and the embedding API. What it expects of each
// work is in ExpectedState.
// Threads: one agent's; Execute on workers.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include <node_api.h>

#include "napisan/host.h"

#include "options.h"
#include "tally.h"
#include "work_list.h"

namespace napisan::stress {

class AgentScenario {
 public:
  // `number` counts the agents from 1. The options and the tally outlive it.
  AgentScenario(const Options& options, uint32_t number, Tally& tally);
  AgentScenario(const AgentScenario&) = delete;
  AgentScenario& operator=(const AgentScenario&) = delete;

  // On the agent's own thread: rounds, until the works are used up or a stop is asked for.
  void Run();

 private:
  // The callbacks that the works have; `data` is the Work.
  static void Execute(napi_env env, void* data);
  static void Complete(napi_env env, napi_status status, void* data);
  static void OnCleanup(void* scenario);

  // An env's life. `agent` is new, or reset.
  void Round(HostAgent& agent);
  void Step(HostAgent& agent, HostAgent::ModuleRef module);
  void EndRound(HostAgent& agent);

  void Create(napi_env env);
  void Queue(napi_env env, Work& work);
  void Cancel(napi_env env, Work& work);
  // True when the work is gone.
  bool Delete(napi_env env, Work& work, Counter& counter);
  void OnCompleted(napi_env env, napi_status status, Work& work);

  // Fails the run unless `disagreement` is null.
  void Judge(const Work& work, const char* disagreement);
  void PlantInComplete(napi_env env, napi_status status, Work& work, napi_async_work deleted);

  // 0 … below - 1.
  uint32_t Choose(uint32_t below) { return static_cast<uint32_t>(random_() % below); }
  Work& Any(const WorkList& list) { return list.at(Choose(static_cast<uint32_t>(list.size()))); }

  const Options& options_;
  uint32_t number_;
  Tally& tally_;
  uint64_t quota_;  // works left to make; no limit is a very large one
  bool cancel_tells_;
  std::mt19937_64 random_;
  uint32_t last_work_ = 0;

  // Of the round.
  napi_env env_ = nullptr;
  uint32_t planned_ = 0;
  std::vector<std::unique_ptr<Work>> works_;
  WorkList unqueued_;
  WorkList in_flight_;
  WorkList completed_;  // to be deleted later
};

}  // namespace napisan::stress
