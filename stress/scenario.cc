#include "scenario.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "plants.h"
#include "verdict.h"

namespace napisan::stress {
namespace {

constexpr uint64_t kNoLimit = UINT64_MAX;

// An agent's share, so that its choices do not depend on how fast the others are.
uint64_t QuotaOf(const Options& options, uint32_t number) {
  if (options.works == 0) return kNoLimit;
  return options.works / options.agents + (number <= options.works % options.agents ? 1 : 0);
}

}  // namespace

AgentScenario::AgentScenario(const Options& options, uint32_t number, Tally& tally)
    : options_(options),
      number_(number),
      tally_(tally),
      quota_(QuotaOf(options, number)),
      cancel_tells_(options.profile != "openharmony"),
      random_(options.seed * 1'000'003 + number) {}

void AgentScenario::Run() {
  HostOptions host_options;
  host_options.profile = options_.profile;
  while (quota_ > 0 && !AskedToStop()) {
    HostAgent agent(host_options);
    Round(agent);
    // An agent that is reset must be as good as a new one.
    while (quota_ > 0 && !AskedToStop() && Choose(2) == 0) {
      agent.Reset();
      Round(agent);
    }
  }
}

void AgentScenario::Round(HostAgent& agent) {
  HostAgent::ModuleRef module;
  std::string error;
  // The highest version that every profile has.
  if (!agent.Add("stress_async_work", nullptr, 9, module, error)) {
    Fail(fmt::format("agent {}: no env: {}", number_, error));
    return;
  }
  uint32_t most = std::min(8 * options_.in_flight, 4096u);
  planned_ = static_cast<uint32_t>(std::min<uint64_t>(1 + Choose(most), quota_));
  agent.Run(module, [this](napi_env env) {
    env_ = env;
    if (napi_add_env_cleanup_hook(env, OnCleanup, this) != napi_ok) {
      Fail("napi_add_env_cleanup_hook was refused");
    }
  });
  while (planned_ > 0 && !AskedToStop()) Step(agent, module);
  // Half of the rounds end with whatever is in flight.
  if (Choose(2) == 0 && !AskedToStop()) {
    agent.RunLoop();
    if (!in_flight_.empty()) {
      Judge(in_flight_.at(0), "the loop ended without its complete");
    }
  }
  EndRound(agent);
}

void AgentScenario::EndRound(HostAgent& agent) {
  tally_.in_flight_at_teardown.Add(in_flight_.size());
  agent.Teardown();
  if (!in_flight_.empty()) Judge(in_flight_.at(0), "the env ended without its complete");
  for (const std::unique_ptr<Work>& work : works_) {
    if (AskedToStop()) break;
    if (work->expected.state() != ExpectedState::State::kDeleted) {
      Judge(*work, "the cleanup hook did not get to it");
    }
  }
  works_.clear();
  unqueued_ = in_flight_ = completed_ = WorkList();
  tally_.rounds.Add();
}

void AgentScenario::Step(HostAgent& agent, HostAgent::ModuleRef module) {
  uint32_t choice = Choose(16);
  if (choice < 4 || (choice < 8 && in_flight_.size() < options_.in_flight / 2)) {
    agent.Run(module, [this](napi_env env) {
      for (uint32_t left = 1 + Choose(16); left > 0 && planned_ > 0; --left) Create(env);
    });
  } else if (choice < 10) {
    agent.Run(module, [this](napi_env env) {
      for (uint32_t left = Choose(4); left > 0 && !in_flight_.empty(); --left) {
        Cancel(env, Any(in_flight_));
      }
    });
  } else if (choice < 11) {
    agent.Run(module, [this](napi_env env) {
      if (!unqueued_.empty()) Queue(env, Any(unqueued_));
      if (!unqueued_.empty() && Choose(2) == 0) {
        Work& work = Any(unqueued_);
        unqueued_.Remove(work);
        Delete(env, work, tally_.deleted_unqueued);
      }
    });
  } else if (choice < 12) {
    agent.Run(module, [this](napi_env env) {
      for (uint32_t left = Choose(8); left > 0 && !completed_.empty(); --left) {
        Work& work = Any(completed_);
        completed_.Remove(work);
        Delete(env, work, tally_.deleted_later);
      }
    });
  } else {
    bool full = in_flight_.size() >= options_.in_flight;
    agent.Turn(full || (choice == 15 && !in_flight_.empty()));
  }
}

void AgentScenario::Create(napi_env env) {
  --planned_;
  if (quota_ != kNoLimit) --quota_;
  works_.push_back(std::make_unique<Work>(*this, ++last_work_, random_(), cancel_tells_));
  Work& work = *works_.back();
  work.deletes_in_complete = Choose(4) != 0;
  if (Choose(4) == 0) work.spins = Choose(4096);
  if (Choose(256) == 0) work.sleep_us = Choose(200);
  napi_value name = nullptr;
  napi_status status = napi_create_string_utf8(env, "stress", NAPI_AUTO_LENGTH, &name);
  if (status == napi_ok) {
    status = napi_create_async_work(env, nullptr, name, Execute, Complete, &work, &work.handle);
  }
  if (status != napi_ok) {
    Judge(work, "napi_create_async_work was refused");
    works_.pop_back();
    return;
  }
  tally_.created.Add();
  unqueued_.Add(work);
  if (in_flight_.size() < options_.in_flight && Choose(8) != 0) Queue(env, work);
}

void AgentScenario::Queue(napi_env env, Work& work) {
  // Before the call: a worker may have begun it when the call returns.
  unqueued_.Remove(work);
  in_flight_.Add(work);
  Judge(work, work.expected.OnQueue(napi_queue_async_work(env, work.handle)));
  tally_.queued.Add();
  if (options_.plant == Plant::kRace) TouchUnsynchronised();
}

void AgentScenario::Cancel(napi_env env, Work& work) {
  bool begun = work.expected.begun();
  napi_status answer = napi_cancel_async_work(env, work.handle);
  (answer == napi_ok ? tally_.cancel_ok : tally_.cancel_refused).Add();
  Judge(work, work.expected.OnCancel(answer, begun));
}

bool AgentScenario::Delete(napi_env env, Work& work, Counter& counter) {
  const char* disagreement = work.expected.OnDelete(napi_delete_async_work(env, work.handle));
  Judge(work, disagreement);
  if (disagreement != nullptr) return false;
  work.handle = nullptr;
  counter.Add();
  return true;
}

void AgentScenario::Execute(napi_env, void* data) {
  auto& work = *static_cast<Work*>(data);
  work.expected.OnExecuteBegin();
  for (uint32_t left = work.spins; left > 0; --left) {
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }
  if (work.sleep_us != 0) std::this_thread::sleep_for(std::chrono::microseconds(work.sleep_us));
  if (work.scenario.options_.plant == Plant::kRace) TouchUnsynchronised();
  if (work.scenario.options_.plant == Plant::kLeak) DropMemory();
  work.expected.OnExecuteEnd();
}

void AgentScenario::Complete(napi_env env, napi_status status, void* data) {
  auto& work = *static_cast<Work*>(data);
  work.scenario.OnCompleted(env, status, work);
}

void AgentScenario::OnCompleted(napi_env env, napi_status status, Work& work) {
  const char* disagreement = work.expected.OnComplete(status);
  if (disagreement != nullptr) return Judge(work, disagreement);
  in_flight_.Remove(work);
  (status == napi_ok ? tally_.completed_ok : tally_.completed_cancelled).Add();
  if (work.expected.executed()) tally_.executed.Add();
  // Its own cancel comes too late. Not after one that succeeded: libuv then cancels it once more,
  // and what follows is nobody's contract.
  if (status == napi_ok && Choose(32) == 0) Cancel(env, work);
  napi_async_work handle = work.handle;
  if (work.deletes_in_complete) {
    Delete(env, work, tally_.deleted_in_complete);
  } else {
    completed_.Add(work);
  }
  PlantInComplete(env, status, work, handle);
  if (Choose(16) == 0 && !in_flight_.empty()) Cancel(env, Any(in_flight_));
  if (Choose(16) == 0 && !unqueued_.empty() && planned_ > 0) Queue(env, Any(unqueued_));
}

void AgentScenario::PlantInComplete(napi_env env, napi_status status, Work& work,
                                    napi_async_work deleted) {
  // Not the first one, so that the run has begun to work.
  if (work.number < 50 || work.handle != nullptr) return;
  if (options_.plant == Plant::kDoubleDelete) napi_delete_async_work(env, deleted);
  if (options_.plant == Plant::kReportFreeComplete) Complete(env, status, &work);
}

// Everything that is left: never queued, or completed and kept. What was in flight has completed.
void AgentScenario::OnCleanup(void* data) {
  auto& scenario = *static_cast<AgentScenario*>(data);
  for (WorkList* list : {&scenario.unqueued_, &scenario.completed_}) {
    while (!list->empty()) {
      Work& work = list->at(list->size() - 1);
      list->Remove(work);
      scenario.Delete(scenario.env_, work, scenario.tally_.deleted_at_teardown);
    }
  }
}

void AgentScenario::Judge(const Work& work, const char* disagreement) {
  if (disagreement == nullptr) return;
  Fail(fmt::format("agent {}, work {}: {} ({})", number_, work.number, disagreement,
                   work.expected.Describe()));
}

}  // namespace napisan::stress
