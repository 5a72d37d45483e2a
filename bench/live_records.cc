// bench_live_records_checked and bench_live_records_unchecked: what it costs to make and delete a
// work while many others live, and how much memory one that lives takes.
//
//   BM_LiveRecords/<newest|random>/<live works>
//     newest   the work that was just made is deleted
//     random   any of those that live is deleted, and its place is taken by the new one: the caches
//              miss, with the checker or without

#include <benchmark/benchmark.h>
#include <node_api.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "measure.h"
#include "napisan/host.h"
#include "run_benchmarks.h"

namespace napisan::bench {
namespace {

constexpr size_t kMostLive = 1'000'000;

void Execute(napi_env, void*) {}
void Complete(napi_env, napi_status, void*) {}

napi_async_work Make(napi_env env, napi_value name) {
  napi_async_work work = nullptr;
  if (napi_create_async_work(env, nullptr, name, Execute, Complete, nullptr, &work) != napi_ok) {
    std::fprintf(stderr, "bench: napi_create_async_work failed\n");
    std::abort();
  }
  return work;
}

void Delete(napi_env env, napi_async_work work) {
  if (napi_delete_async_work(env, work) == napi_ok) return;
  std::fprintf(stderr, "bench: napi_delete_async_work failed\n");
  std::abort();
}

// Memory of this process that is in use, from the kernel: the second number of statm, in pages.
double ResidentBytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  unsigned long total = 0, resident = 0;
  if (file == nullptr || std::fscanf(file, "%lu %lu", &total, &resident) != 2) resident = 0;
  if (file != nullptr) std::fclose(file);
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

void Run(benchmark::State& state, HostAgent& agent, HostAgent::ModuleRef module, bool random) {
  // Memory is mapped once and used again: only the first to have so many works sees it grow.
  static double bytes_a_work = 0;
  auto live = static_cast<size_t>(state.range(0));
  agent.Run(module, [&](napi_env env) {
    napi_value name = nullptr;
    napi_create_string_utf8(env, "bench", 5, &name);
    std::vector<napi_async_work> works(live);
    double before = ResidentBytes();
    for (napi_async_work& work : works) work = Make(env, name);
    if (live == kMostLive && bytes_a_work == 0) {
      bytes_a_work = (ResidentBytes() - before) / static_cast<double>(live);
    }
    std::minstd_rand choose(1);
    static const ThreadMeter meter;
    Usage begin = meter.Read();
    size_t pairs = 0;
    for (auto _ : state) {
      for (int i = 0; i < 1024; ++i, ++pairs) {
        napi_async_work& work = works[random ? choose() % live : 0];
        napi_async_work made = Make(env, name);
        if (random) std::swap(made, work);
        Delete(env, made);
      }
    }
    state.counters["pair_ns"] =
        static_cast<double>((meter.Read() - begin).cpu_ns) / static_cast<double>(pairs);
    if (live == kMostLive) state.counters["bytes_a_work"] = bytes_a_work;
    for (napi_async_work work : works) Delete(env, work);
  });
}

int Main(int argc, char** argv) {
  HostAgent agent{HostOptions()};
  HostAgent::ModuleRef module;
  std::string error;
  if (!agent.Add("bench", nullptr, 10, module, error)) {
    std::fprintf(stderr, "bench: %s\n", error.c_str());
    return 2;
  }
  for (bool random : {false, true}) {
    benchmark::RegisterBenchmark(
        random ? "BM_LiveRecords/random" : "BM_LiveRecords/newest",
        [&agent, module, random](benchmark::State& state) { Run(state, agent, module, random); })
        ->Arg(1)
        ->Arg(1000)
        ->Arg(kMostLive);
  }
  return RunBenchmarks(argc, argv);
}

}  // namespace
}  // namespace napisan::bench

int main(int argc, char** argv) { return napisan::bench::Main(argc, argv); }
