// The end of every program of benchmarks: runs those that are registered.
#pragma once

#include <benchmark/benchmark.h>

namespace napisan::bench {

// The exit status: 2 where an argument is none of Google Benchmark's.
inline int RunBenchmarks(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::AddCustomContext("front", NAPISAN_BENCH_FRONT);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

}  // namespace napisan::bench
