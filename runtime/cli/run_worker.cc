// A plan in a Worker: the worker's code, and its parent's.

#include <memory>
#include <utility>

#include "cli/interpreter.h"
#include "cli/module_file.h"
#include "cli/run_agents.h"
#include "host/module.h"
#include "host/objects.h"
#include "host/worker.h"

namespace napisan::cli {
namespace {

using host::Value;

// The worker's code, on its thread. What it posts: [statement, result] for each result, and
// undefined when nothing keeps its loop alive but its parent's messages.
class WorkerCode {
 public:
  WorkerCode(const RunPlan& plan, RunObserver& observer) : plan_(plan), observer_(observer) {}

  // Before the parent posts anything.
  void SetWorker(host::Worker& worker) { worker_ = &worker; }

  void Script(host::Agent& agent, const std::shared_ptr<host::MessagePort>& port);
  void Idle();
  void TornDown();
  void OnUncaught(host::Agent& agent, Value exception) {
    ++uncaught_;
    observer_.OnUncaught(host::Inspect(agent, exception));
  }

  // When the worker has exited.
  int status() const { return status_ == kOk && uncaught_ > 0 ? kFailed : status_; }

 private:
  std::vector<Value> Receive();
  void Post(size_t statement, Value result);

  const RunPlan& plan_;
  RunObserver& observer_;
  host::Worker* worker_ = nullptr;
  host::Agent* agent_ = nullptr;
  std::shared_ptr<host::MessagePort> port_;
  std::unique_ptr<Interpreter> interpreter_;
  int status_ = kOk;
  size_t uncaught_ = 0;
};

void WorkerCode::Script(host::Agent& agent, const std::shared_ptr<host::MessagePort>& port) {
  agent_ = &agent;
  port_ = port;
  observer_.OnStep("while it was loaded");
  host::Module module;
  std::string error;
  if (!plan_.module.empty() && !host::LoadModule(agent, plan_.module, module, error)) {
    observer_.OnError(WithAdvice(error));
    status_ = kUsage;
    return;
  }
  interpreter_ = std::make_unique<Interpreter>(plan_, agent, module.exports, observer_);
  interpreter_->SetResultTeller(
      [this](size_t statement, Value result) { Post(statement, result); });
  host::AutoScope scope(agent.handles());
  std::vector<Value> data = Receive();
  if (interpreter_->Prepare()) {
    RunReceived(plan_, agent, *interpreter_, "Worker", data, observer_);
  }
  if (!interpreter_->loop_goes_on()) {
    // With what is in flight, and without another turn of the loop.
    worker_->Terminate();
    return;
  }
  observer_.OnStep("while the loop was turned");
  // Its parent has no more to say: Idle is called when all else is done.
  port->SetReferenced(false);
}

// The one message, outside of its handler: a statement may turn the loop to await something.
std::vector<Value> WorkerCode::Receive() {
  napi_value message = agent_->handles().Push(Value::Undefined());
  port_->SetHandler([message](Value value) { message->value = value; });
  while (message->value.IsUndefined() && agent_->can_run_js()) {
    agent_->Turn(host::Executor::Wait::kEvent);
  }
  port_->SetHandler([](Value) {});
  if (message->value.IsUndefined()) return {};
  return ItemsOf(*agent_, message->value);
}

void WorkerCode::Post(size_t statement, Value result) {
  if (!agent_->can_run_js()) return;
  host::AutoScope scope(agent_->handles());
  agent_->handles().Push(result);
  Value message = ArrayOf(*agent_, {Value::Number(static_cast<double>(statement)), result});
  if (port_->Post(message, {})) return;
  Value exception = agent_->TakeException();
  if (exception.IsHole()) return;
  observer_.OnOutcome(statement, "not posted: " + host::Inspect(*agent_, exception));
}

void WorkerCode::Idle() {
  if (interpreter_ == nullptr) return;
  interpreter_->Finish();
  port_->Post(Value::Undefined(), {});
  // Until it is terminated.
  port_->SetReferenced(true);
}

void WorkerCode::TornDown() {
  if (interpreter_ != nullptr) status_ = interpreter_->status();
  interpreter_.reset();
}

}  // namespace

int RunInWorker(const RunPlan& plan, RunObserver& observer) {
  LockedObserver locked(observer);
  size_t uncaught = 0;
  host::Agent agent(OptionsOf(plan, locked, uncaught));
  WorkerCode code(plan, locked);
  std::shared_ptr<host::Worker> worker = host::Worker::Start(
      agent,
      {.script = [&](host::Agent& own, const auto& port) { code.Script(own, port); },
       .idle = [&] { code.Idle(); },
       .torn_down = [&] { code.TornDown(); },
       .on_uncaught = [&](host::Agent& own, Value exception) { code.OnUncaught(own, exception); }});
  code.SetWorker(*worker);
  worker->port().SetHandler([&](Value message) {
    if (message.IsUndefined()) {
      locked.OnStep("while its env was torn down");
      worker->Terminate();
      return;
    }
    std::vector<Value> items = ItemsOf(agent, message);
    locked.OnOutcome(static_cast<size_t>(items[0].AsNumber()),
                     "result is " + host::Inspect(agent, items[1]));
  });
  {
    host::AutoScope scope(agent.handles());
    // Data can always be cloned.
    worker->port().Post(ArrayOf(agent, DataOf(agent, plan)), {});
  }
  agent.Run();
  agent.Teardown();
  return code.status() == kOk && uncaught > 0 ? kFailed : code.status();
}

}  // namespace napisan::cli
