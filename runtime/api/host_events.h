// What a host may announce and the checker may listen to. A real runtime announces none of it, and
// the checker lives with that.
#pragma once

#include <cstddef>
#include <cstdint>

#include "api/node_api.h"
#include "api/profile.h"

namespace napisan {

// A module that a host has loaded and is about to initialise.
struct ModuleInit {
  // Full path, or the name an embedder gave; lives as long as the env.
  const char* filename;
  // What node_api_module_get_api_version_v1 said, 8 without it.
  int32_t api_version;
  napi_addon_register_func init;
  // Whose behaviour the host has.
  Profile profile;
};

// The bytes of an array buffer that was collected.
struct ReleasedStore {
  // Whole pages from here on, and how many of them the array buffer had asked for.
  const void* data;
  size_t bytes;
  size_t length;
  // Which of its agent's array buffers it was, counted from 1.
  uint32_t id;
};

// Every member may be null. All run on the agent's thread but for native_unwind, which runs on the
// thread that caught the exception.
struct HostEvents {
  // Runs a module's init in an env that nobody has used yet, and returns what it returned.
  napi_value (*run_init)(const ModuleInit& module, napi_env env, napi_value exports);
  // Runs an embedder's code in an env as though JavaScript had called a function of its module.
  void (*run_call)(napi_env env, void (*body)(napi_env env, void* data), void* data);
  // What such code holds, as the host's own, when it comes back to the host by another way than a
  // Node-API call; null where it is not good on this thread now. And a value of the host's for code
  // that runs now in this env.
  napi_env (*host_env)(napi_env given);
  napi_value (*host_value)(napi_env given_env, napi_value given);
  napi_value (*given_value)(napi_env env, napi_value value);
  // A C++ exception left a callback of this env; the host has caught it and goes on.
  void (*native_unwind)(napi_env env, const char* what);
  // The agent is being stopped before its loop came to an end: what its modules have in flight is
  // cut off. Told when the agent's thread notices, before the next callback of a module's and
  // before teardown. `lost`: JavaScript that was due, microtasks or messages, will not run. May be
  // told more than once.
  void (*agent_stopped)(bool lost);
  // Teardown begins and JavaScript is off for good; told before anything of the module's runs.
  void (*env_stopping)(napi_env env);
  // Teardown waits for an async cleanup hook and nothing is left that could end it. True: give up
  // waiting (Node would hang).
  bool (*teardown_stalled)();
  // A thread-safe function that closed is about to be finalized, and calls with a priority still
  // wait for it; they are dropped. `context` is the function's.
  void (*posted_calls_dropped)(void* context, size_t count);
  // The env's last finalizer has run; the host is about to free it.
  void (*env_gone)(napi_env env);
  // Pages are about to become inaccessible: a thread that touches them from here on faults, until
  // they are forgotten. False where the listener could not tell such a fault from any other: the
  // pages are given back instead. Inside of a collection: no call of Node-API.
  bool (*store_released)(const ReleasedStore& store);
  // They are given back, and may be anyone's.
  void (*store_forgotten)(const void* data);
};

// Null, or a listener that outlives every host. Set before the first env is made.
extern const HostEvents* host_events;

}  // namespace napisan
