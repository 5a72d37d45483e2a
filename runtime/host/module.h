// Module: one native module in one agent: its env and its exports.
//
// Ownership: the agent's env list owns the env; a Module is a small value that refers to it and
// lives no longer than the agent. Threads: the agent's only.
#pragma once

#include <string>

#include "api/node_api.h"
#include "host/agent.h"
#include "host/value.h"

namespace napisan::host {

struct Module {
  napi_env env = nullptr;
  // Kept alive by a reference of the host's own.
  Value exports;
};

// Loads a shared library once a process and initialises it in this agent. On failure returns false
// with one line in `error`. An exception that init left pending is a failure, too.
bool LoadModule(Agent& agent, const std::string& path, Module& module, std::string& error);

// The same for a module that is linked into the process.
bool AddModule(Agent& agent, const std::string& name, napi_addon_register_func init,
               int32_t api_version, Module& module, std::string& error);

// Runs `body` as though JavaScript had called a function of the module's. An exception that it
// leaves pending is uncaught, or with kKeep stays in the env for the caller to take.
void RunInModule(const Module& module, void (*body)(napi_env env, void* data), void* data,
                 ExceptionPolicy policy = ExceptionPolicy::kUncaught);

}  // namespace napisan::host
