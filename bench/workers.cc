// bench_workers_checked and bench_workers_unchecked: what it takes to start a worker and to
// terminate it, from the constructor until its parent has been told that it has exited.
//
//   BM_Worker/start      terminated at once, wherever it happens to be by then
//   BM_Worker/module     terminated when its module has been initialised and its port listens
//   BM_Worker/message    terminated in onmessage, when it has answered one message, as in the guide

#include <benchmark/benchmark.h>
#include <node_api.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "measure.h"
#include "napisan/worker.h"
#include "run_benchmarks.h"

namespace napisan::bench {
namespace {

using ModuleRef = HostAgent::ModuleRef;

enum class Mode { kStart, kModule, kMessage };

// Of all threads.
int64_t ProcessCpuNs() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

double Median(std::vector<double>& values) {
  if (values.empty()) return 0;
  auto at = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

napi_value Number(napi_env env) {
  napi_value value = nullptr;
  if (napi_create_double(env, 579, &value) != napi_ok) std::abort();
  return value;
}

void Script(HostWorkerScope& self, Mode mode) {
  if (mode == Mode::kStart) return;
  ModuleRef module = 0;
  std::string error;
  if (!self.agent().Add("worker", nullptr, 10, module, error)) return;
  self.OnMessage(module,
                 [&self](napi_env env, napi_value message) { self.PostMessage(env, message); });
  if (mode == Mode::kModule) {
    self.agent().Run(module, [&](napi_env env) { self.PostMessage(env, Number(env)); });
  }
}

void RunOne(HostAgent& agent, ModuleRef module, Mode mode) {
  HostWorker worker(agent, [mode](HostWorkerScope& self) { Script(self, mode); });
  if (mode == Mode::kStart) {
    worker.Terminate();
  } else {
    worker.OnMessage(module, [&](napi_env, napi_value) { worker.Terminate(); });
  }
  if (mode == Mode::kMessage) {
    agent.Run(module, [&](napi_env env) { worker.PostMessage(env, Number(env)); });
  }
  agent.RunLoop();
  if (worker.exited()) return;
  std::fprintf(stderr, "bench: a worker has not exited\n");
  std::abort();
}

void Run(benchmark::State& state, HostAgent& agent, ModuleRef module, Mode mode) {
  // Outside of the figures: the first ones map memory that is used again.
  for (int i = 0; i < 10; ++i) RunOne(agent, module, mode);
  std::vector<double> wall_ns;
  int64_t cpu_before = ProcessCpuNs();
  for (auto _ : state) {
    int64_t before = WallNs();
    RunOne(agent, module, mode);
    wall_ns.push_back(static_cast<double>(WallNs() - before));
  }
  state.counters["cpu_ns"] =
      static_cast<double>(ProcessCpuNs() - cpu_before) / static_cast<double>(state.iterations());
  // A median: a machine that does something else for a while spoils some, and not the figure.
  state.counters["wall_ns_p50"] = Median(wall_ns);
}

int Main(int argc, char** argv) {
  HostAgent agent{HostOptions()};
  ModuleRef module = 0;
  std::string error;
  if (!agent.Add("bench", nullptr, 10, module, error)) {
    std::fprintf(stderr, "bench: %s\n", error.c_str());
    return 2;
  }
  struct Case {
    const char* name;
    Mode mode;
  };
  for (Case one : {Case{"BM_Worker/start", Mode::kStart}, Case{"BM_Worker/module", Mode::kModule},
                   Case{"BM_Worker/message", Mode::kMessage}}) {
    benchmark::RegisterBenchmark(one.name, [&agent, module, one](benchmark::State& state) {
      Run(state, agent, module, one.mode);
    })->UseRealTime();
  }
  return RunBenchmarks(argc, argv);
}

}  // namespace
}  // namespace napisan::bench

int main(int argc, char** argv) { return napisan::bench::Main(argc, argv); }
