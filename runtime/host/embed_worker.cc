// The public embedding API over the host's own types: workers.

#include <utility>

#include "napisan/worker.h"

#include "host/embed.h"
#include "host/structured_clone.h"
#include "host/worker.h"

namespace napisan {
namespace {

// False where the message cannot be cloned, or the agent is being stopped.
bool Post(host::MessagePort& port, napi_env env, napi_value message,
          const std::vector<napi_value>& transfer, napi_value* thrown) {
  napi_env host_env = Embedding::HostEnv(env);
  host::Agent& agent = host_env->agent;
  if (thrown != nullptr) *thrown = nullptr;
  if (!agent.can_run_js()) return false;
  host::Value value = Embedding::HostValue(env, message);
  if (port.Post(value, Embedding::HostValues(env, transfer))) return true;
  host::Value exception = agent.TakeException();
  if (thrown != nullptr) *thrown = Embedding::Given(host_env, exception);
  return false;
}

host::MessagePort::Handler InModule(HostAgent& agent, HostAgent::ModuleRef module,
                                    MessageHandler handler) {
  return [at = Embedding::ImplOf(agent).At(module), handler = std::move(handler)](
             host::Value value) { Embedding::RunWithValue(at, value, handler); };
}

}  // namespace

CallResult StructuredClone(napi_env env, napi_value value,
                           const std::vector<napi_value>& transfer) {
  using Kind = CallResult::Kind;
  napi_env host_env = Embedding::HostEnv(env);
  host::Agent& agent = host_env->agent;
  if (!agent.can_run_js()) return {Kind::kStopped, nullptr};
  host::CloneData data;
  host::Value source = Embedding::HostValue(env, value);
  if (!host::Serialize(agent, source, Embedding::HostValues(env, transfer), data)) {
    return {Kind::kThrew, Embedding::Given(host_env, agent.TakeException())};
  }
  return {Kind::kReturned, Embedding::Given(host_env, host::Deserialize(agent, data))};
}

struct HostWorkerScope::Impl {
  std::unique_ptr<HostAgent> agent;
  std::shared_ptr<host::MessagePort> port;
};

HostWorkerScope::HostWorkerScope(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HostWorkerScope::~HostWorkerScope() = default;

HostAgent& HostWorkerScope::agent() { return *impl_->agent; }

bool HostWorkerScope::PostMessage(napi_env env, napi_value message,
                                  const std::vector<napi_value>& transfer, napi_value* thrown) {
  return Post(*impl_->port, env, message, transfer, thrown);
}

void HostWorkerScope::OnMessage(HostAgent::ModuleRef module, MessageHandler handler) {
  // A module that could not be loaded any more is nothing to complain about.
  if (!Embedding::ImplOf(*impl_->agent).agent->can_run_js()) return;
  impl_->port->SetHandler(InModule(*impl_->agent, module, std::move(handler)));
}

void HostWorkerScope::Close() { impl_->port->Close(); }

struct HostWorker::Impl {
  // What the worker's thread runs, and what its code sees.
  struct Side {
    std::function<void(HostWorkerScope&)> script;
    std::unique_ptr<HostWorkerScope> scope;
  };

  HostAgent& parent;
  std::shared_ptr<host::Worker> worker;
};

HostWorker::HostWorker(HostAgent& parent, std::function<void(HostWorkerScope& self)> script) {
  host::Agent& agent = Embedding::ThreadedAgent(parent);
  if (agent.torn_down()) Embedding::Misused("a worker is begun by an agent that is torn down");
  auto side = std::make_shared<Impl::Side>();
  side->script = std::move(script);
  host::Worker::Code code;
  code.script = [side](host::Agent& own, const std::shared_ptr<host::MessagePort>& port) {
    auto scope = std::make_unique<HostWorkerScope::Impl>();
    scope->agent = Embedding::Wrap(own);
    scope->port = port;
    side->scope.reset(new HostWorkerScope(std::move(scope)));
    side->script(*side->scope);
  };
  impl_ = std::unique_ptr<Impl>(new Impl{parent, host::Worker::Start(agent, std::move(code))});
  // JavaScript would not have come to this line.
  if (!agent.can_run_js()) Terminate();
}

HostWorker::~HostWorker() { impl_->worker->EndWithAgent(); }

bool HostWorker::PostMessage(napi_env env, napi_value message,
                             const std::vector<napi_value>& transfer, napi_value* thrown) {
  return Post(impl_->worker->port(), env, message, transfer, thrown);
}

void HostWorker::OnMessage(HostAgent::ModuleRef module, MessageHandler handler) {
  if (!Embedding::ImplOf(impl_->parent).agent->can_run_js()) return;
  impl_->worker->port().SetHandler(InModule(impl_->parent, module, std::move(handler)));
}

void HostWorker::OnError(HostAgent::ModuleRef module, MessageHandler handler) {
  if (!Embedding::ImplOf(impl_->parent).agent->can_run_js()) return;
  impl_->worker->SetErrorHandler(InModule(impl_->parent, module, std::move(handler)));
}

void HostWorker::OnExit(std::function<void(int code)> handler) {
  impl_->worker->SetExitHandler(std::move(handler));
}

void HostWorker::Terminate() { impl_->worker->Terminate(); }
void HostWorker::SetReferenced(bool referenced) { impl_->worker->SetReferenced(referenced); }
bool HostWorker::exited() const { return impl_->worker->exited(); }

}  // namespace napisan
