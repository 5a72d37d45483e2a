// Runner: performs a program with real threads, in lockstep, and compares what is seen with the
// model after each operation.
//
// Threads: the main thread; what workers do is in inside.h. The watchdog reads what is said of the
// operation that runs.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "agents/inside.h"
#include "agents/keeper.h"
#include "agents/model.h"
#include "agents/pool.h"
#include "agents/program.h"
#include "agents/watchdog.h"
#include "napisan/reports.h"
#include "napisan/worker.h"

namespace napisan::agents {

// Of all programs so far.
struct Counts {
  uint64_t programs = 0;
  uint64_t performed = 0;
  uint64_t left_out = 0;
  uint64_t workers = 0;
  uint64_t terminated = 0;
  uint64_t messages = 0;
  uint64_t works = 0;
  uint64_t hooks = 0;
  uint64_t tasks = 0;
};

class Runner {
 public:
  Runner();

  // Aborts where something else is seen than the model says.
  void Run(const Program& program);

  uint64_t trace_hash() const { return trace_hash_; }
  const Counts& counts() const { return counts_; }

 private:
  // The worker of a slot, and what is seen of it here.
  struct Slot {
    std::unique_ptr<Inside> inside;
    std::unique_ptr<HostWorker> worker;
    Listening listening = Listening::kCount;
    // What its predecessors have seen inside.
    Events before;
    Events outside;
    // A work of it waits; its function counts this thread.
    bool gated = false;
    bool holds_function = false;
  };

  void Begin();
  void Perform(const Operation& operation, uint8_t number);
  void PerformCommand(Slot& slot, const Operation& operation, uint8_t number);
  void PerformAbout(Slot& slot, const Operation& operation, uint8_t number);
  void End();

  void Start(Slot& slot, Starting starting, uint8_t number);
  void Listen(Slot& slot, Listening listening);
  void OnMessage(Slot& slot, napi_env env, napi_value message);
  void Post(Slot& slot, MessageKind kind, uint8_t number);
  void Destroy(Slot& slot);
  void UseFunction(Slot& slot, OpKind kind);
  // So that joining its thread waits for nothing.
  void LetGo(Slot& slot);
  void LetAllGo();
  void PerformInPool(const Operation& operation, uint8_t number);
  // Turns the loop until all has come that the model says.
  void Turn();
  template <class Body>
  void InModule(Body&& body) {
    agent_.Run(module_, std::forward<Body>(body));
  }

  void Compare();
  void ComparePool();
  void See(const Events& events);
  [[noreturn]] void Disagree(const std::string& what);
  static void OnReport(const ReportInfo& report, void* context);

  HostAgent agent_;
  HostAgent::ModuleRef module_ = 0;
  Keeper keeper_;
  Model model_;
  std::array<Slot, kSlots> slots_;
  Pool pool_{agent_, module_};
  uint64_t trace_hash_ = 0;
  Counts counts_;

  // What the watchdog and reports on other threads say it of.
  Program program_{};
  std::atomic<size_t> at_{0};
  // Last: it looks at the others.
  Watchdog watchdog_;
};

}  // namespace napisan::agents
