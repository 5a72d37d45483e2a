// What the parts of the public embedding API share: the way between what an embedder's code holds
// and the host's own values, and the inside of a HostAgent.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "napisan/host.h"

#include "host/agent.h"
#include "host/env.h"
#include "host/module.h"
#include "host/reference.h"
#include "host/stepping_executor.h"
#include "host/value.h"

namespace napisan {

struct HostAgent::Impl {
  // A value for Await, and the module whose env kept it; null once it was awaited.
  struct Kept {
    host::Reference* reference;
    host::Module module;
  };

  host::SteppingExecutor& Stepping();
  // Aborts where it is no module of this agent's.
  const host::Module& At(ModuleRef module) const;
  // The same for an env of the host's.
  const host::Module& Of(napi_env host_env) const;

  std::unique_ptr<host::Chooser> chooser;
  // Owned by the agent; null with the uv executor.
  host::SteppingExecutor* stepping = nullptr;
  // Null where the agent is a worker's or a pool's.
  std::unique_ptr<host::Agent> own;
  host::Agent* agent = nullptr;
  std::vector<host::Module> modules;
  std::vector<Kept> kept;
};

struct Embedding {
  [[noreturn]] static void Misused(const char* what);

  static HostAgent::Impl& ImplOf(HostAgent& agent) { return *agent.impl_; }
  // A HostAgent over an agent that somebody else ends.
  static std::unique_ptr<HostAgent> Wrap(host::Agent& agent);
  // Aborts where the agent's loop is not libuv's: other threads cannot wake it.
  static host::Agent& ThreadedAgent(HostAgent& agent);

  // What an embedder's code holds, as the host's own; aborts where it is not good now.
  static napi_env HostEnv(napi_env given);
  static host::Value HostValue(napi_env given_env, napi_value given);
  static std::vector<host::Value> HostValues(napi_env given_env,
                                             const std::vector<napi_value>& given);
  // A value for code that runs now in this env, with a handle in the innermost scope.
  static napi_value Given(napi_env host_env, host::Value value);

  // Runs code(env, value) as a function of the module's that JavaScript called with this value.
  using ValueCode = std::function<void(napi_env env, napi_value value)>;
  static void RunWithValue(const host::Module& module, host::Value value, const ValueCode& code);
};

}  // namespace napisan
