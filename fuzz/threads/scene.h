// Scene: one program on its threads, and what must hold of it in whatever order they go on.
//
// Ownership: lives for one program; the agent, works and the function are its own.
// Threads: the main agent's, the pool's and the producers', of which one runs at a time. So its own
// words need no lock; but between a call and its answer others may have gone on.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <node_api.h>

#include "napisan/host.h"
#include "napisan/reports.h"
#include "threads/program.h"

namespace napisan::threads {

struct Counts {
  uint64_t performed = 0;
  uint64_t left_out = 0;
  uint64_t queued = 0;
  uint64_t executed = 0;
  uint64_t cancelled = 0;
  uint64_t sent = 0;
  uint64_t arrived = 0;
  uint64_t drained = 0;
  uint64_t aborted = 0;
  uint64_t ended_early = 0;
};

class Scene {
 public:
  Scene(const Program& program, Counts& counts) : program_(program), counts_(counts) {}
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  // Aborts where something does not hold, after it has printed the program.
  void Run();
  // Any thread.
  [[noreturn]] void Disagree(const std::string& what) const;

 private:
  struct Work {
    Scene* scene = nullptr;
    uint8_t slot = 0;
    napi_async_work handle = nullptr;
    // Queued, and not completed.
    bool alive = false;
    bool of_task = false;
    bool cancelled = false;
    uint32_t number = 0;
    uint32_t executed = 0;
  };
  struct Item {
    uint8_t producer = 0;
    bool answered = false;
    bool ok = false;
    bool arrived = false;
  };
  // A thread's side of the function.
  struct Holder {
    uint32_t holds = 0;
    // It was told that the function is closing: it calls no more.
    bool told = false;
    uint32_t newest_arrived = 0;
  };
  // The main agent sends, too.
  static constexpr uint8_t kMainSends = kProducers;
  static constexpr size_t kItemsMax = kOperationsMax;

  // --- On the main thread ---
  void CreateFunction(napi_env env);
  void Perform(const Operation& operation);
  void Queue(Work& work, bool of_task);
  void Cancel(Work& work);
  void LetGo(napi_threadsafe_function_release_mode mode);
  void CheckEnd() const;
  static void OnComplete(napi_env env, napi_status status, void* data);
  static void OnCallJs(napi_env env, napi_value function, void* context, void* data);
  static void OnFinalize(napi_env env, void* data, void* hint);

  // --- On a producer's ---
  void Produce(uint8_t own);
  void Send(uint8_t own, napi_threadsafe_function_call_mode mode);
  void Acquire(Holder& holder);
  void Release(Holder& holder);
  // It may not use the function any more: what it still holds the main thread gives up at the end.
  void IsTold(Holder& holder);

  // --- On a worker's ---
  static void OnExecute(napi_env env, void* data);

  void Expect(bool right, const char* what) const {
    if (!right) Disagree(what);
  }
  // The function may answer napi_closing from here on.
  bool closes() const { return aborted_ || ended_; }
  static void OnReport(const ReportInfo& report, void* scene);

  const Program& program_;
  Counts& counts_;
  std::unique_ptr<HostAgent> agent_;
  HostAgent::ModuleRef module_ = 0;
  Work works_[kWorks];
  uint32_t numbers_ = 0;
  // Of the works of the one task.
  bool task_executes_ = false;
  uint32_t newest_of_task_ = 0;

  napi_threadsafe_function function_ = nullptr;
  Holder holders_[kProducers + 1];
  Item items_[kItemsMax];
  uint32_t item_count_ = 0;
  uint32_t outstanding_ = 0;
  uint32_t calls_ = 0;
  uint32_t finalized_ = 0;
  uint32_t owed_ = 0;
  bool aborted_ = false;
  bool ended_ = false;
};

}  // namespace napisan::threads
