// bench_async_work_checked and bench_async_work_unchecked: async works through Node-API and through
// libuv alone, case by case beside each other. Which front napi_* has is decided by what is linked.
//
//   BM_AsyncWork/<raw|napi>/<steady|gated|latency>/<execute ns>/<in flight>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "load.h"

namespace napisan::bench {
namespace {

enum class Mode { kSteady, kGated, kLatency };

struct Case {
  const char* mode_name;
  Mode mode;
  int64_t execute_ns;
  uint32_t in_flight;
};

constexpr Case kCases[] = {
    {"steady", Mode::kSteady, 0, 1},    {"steady", Mode::kSteady, 0, 64},
    {"steady", Mode::kSteady, 0, 1024}, {"gated", Mode::kGated, 0, 64},
    {"gated", Mode::kGated, 0, 1024},   {"steady", Mode::kSteady, 5000, 1024},
    {"latency", Mode::kLatency, 0, 1},
};

// Enough that beginning and end, when fewer are in flight, weigh little.
uint64_t WorksPerIteration(const Case& the_case) {
  if (the_case.mode == Mode::kGated) return the_case.in_flight;
  if (the_case.in_flight == 1) return 256;
  // 20 ms each: a median needs several.
  if (the_case.execute_ns != 0) return uint64_t{the_case.in_flight} * 4;
  return uint64_t{the_case.in_flight} * 16;
}

double Percentile(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  auto at =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

// What a work cost in each iteration. Told is the median: a machine that is busy with something
// else for a while spoils a few iterations, and must not spoil the figure.
struct Samples {
  std::vector<double> loop_ns, worker_ns, loop_instructions, worker_instructions, per_second;

  void Add(const Cost& cost) {
    auto works = static_cast<double>(cost.works);
    loop_ns.push_back(static_cast<double>(cost.loop.cpu_ns) / works);
    worker_ns.push_back(static_cast<double>(cost.worker.cpu_ns) / works);
    loop_instructions.push_back(static_cast<double>(cost.loop.instructions) / works);
    worker_instructions.push_back(static_cast<double>(cost.worker.instructions) / works);
    per_second.push_back(works * 1e9 / static_cast<double>(cost.wall_ns));
  }
};

void Run(benchmark::State& state, const Case& the_case, bool napi, int64_t slow_ns) {
  Shape shape{.in_flight = the_case.in_flight,
              .execute_ns = the_case.execute_ns,
              .gated = the_case.mode == Mode::kGated,
              .slow_ns = slow_ns};
  std::unique_ptr<Load> load = napi ? NewNapiLoad(shape) : NewRawLoad(shape);
  std::vector<double> latencies;
  // Outside of the figures: threads begin, pools and tables are touched for the first time.
  Cost warm_up;
  load->Run(the_case.in_flight * 2ull, warm_up);
  if (the_case.mode == Mode::kLatency) load->set_latencies(&latencies);
  Samples samples;
  uint64_t works = 0;
  for (auto _ : state) {
    Cost cost;
    load->Run(WorksPerIteration(the_case), cost);
    samples.Add(cost);
    works += cost.works;
  }

  state.counters["works"] = static_cast<double>(works);
  state.counters["loop_ns"] = Percentile(samples.loop_ns, 0.5);
  state.counters["worker_ns"] = Percentile(samples.worker_ns, 0.5);
  state.counters["works_per_second"] = Percentile(samples.per_second, 0.5);
  if (WorkerMeter().counts_instructions()) {
    state.counters["loop_instructions"] = Percentile(samples.loop_instructions, 0.5);
    state.counters["worker_instructions"] = Percentile(samples.worker_instructions, 0.5);
  }
  if (the_case.mode == Mode::kLatency) {
    state.counters["latency_ns_p50"] = Percentile(latencies, 0.5);
    state.counters["latency_ns_p99"] = Percentile(latencies, 0.99);
  }
}

// 100 times what a checked work may cost on the loop thread.
constexpr int64_t kSlowNs = 10'000;

int Main(int argc, char** argv) {
  int64_t slow_ns = 0;
  if (argc > 2 && std::strcmp(argv[1], "--plant") == 0 && std::strcmp(argv[2], "slow") == 0) {
    slow_ns = kSlowNs;
    argv[2] = argv[0];
    argc -= 2;
    argv += 2;
  }
  for (const Case& the_case : kCases) {
    for (bool napi : {false, true}) {
      std::string name = std::string("BM_AsyncWork/") + (napi ? "napi" : "raw") + "/" +
                         the_case.mode_name + "/" + std::to_string(the_case.execute_ns) + "/" +
                         std::to_string(the_case.in_flight);
      benchmark::RegisterBenchmark(name.c_str(), [&the_case, napi,
                                                  slow_ns](benchmark::State& state) {
        Run(state, the_case, napi, slow_ns);
      })->UseRealTime();
    }
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  const ThreadMeter& meter = WorkerMeter();
  benchmark::AddCustomContext("front", NAPISAN_BENCH_FRONT);
  benchmark::AddCustomContext("instructions",
                              meter.counts_instructions() ? "counted" : meter.why_not());
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

}  // namespace
}  // namespace napisan::bench

int main(int argc, char** argv) { return napisan::bench::Main(argc, argv); }
