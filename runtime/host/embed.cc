// The public embedding API over the host's own types: agents.

#include "host/embed.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "api/host_events.h"
#include "host/objects.h"
#include "host/promise.h"
#include "host/properties.h"

namespace napisan {
namespace {

class FirstStep final : public host::Chooser {
 public:
  uint32_t Choose(uint32_t) override { return 0; }
};

class Adapter final : public host::Chooser {
 public:
  explicit Adapter(StepChooser& chooser) : chooser_(chooser) {}
  uint32_t Choose(uint32_t count) override { return chooser_.Choose(count); }

 private:
  StepChooser& chooser_;
};

napi_value NoInit(napi_env, napi_value) { return nullptr; }

constexpr const char* kStopping = "the agent is being stopped";

}  // namespace

host::SteppingExecutor& HostAgent::Impl::Stepping() {
  if (stepping == nullptr) Embedding::Misused("steps are taken with an executor that has none");
  return *stepping;
}

const host::Module& HostAgent::Impl::At(ModuleRef module) const {
  if (module >= modules.size()) Embedding::Misused("code is run in a module that is not there");
  return modules[module];
}

const host::Module& HostAgent::Impl::Of(napi_env host_env) const {
  for (const host::Module& module : modules) {
    if (module.env == host_env) return module;
  }
  Embedding::Misused("an env is used that is of no module of this agent");
}

HostAgent::HostAgent(const HostOptions& options) : impl_(std::make_unique<Impl>()) {
  auto profile = ParseProfile(options.profile);
  if (!profile) Embedding::Misused("no such profile");
  host::AgentOptions made{.profile = *profile,
                          .executor = nullptr,
                          .native_thread = options.native_thread,
                          .on_uncaught = nullptr,
                          .on_swallowed = nullptr,
                          .gc = options.gc,
                          .external_buffers = options.external_buffers};
  if (options.on_uncaught != nullptr) {
    made.on_uncaught = [tell = options.on_uncaught, context = options.context](
                           host::Agent& agent, host::Value exception) {
      tell(context, host::Inspect(agent, exception));
    };
  }
  if (options.on_swallowed != nullptr) {
    made.on_swallowed = [tell = options.on_swallowed, context = options.context](host::Agent&) {
      tell(context);
    };
  }
  if (options.executor == ExecutorKind::kStepping) {
    if (options.chooser != nullptr) {
      impl_->chooser = std::make_unique<Adapter>(*options.chooser);
    } else {
      impl_->chooser = std::make_unique<FirstStep>();
    }
    made.executor = [this](host::Agent&) {
      auto executor = std::make_unique<host::SteppingExecutor>(*impl_->chooser);
      impl_->stepping = executor.get();
      return executor;
    };
  }
  impl_->own = std::make_unique<host::Agent>(std::move(made));
  impl_->agent = impl_->own.get();
}

HostAgent::HostAgent(Wrapped, std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HostAgent::~HostAgent() = default;

bool HostAgent::Load(const std::string& path, ModuleRef& module, std::string& error) {
  host::Module made;
  if (!impl_->agent->can_run_js()) {
    error = kStopping;
    return false;
  }
  if (!host::LoadModule(*impl_->agent, path, made, error)) return false;
  module = static_cast<ModuleRef>(impl_->modules.size());
  impl_->modules.push_back(made);
  return true;
}

bool HostAgent::Add(const std::string& name, napi_addon_register_func init, int32_t api_version,
                    ModuleRef& module, std::string& error) {
  host::Module made;
  if (!impl_->agent->can_run_js()) {
    error = kStopping;
    return false;
  }
  if (!host::AddModule(*impl_->agent, name, init != nullptr ? init : NoInit, api_version, made,
                       error)) {
    return false;
  }
  module = static_cast<ModuleRef>(impl_->modules.size());
  impl_->modules.push_back(made);
  return true;
}

bool HostAgent::Invoke(ModuleRef module, void (*body)(napi_env env, void* data), void* data) {
  if (!impl_->agent->can_run_js()) return false;
  host::RunInModule(impl_->At(module), body, data);
  return true;
}

CallResult HostAgent::Call(napi_env env, const std::string& name,
                           const std::vector<napi_value>& arguments) {
  using Kind = CallResult::Kind;
  napi_env host_env = Embedding::HostEnv(env);
  const host::Module& module = impl_->Of(host_env);
  host::Agent& agent = *impl_->agent;
  if (!agent.can_run_js()) return {Kind::kStopped, nullptr};
  std::vector<host::Value> values = Embedding::HostValues(env, arguments);
  host::Value function = host::Value::Undefined();
  if (host::IsObject(module.exports)) {
    function = host::GetNamed(agent, host::AsObject(module.exports), name);
  }
  host::Value result = host::Value::Hole();
  if (host::IsFunction(function)) {
    result = agent.Call(function, module.exports, values.data(), values.size());
  } else if (!function.IsHole()) {
    host::ThrowError(agent, "TypeError", name + " is not a function");
  }
  if (result.IsHole()) return {Kind::kThrew, Embedding::Given(host_env, agent.TakeException())};
  return {Kind::kReturned, Embedding::Given(host_env, result)};
}

HostAgent::PromiseRef HostAgent::Keep(napi_env env, napi_value promise) {
  napi_env host_env = Embedding::HostEnv(env);
  host::Value value = Embedding::HostValue(env, promise);
  impl_->kept.push_back(
      {host::NewReference(host_env, value, 1, host::Ownership::kRuntime, nullptr, nullptr, nullptr),
       impl_->Of(host_env)});
  return static_cast<PromiseRef>(impl_->kept.size() - 1);
}

Settled HostAgent::AwaitValue(PromiseRef promise,
                              void (*body)(napi_env env, napi_value value, void* data),
                              void* data) {
  host::Agent& agent = *impl_->agent;
  if (!agent.can_run_js()) return Settled::kPending;
  if (promise >= impl_->kept.size() || impl_->kept[promise].reference == nullptr) {
    Embedding::Misused("a promise is awaited that was not kept, or a second time");
  }
  if (agent.callback_depth() > 0) {
    Embedding::Misused("a promise is awaited inside of a body or a callback");
  }
  Impl::Kept kept = std::exchange(impl_->kept[promise], {});
  host::Value value = kept.reference->value;
  Settled settled = Settled::kFulfilled;
  if (host::Is(value, host::CellKind::kPromise)) {
    const auto& of = host::AsObject(value)->promise;
    while (of.state == host::PromiseState::kPending && agent.can_run_js() && Turn()) {
    }
    if (of.state == host::PromiseState::kPending) settled = Settled::kPending;
    if (of.state == host::PromiseState::kRejected) settled = Settled::kRejected;
    value = of.result;
  }
  if (settled != Settled::kPending && agent.can_run_js()) {
    Embedding::RunWithValue(kept.module, value,
                            [&](napi_env env, napi_value given) { body(env, given, data); });
  } else {
    settled = Settled::kPending;
  }
  host::DeleteReference(*kept.reference);
  return settled;
}

bool HostAgent::Turn(bool wait) {
  return impl_->agent->Turn(wait ? host::Executor::Wait::kEvent : host::Executor::Wait::kNo);
}

void HostAgent::RunLoop() { impl_->agent->Run(); }

size_t HostAgent::queued_works() const { return impl_->Stepping().queued(); }
size_t HostAgent::finished_works() const { return impl_->Stepping().finished(); }

bool HostAgent::StepExecute(size_t index) {
  if (index >= impl_->Stepping().queued()) return false;
  impl_->Stepping().ExecuteNth(index);
  return true;
}

bool HostAgent::StepComplete() { return impl_->Stepping().DeliverOne(); }
bool HostAgent::StepWake() { return impl_->Stepping().RingOne(); }

void HostAgent::CollectGarbage() { impl_->agent->collector().Collect(); }

GcCounts HostAgent::gc_counts() const {
  const host::GarbageCollector& collector = impl_->agent->collector();
  return {.collections = collector.collections(),
          .live_cells = collector.live_cells(),
          .freed_cells = collector.freed_cells()};
}

void HostAgent::Teardown() {
  if (impl_->own == nullptr) Embedding::Misused("an agent is torn down that ends with its thread");
  impl_->modules.clear();
  impl_->kept.clear();
  impl_->agent->Teardown();
}

void HostAgent::Reset() {
  if (impl_->own == nullptr) Embedding::Misused("an agent is reset that ends with its thread");
  impl_->modules.clear();
  impl_->kept.clear();
  impl_->agent->Reset();
}

size_t HostAgent::uncaught_exceptions() const { return impl_->agent->uncaught_count(); }

void HostAgent::Terminate() { impl_->agent->ForbidJs(); }
void HostAgent::RefuseExternalBuffers() { impl_->agent->RefuseExternalBuffers(); }
void HostAgent::CoalesceWakeups() { impl_->Stepping().CoalesceRings(); }

void Embedding::Misused(const char* what) {
  std::fprintf(stderr, "napisan: %s\n", what);
  std::abort();
}

std::unique_ptr<HostAgent> Embedding::Wrap(host::Agent& agent) {
  auto impl = std::make_unique<HostAgent::Impl>();
  impl->agent = &agent;
  return std::unique_ptr<HostAgent>(new HostAgent(HostAgent::Wrapped(), std::move(impl)));
}

host::Agent& Embedding::ThreadedAgent(HostAgent& agent) {
  HostAgent::Impl& impl = ImplOf(agent);
  if (impl.stepping != nullptr) Misused("an agent with the stepping executor has no other threads");
  return *impl.agent;
}

napi_env Embedding::HostEnv(napi_env given) {
  bool listened = host_events != nullptr && host_events->host_env != nullptr;
  napi_env env = listened ? host_events->host_env(given) : given;
  if (env == nullptr) Misused("an env is used that is not good on this thread");
  return env;
}

host::Value Embedding::HostValue(napi_env given_env, napi_value given) {
  bool listened = host_events != nullptr && host_events->host_value != nullptr;
  napi_value value = listened ? host_events->host_value(given_env, given) : given;
  if (value == nullptr) Misused("a value is used that is not good with this env");
  return value->value;
}

std::vector<host::Value> Embedding::HostValues(napi_env given_env,
                                               const std::vector<napi_value>& given) {
  std::vector<host::Value> values;
  values.reserve(given.size());
  for (napi_value value : given) values.push_back(HostValue(given_env, value));
  return values;
}

napi_value Embedding::Given(napi_env host_env, host::Value value) {
  napi_value handle = host::Handle(host_env, value);
  bool listened = host_events != nullptr && host_events->given_value != nullptr;
  return listened ? host_events->given_value(host_env, handle) : handle;
}

void Embedding::RunWithValue(const host::Module& module, host::Value value, const ValueCode& code) {
  struct Call {
    napi_env host_env;
    host::Value value;
    const ValueCode& code;
  } call{module.env, value, code};
  host::RunInModule(
      module,
      [](napi_env env, void* data) {
        auto& of = *static_cast<Call*>(data);
        of.code(env, Given(of.host_env, of.value));
      },
      &call);
}

}  // namespace napisan
