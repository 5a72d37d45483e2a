// Loading: dlopen, and both ways in which a module registers.
//
// A constructor that calls napi_module_register runs once a process, however many agents load the
// module, so what it registered is remembered by library; every agent still gets its own env and
// init. Threads: any agent's; the memory of registrations is behind a mutex.

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <mutex>
#include <utility>

#include "api/host_events.h"
#include "host/call.h"
#include "host/entry.h"
#include "host/env.h"
#include "host/module.h"
#include "host/objects.h"

namespace napisan::host {
namespace {

constexpr int32_t kDefaultApiVersion = 8;

struct Registration {
  napi_addon_register_func init = nullptr;
  int32_t api_version = kDefaultApiVersion;
};

// Held from dlopen on: a library's constructor registers on the thread that loads it first, and
// another that loads it at the same time must find that. A constructor may load others.
std::recursive_mutex registrations_mutex;
// By dlopen's handle, which is the same for a library as long as it is loaded.
std::map<void*, Registration>& Registrations() {
  static auto* map = new std::map<void*, Registration>;
  return *map;
}

// What a constructor registered while dlopen runs on this thread.
thread_local const napi_module* registering = nullptr;

// dlopen's message without the loader's own words: what is missing, and where.
std::string OpenError(const std::string& path, const char* message) {
  std::string text = message != nullptr ? message : "unknown error";
  constexpr std::string_view kMissing = "undefined symbol: ";
  if (size_t at = text.find(kMissing); at != std::string::npos) {
    std::string symbol = text.substr(at + kMissing.size());
    symbol = symbol.substr(0, symbol.find_first_of(" ,\t"));
    return "cannot load " + path + ": it needs the symbol " + symbol + ", which is not there";
  }
  return "cannot load " + path + ": " + text;
}

bool FindRegistration(void* library, const napi_module* registered, Registration& found) {
  auto& map = Registrations();
  if (auto known = map.find(library); known != map.end()) {
    found = known->second;
    return true;
  }
  if (auto* version = reinterpret_cast<node_api_addon_get_api_version_func>(
          dlsym(library, "node_api_module_get_api_version_v1"))) {
    found.api_version = version();
  }
  found.init =
      registered != nullptr
          ? registered->nm_register_func
          : reinterpret_cast<napi_addon_register_func>(dlsym(library, "napi_register_module_v1"));
  if (found.init == nullptr) return false;
  map[library] = found;
  return true;
}

}  // namespace

void napi_module_register(napi_module* mod) { registering = mod; }

bool AddModule(Agent& agent, const std::string& name, napi_addon_register_func init,
               int32_t api_version, Module& module, std::string& error) {
  const ProfileTraits& traits = agent.traits();
  if (api_version > traits.api_version_max && api_version != NAPI_VERSION_EXPERIMENTAL) {
    error = name + " declares Node-API version " + std::to_string(api_version) + ", and " +
            traits.name + " has " + std::to_string(traits.api_version_max) + " at most";
    return false;
  }
  // Nothing is older than the default.
  api_version = std::max(api_version, kDefaultApiVersion);
  napi_env env = agent.NewEnv(name, api_version);
  LoopScope scope(agent);
  Value exports = Value::Of(NewObject(agent));
  napi_value handle = Handle(env, exports);
  ModuleInit description{env->filename.c_str(), api_version, init, agent.profile()};
  napi_value returned = nullptr;
  CallIntoModule(env, ExceptionPolicy::kKeep, [&] {
    bool listened = host_events != nullptr && host_events->run_init != nullptr;
    returned = listened ? host_events->run_init(description, env, handle) : init(env, handle);
    if (returned != nullptr) exports = returned->value;
  });
  if (!env->last_exception.IsHole()) {
    Value exception = std::exchange(env->last_exception, Value::Hole());
    error = name + ": its init threw " + Inspect(agent, exception);
    return false;
  }
  NewReference(env, exports, 1, Ownership::kRuntime, nullptr, nullptr, nullptr);
  module = {env, exports};
  return true;
}

bool LoadModule(Agent& agent, const std::string& path, Module& module, std::string& error) {
  char* resolved = realpath(path.c_str(), nullptr);
  if (resolved == nullptr) {
    error = "cannot load " + path + ": no such file";
    return false;
  }
  std::string full = resolved;
  std::free(resolved);
  Registration registration;
  {
    std::lock_guard lock(registrations_mutex);
    registering = nullptr;
    // Never closed: other threads may still run in it, and reports name places in it.
    void* library = dlopen(full.c_str(), RTLD_NOW | RTLD_LOCAL);
    const napi_module* registered = std::exchange(registering, nullptr);
    if (library == nullptr) {
      error = OpenError(path, dlerror());
      return false;
    }
    if (!FindRegistration(library, registered, registration)) {
      error = path + " is no Node-API module: it neither calls napi_module_register when it is " +
              "loaded nor exports napi_register_module_v1";
      return false;
    }
  }
  return AddModule(agent, full, registration.init, registration.api_version, module, error);
}

void RunInModule(const Module& module, void (*body)(napi_env env, void* data), void* data,
                 ExceptionPolicy policy) {
  napi_env env = module.env;
  Agent& agent = env->agent;
  LoopScope scope(agent);
  agent.OpenCallbackScope();
  CallIntoModule(env, policy, [&] {
    bool listened = host_events != nullptr && host_events->run_call != nullptr;
    listened ? host_events->run_call(env, body, data) : body(env, data);
  });
  agent.CloseCallbackScope();
}

}  // namespace napisan::host
