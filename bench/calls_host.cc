// bench_calls_checked and bench_calls_unchecked: bench_calls.node in our host, as calls_in_node.mjs
// has it in Node.
//
//   bench_calls_unchecked MODULE --benchmark_min_time=SECONDS --benchmark_out=FILE

#include <node_api.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "napisan/host.h"

namespace napisan::bench {
namespace {

// As calls_in_node.mjs has it.
constexpr uint32_t kBatch = 16384;
constexpr int kWarm = 2;

void Check(napi_status status) {
  if (status == napi_ok) return;
  std::fprintf(stderr, "bench_calls: a call failed with %d\n", status);
  std::abort();
}

napi_value Function(napi_env env, const char* name) {
  napi_value value;
  Check(napi_get_global(env, &value));
  Check(napi_get_named_property(env, value, "benchCalls", &value));
  Check(napi_get_named_property(env, value, name, &value));
  return value;
}

napi_value Call(napi_env env, const char* name, uint32_t index, uint32_t count = 0) {
  napi_value arguments[2];
  napi_value undefined, result;
  Check(napi_create_uint32(env, index, &arguments[0]));
  Check(napi_create_uint32(env, count, &arguments[1]));
  Check(napi_get_undefined(env, &undefined));
  Check(napi_call_function(env, undefined, Function(env, name), 2, arguments, &result));
  return result;
}

class Bench {
 public:
  Bench(HostAgent& agent, HostAgent::ModuleRef module) : agent_(agent), module_(module) {}

  // Empty where there is none.
  std::string Name(uint32_t index) {
    char text[64] = "";
    agent_.Run(module_, [&](napi_env env) {
      napi_value name = Call(env, "name", index);
      napi_valuetype type;
      Check(napi_typeof(env, name, &type));
      if (type != napi_string) return;
      Check(napi_get_value_string_utf8(env, name, text, sizeof(text), nullptr));
    });
    return text;
  }
  double CpuNs() {
    double ns = 0;
    agent_.Run(module_, [&](napi_env env) {
      Check(napi_get_value_double(env, Call(env, "cpuNs", 0), &ns));
    });
    return ns;
  }
  void Batch(uint32_t index) {
    agent_.Run(module_, [&](napi_env env) { Call(env, "run", index, kBatch); });
  }

  nlohmann::ordered_json Measure(uint32_t index, const std::string& name, double seconds) {
    for (int i = 0; i < kWarm; ++i) Batch(index);
    agent_.Turn(false);
    double begin = CpuNs();
    double iterations = 0;
    do {
      Batch(index);
      iterations += kBatch;
      agent_.Turn(false);
    } while (CpuNs() - begin < seconds * 1e9);
    double cpu = (CpuNs() - begin) / iterations;
    return {{"name", "BM_Calls/" + name},
            {"run_name", "BM_Calls/" + name},
            {"iterations", iterations},
            {"real_time", cpu},
            {"cpu_time", cpu},
            {"time_unit", "ns"}};
  }

 private:
  HostAgent& agent_;
  HostAgent::ModuleRef module_;
};

int Main(int argc, char** argv) {
  std::string path;
  std::string out;
  double seconds = 0.05;
  for (int i = 1; i < argc; ++i) {
    std::string_view word = argv[i];
    auto value = [&](std::string_view name) {
      return word.substr(0, name.size()) == name ? word.data() + name.size() : nullptr;
    };
    if (const char* given = value("--benchmark_min_time=")) seconds = std::atof(given);
    if (const char* given = value("--benchmark_out=")) out = given;
    if (word.substr(0, 2) != "--") path = word;
  }
  if (path.empty() || out.empty()) {
    std::fprintf(stderr, "bench_calls: MODULE and --benchmark_out=FILE are expected\n");
    return 2;
  }
  HostAgent agent{HostOptions()};
  HostAgent::ModuleRef module;
  std::string error;
  if (!agent.Load(path, module, error)) {
    std::fprintf(stderr, "bench_calls: %s\n", error.c_str());
    return 2;
  }
  Bench bench(agent, module);
  nlohmann::ordered_json json = {{"context", {{"front", NAPISAN_BENCH_FRONT}}}};
  for (uint32_t index = 0;; ++index) {
    std::string name = bench.Name(index);
    if (name.empty()) break;
    json["benchmarks"].push_back(bench.Measure(index, name, seconds));
  }
  std::ofstream file(out);
  file << json.dump(2) << '\n';
  return file.flush() ? 0 : 2;
}

}  // namespace
}  // namespace napisan::bench

int main(int argc, char** argv) { return napisan::bench::Main(argc, argv); }
