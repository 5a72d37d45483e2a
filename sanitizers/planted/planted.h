// What the planted defects share: an agent with a module, and one work.
#pragma once

#include <node_api.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "napisan/host.h"
#include "napisan/reports.h"

namespace napisan::planted {

inline void Require(bool ok, const char* what) {
  if (ok) return;
  // A status that no planted defect is taken for.
  std::fprintf(stderr, "planted: %s failed\n", what);
  std::exit(3);
}

class Planted {
 public:
  Planted() : agent_(HostOptions()) {
    std::string error;
    Require(agent_.Add("planted", nullptr, 8, module_, error), "HostAgent::Add");
  }

  HostAgent& agent() { return agent_; }
  template <class Body>
  void Run(Body&& body) {
    agent_.Run(module_, body);
  }

  static napi_async_work NewWork(napi_env env, napi_async_execute_callback execute,
                                 napi_async_complete_callback complete, void* data) {
    napi_value name = nullptr;
    napi_async_work work = nullptr;
    Require(napi_create_string_utf8(env, "planted", NAPI_AUTO_LENGTH, &name) == napi_ok,
            "napi_create_string_utf8");
    Require(napi_create_async_work(env, nullptr, name, execute, complete, data, &work) == napi_ok,
            "napi_create_async_work");
    return work;
  }

  // Queues one work and turns the loop until it has completed; complete deletes it.
  void RunOne(napi_async_execute_callback execute) {
    execute_ = execute;
    Run([this](napi_env env) {
      work_ = NewWork(env, Execute, Complete, this);
      Require(napi_queue_async_work(env, work_) == napi_ok, "napi_queue_async_work");
    });
    agent_.RunLoop();
  }

 private:
  static void Execute(napi_env env, void* data) {
    auto* self = static_cast<Planted*>(data);
    self->execute_(env, data);
  }
  static void Complete(napi_env env, napi_status, void* data) {
    Require(napi_delete_async_work(env, static_cast<Planted*>(data)->work_) == napi_ok,
            "napi_delete_async_work");
  }

  HostAgent agent_;
  HostAgent::ModuleRef module_ = 0;
  napi_async_execute_callback execute_ = nullptr;
  napi_async_work work_ = nullptr;
};

}  // namespace napisan::planted
