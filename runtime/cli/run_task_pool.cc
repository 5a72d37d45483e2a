// A plan in a task pool: the task, and the main agent that executes it.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

#include "cli/interpreter.h"
#include "cli/module_file.h"
#include "cli/run_agents.h"
#include "host/module.h"
#include "host/objects.h"
#include "host/task_pool.h"

namespace napisan::cli {
namespace {

using host::Value;

// execute() settles before what the task began calls back, on another thread: what the pool thread
// has to say waits until the main agent has told that.
class PoolObserver final : public LockedObserver {
 public:
  using LockedObserver::LockedObserver;

  void OnOutcome(size_t statement, const std::string& text) override {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !held_; });
    }
    LockedObserver::OnOutcome(statement, text);
  }
  // On the pool thread, when the task's function returns.
  void Hold() { SetHeld(true); }
  // On the main agent's.
  void OnSettled(size_t statement, const std::string& text) {
    LockedObserver::OnOutcome(statement, text);
  }
  void Release() { SetHeld(false); }

 private:
  void SetHeld(bool held) {
    std::lock_guard lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
};

// What the task does, on the pool's one thread. The main agent looks when execute() has settled, or
// when the pool has ended.
class TaskCode {
 public:
  TaskCode(const RunPlan& plan, PoolObserver& observer) : plan_(plan), observer_(observer) {}

  std::shared_ptr<void> Start(host::Agent& agent, std::string& error);
  // What the last statement gave, or threw.
  Value Run(const host::TaskRun& run);
  // Nothing keeps the thread's loop alive, or what is in flight is cut off.
  void Stop();

  int status() const { return status_; }
  bool loop_goes_on() const { return loop_goes_on_; }
  // The last statement that ran.
  size_t last() const { return last_; }

 private:
  const RunPlan& plan_;
  PoolObserver& observer_;
  // Owned by the pool thread's state.
  Interpreter* interpreter_ = nullptr;
  int status_ = kOk;
  bool loop_goes_on_ = false;
  size_t last_ = 0;
};

std::shared_ptr<void> TaskCode::Start(host::Agent& agent, std::string& error) {
  observer_.OnStep("while it was loaded");
  host::Module module;
  if (!plan_.module.empty() && !host::LoadModule(agent, plan_.module, module, error)) {
    observer_.OnError(WithAdvice(error));
    status_ = kUsage;
    return nullptr;
  }
  // It is dropped when the agent has been torn down.
  auto drop = [this](Interpreter* interpreter) {
    status_ = interpreter->status();
    delete interpreter;
  };
  std::shared_ptr<Interpreter> state(new Interpreter(plan_, agent, module.exports, observer_),
                                     drop);
  interpreter_ = state.get();
  return state;
}

Value TaskCode::Run(const host::TaskRun& run) {
  Interpreter::Result result;
  if (interpreter_->Prepare()) {
    result = RunReceived(plan_, run.agent, *interpreter_, "Taskpool", run.arguments, observer_);
  }
  run.agent.handles().Push(result.value);
  status_ = interpreter_->status();
  loop_goes_on_ = interpreter_->loop_goes_on();
  last_ = interpreter_->current();
  if (loop_goes_on_) observer_.OnStep("while the loop was turned");
  if (result.kind == Interpreter::Result::Kind::kValue &&
      host::Is(result.value, host::CellKind::kPromise)) {
    return result.value;
  }
  observer_.Hold();
  if (result.kind == Interpreter::Result::Kind::kValue) return result.value;
  if (result.kind != Interpreter::Result::Kind::kThrew) return Value::Undefined();
  run.agent.Throw(result.value);
  return Value::Hole();
}

void TaskCode::Stop() {
  if (interpreter_->loop_goes_on()) interpreter_->Finish();
}

std::string Settled(host::Agent& agent, const host::Object& promise) {
  switch (promise.promise.state) {
    case host::PromiseState::kFulfilled:
      return "execute() resolved with " + host::Inspect(agent, promise.promise.result);
    case host::PromiseState::kRejected:
      return "execute() rejected with " + host::Inspect(agent, promise.promise.result);
    case host::PromiseState::kPending:
      break;
  }
  return "execute() never settled";
}

}  // namespace

int RunInTaskPool(const RunPlan& plan, RunObserver& observer) {
  PoolObserver told(observer);
  size_t uncaught = 0;
  TaskCode code(plan, told);
  host::Agent agent(OptionsOf(plan, told, uncaught));
  std::shared_ptr<host::TaskPool> pool = host::TaskPool::New(
      agent, {.threads_max = 1,
              .start = [&](host::Agent& own, std::string& error) { return code.Start(own, error); },
              .stop = [&](void*) { code.Stop(); }});
  auto task = std::make_shared<host::Task>();
  task->function = [&](const host::TaskRun& run) { return code.Run(run); };
  {
    host::AutoScope scope(agent.handles());
    Value promise = pool->Execute(task, DataOf(agent, plan), host::TaskPriority::kMedium);
    agent.handles().Push(promise);
    // Until it has settled; what the task began goes on.
    agent.Run();
    if (code.status() != kUsage && !plan.statements.empty()) {
      told.OnSettled(code.last(), Settled(agent, *host::AsObject(promise)));
    }
    told.Release();
  }
  if (code.loop_goes_on()) pool->WaitIdle();
  told.OnStep("while its env was torn down");
  agent.Teardown();
  return code.status() == kOk && uncaught > 0 ? kFailed : code.status();
}

}  // namespace napisan::cli
