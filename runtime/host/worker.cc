#include "host/worker.h"

#include <utility>

#include "host/objects.h"
#include "host/strings.h"

namespace napisan::host {
namespace {

constexpr int kParentSide = 0;
constexpr int kWorkerSide = 1;

}  // namespace

Worker::Worker(Starting, Agent& parent, Code code)
    : parent_(parent), code_(std::move(code)), channel_(NewChannel()) {
  ring = [](Wakeup& wakeup) { static_cast<Worker&>(wakeup).OnExited(); };
  closed = [](Wakeup& wakeup) { static_cast<Worker&>(wakeup).self_.reset(); };
}

Worker::~Worker() = default;

std::shared_ptr<Worker> Worker::Start(Agent& parent, Code code) {
  auto worker = std::make_shared<Worker>(Starting(), parent, std::move(code));
  worker->self_ = worker;
  worker->port_ = MessagePort::Open(parent, worker->channel_, kParentSide);
  // What keeps the parent's loop alive is the worker, not a handler for its messages.
  worker->port_->SetReferenced(false);
  parent.executor().Open(*worker);
  parent.AddDependent(*worker);
  Worker* self = worker.get();
  AgentOptions options;
  options.profile = parent.profile();
  options.gc = parent.collector().mode();
  options.on_uncaught = [self](Agent& agent, Value exception) {
    self->OnUncaught(agent, exception);
  };
  self->thread_ = std::make_unique<AgentThread>(AgentThread::Plan{
      .options = std::move(options),
      .run = [self](Agent& agent) { self->Run(agent); },
      .torn_down = self->code_.torn_down,
      // The parent joins before it lets go of this.
      .ended = [self] { self->parent_.executor().Ring(*self); },
  });
  return worker;
}

void Worker::Run(Agent& agent) {
  std::shared_ptr<MessagePort> port = MessagePort::Open(agent, channel_, kWorkerSide);
  code_.script(agent, port);
  agent.Run();
  if (code_.idle != nullptr && agent.can_run_js()) {
    code_.idle();
    agent.Run();
  }
  if (!agent.can_run_js() && port->has_waiting()) agent.NoteStopped(true);
  port->Close();
}

void Worker::OnUncaught(Agent& agent, Value exception) {
  // Nobody hears of it once the worker is stopped: it cannot be told apart from being stopped.
  if (!agent.can_run_js()) return;
  if (code_.on_uncaught != nullptr) {
    code_.on_uncaught(agent, exception);
    return;
  }
  auto error = std::make_unique<CloneData>();
  if (!Serialize(agent, exception, {}, *error)) {
    agent.TakeException();
    Value text = Value::Of(NewString(agent, Inspect(agent, exception)));
    *error = {};
    Serialize(agent, Value::Of(NewError(agent, "Error", text)), {}, *error);
  }
  error_ = std::move(error);
  // The loop is left as soon as the stack is unwound to it.
  agent.ForbidJs();
}

void Worker::Terminate() { thread_->Stop(); }

void Worker::SetReferenced(bool referenced) {
  if (!finished_) parent_.executor().SetReferenced(*this, referenced);
}

void Worker::TellError() {
  AutoScope scope(parent_.handles());
  Value error = Deserialize(parent_, *error_);
  parent_.handles().Push(error);
  parent_.OpenCallbackScope();
  auto on_error = std::move(on_error_);
  if (on_error != nullptr) {
    on_error(error);
  } else {
    parent_.Uncaught(error);
  }
  parent_.CloseCallbackScope();
}

void Worker::OnExited() {
  std::shared_ptr<Worker> keep = self_;
  if (finished_) return;
  thread_->Join();
  port_->Deliver();
  if (!finished_ && error_ != nullptr && parent_.can_run_js()) TellError();
  // A handler may have ended it.
  if (finished_) return;
  bool failed = error_ != nullptr || thread_->stopped();
  auto on_exit = std::move(on_exit_);
  Finish();
  if (on_exit == nullptr || !parent_.can_run_js()) return;
  parent_.OpenCallbackScope();
  on_exit(failed ? 1 : 0);
  parent_.CloseCallbackScope();
}

void Worker::EndWithAgent() {
  if (finished_) return;
  thread_->Stop();
  thread_->Join();
  Finish();
}

void Worker::Finish() {
  if (finished_) return;
  finished_ = true;
  on_error_ = nullptr;
  on_exit_ = nullptr;
  port_->Close();
  parent_.RemoveDependent(*this);
  parent_.executor().Close(*this);
}

}  // namespace napisan::host
