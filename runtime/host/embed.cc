// The public embedding API over the host's own types.

#include "napisan/host.h"

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "host/agent.h"
#include "host/module.h"
#include "host/objects.h"
#include "host/stepping_executor.h"

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

[[noreturn]] void Misused(const char* what) {
  std::fprintf(stderr, "napisan: %s\n", what);
  std::abort();
}

}  // namespace

struct HostAgent::Impl {
  std::unique_ptr<host::Chooser> chooser;
  // Owned by the agent; null with the uv executor.
  host::SteppingExecutor* stepping = nullptr;
  std::unique_ptr<host::Agent> agent;
  std::vector<host::Module> modules;

  host::SteppingExecutor& Stepping() {
    if (stepping == nullptr) Misused("steps are taken with an executor that has none");
    return *stepping;
  }
};

HostAgent::HostAgent(const HostOptions& options) : impl_(std::make_unique<Impl>()) {
  auto profile = ParseProfile(options.profile);
  if (!profile) Misused("no such profile");
  host::AgentOptions made{.profile = *profile,
                          .executor = nullptr,
                          .native_thread = options.native_thread,
                          .on_uncaught = nullptr,
                          .gc = options.gc};
  if (options.on_uncaught != nullptr) {
    made.on_uncaught = [tell = options.on_uncaught, context = options.context](
                           host::Agent& agent, host::Value exception) {
      tell(context, host::Inspect(agent, exception));
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
  impl_->agent = std::make_unique<host::Agent>(std::move(made));
}

HostAgent::~HostAgent() = default;

bool HostAgent::Load(const std::string& path, ModuleRef& module, std::string& error) {
  host::Module made;
  if (!host::LoadModule(*impl_->agent, path, made, error)) return false;
  module = static_cast<ModuleRef>(impl_->modules.size());
  impl_->modules.push_back(made);
  return true;
}

bool HostAgent::Add(const std::string& name, napi_addon_register_func init, int32_t api_version,
                    ModuleRef& module, std::string& error) {
  host::Module made;
  if (!host::AddModule(*impl_->agent, name, init != nullptr ? init : NoInit, api_version, made,
                       error)) {
    return false;
  }
  module = static_cast<ModuleRef>(impl_->modules.size());
  impl_->modules.push_back(made);
  return true;
}

void HostAgent::Invoke(ModuleRef module, void (*body)(napi_env env, void* data), void* data) {
  if (module >= impl_->modules.size()) Misused("code is run in a module that is not there");
  host::RunInModule(impl_->modules[module], body, data);
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
  impl_->modules.clear();
  impl_->agent->Teardown();
}

void HostAgent::Reset() {
  impl_->modules.clear();
  impl_->agent->Reset();
}

size_t HostAgent::uncaught_exceptions() const { return impl_->agent->uncaught_count(); }

}  // namespace napisan
