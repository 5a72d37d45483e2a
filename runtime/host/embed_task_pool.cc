// The public embedding API over the host's own types: task pools.

#include <utility>

#include "napisan/task_pool.h"

#include "host/embed.h"
#include "host/task_pool.h"

namespace napisan {
namespace {

// What a pool thread keeps for its tasks.
struct PoolThread {
  std::unique_ptr<HostAgent> agent;
  host::Module module;
};

// One run of a task's function, on its way through RunInModule.
struct FunctionRun {
  const std::function<napi_value(HostTaskScope&)>& function;
  const host::TaskRun& run;
  PoolThread& thread;
  // In a scope that outlives the module's own.
  napi_value result;
};

void RunFunction(napi_env env, void* data) {
  auto& of = *static_cast<FunctionRun*>(data);
  std::vector<napi_value> arguments;
  for (host::Value value : of.run.arguments) {
    arguments.push_back(Embedding::Given(of.thread.module.env, value));
  }
  HostTaskScope scope{*of.thread.agent, env, arguments, of.run.cancelled};
  napi_value returned = of.function(scope);
  if (returned != nullptr) of.result->value = Embedding::HostValue(env, returned);
}

host::Value RunTask(const std::function<napi_value(HostTaskScope&)>& function,
                    const host::TaskRun& run) {
  auto& thread = *static_cast<PoolThread*>(run.state);
  napi_env env = thread.module.env;
  FunctionRun of{function, run, thread, run.agent.handles().Push(host::Value::Undefined())};
  host::RunInModule(thread.module, RunFunction, &of, host::ExceptionPolicy::kKeep);
  if (env->last_exception.IsHole()) return of.result->value;
  return run.agent.Throw(std::exchange(env->last_exception, host::Value::Hole()));
}

}  // namespace

struct HostTask::Impl {
  host::Task task;
};

HostTask::HostTask(std::function<napi_value(HostTaskScope& self)> function) {
  auto impl = std::make_shared<Impl>();
  impl->task.function = [function = std::move(function)](const host::TaskRun& run) {
    return RunTask(function, run);
  };
  impl_ = std::move(impl);
}

struct HostTaskPool::Impl {
  std::shared_ptr<host::TaskPool> pool;
};

HostTaskPool::HostTaskPool(HostAgent& agent, Options options) : impl_(std::make_unique<Impl>()) {
  host::Agent& parent = Embedding::ThreadedAgent(agent);
  if (parent.torn_down()) Embedding::Misused("a task pool is made by an agent that is torn down");
  if (options.threads_max == 0 || options.start == nullptr) {
    Embedding::Misused("a task pool needs a thread and a start function");
  }
  host::TaskPool::Options made;
  made.threads_max = options.threads_max;
  made.start = [start = std::move(options.start)](host::Agent& own,
                                                  std::string& error) -> std::shared_ptr<void> {
    auto thread = std::make_shared<PoolThread>();
    thread->agent = Embedding::Wrap(own);
    HostAgent::ModuleRef module = 0;
    if (!start(*thread->agent, module, error)) return nullptr;
    thread->module = Embedding::ImplOf(*thread->agent).At(module);
    return thread;
  };
  impl_->pool = host::TaskPool::New(parent, std::move(made));
}

HostTaskPool::~HostTaskPool() { impl_->pool->EndWithAgent(); }

napi_value HostTaskPool::Execute(napi_env env, const HostTask& task,
                                 const std::vector<napi_value>& arguments,
                                 HostTaskPriority priority) {
  napi_env host_env = Embedding::HostEnv(env);
  if (!host_env->agent.can_run_js()) return nullptr;
  host::Value promise = impl_->pool->Execute(
      std::shared_ptr<const host::Task>(task.impl_, &task.impl_->task),
      Embedding::HostValues(env, arguments), static_cast<host::TaskPriority>(priority));
  return Embedding::Given(host_env, promise);
}

bool HostTaskPool::Cancel(const HostTask& task) { return impl_->pool->Cancel(task.impl_->task); }
void HostTaskPool::WaitIdle() { impl_->pool->WaitIdle(); }

}  // namespace napisan
