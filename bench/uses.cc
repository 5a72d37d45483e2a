// bench_uses_checked and bench_uses_unchecked: the modules of examples/uses, eight calls at once,
// each with what a call of it does in earnest: the checker's part in programs that do something.
//
//   BM_Uses/file       hash() of 1 MiB            BM_Uses/network    get() from a server of its own
//   BM_Uses/database   a query of 100 rows        BM_Uses/image      resize() of 256 x 256 to 32 x
//   32

#include <benchmark/benchmark.h>
#include <node_api.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "napisan/host.h"
#include "run_benchmarks.h"

namespace napisan::bench {
namespace {

using ModuleRef = HostAgent::ModuleRef;

constexpr int kAtOnce = 8;
constexpr int kRows = 100;

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "bench_uses: %s\n", what.c_str());
  std::exit(2);
}

void Check(bool done, const char* what) {
  if (!done) Die(std::string(what) + " failed");
}

napi_value String(napi_env env, const std::string& text) {
  napi_value value = nullptr;
  Check(napi_create_string_utf8(env, text.data(), text.size(), &value) == napi_ok, "a string");
  return value;
}

napi_value Number(napi_env env, double number) {
  napi_value value = nullptr;
  Check(napi_create_double(env, number, &value) == napi_ok, "a number");
  return value;
}

// One module and its load: Prepare makes what Start needs, and keeps it by a reference.
class Use {
 public:
  Use(HostAgent& agent, const std::string& name) : agent_(agent) {
    std::string error;
    const std::string file = std::string(NAPISAN_BENCH_MODULES) + "/" + name + ".node";
    if (!agent.Load(file, module_, error)) Die(file + ": " + error);
  }
  virtual ~Use() = default;
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

  virtual void Prepare() = 0;

  // Eight calls, until all of them are settled.
  void Run() {
    std::vector<HostAgent::PromiseRef> promises;
    agent_.Run(module_, [&](napi_env env) {
      for (int i = 0; i < kAtOnce; ++i) promises.push_back(agent_.Keep(env, Start(env)));
    });
    for (HostAgent::PromiseRef promise : promises) {
      Check(agent_.Await(promise, [](napi_env, napi_value) {}) == Settled::kFulfilled, "a call");
    }
  }

  // Before the agent is torn down.
  void Forget() {
    agent_.Run(module_, [this](napi_env env) {
      if (kept_ != nullptr) napi_delete_reference(env, kept_);
    });
  }

 protected:
  // Calls the export, and gives its promise.
  virtual napi_value Start(napi_env env) = 0;

  napi_value Call(napi_env env, const std::string& name, const std::vector<napi_value>& arguments) {
    CallResult result = agent_.Call(env, name, arguments);
    Check(result.kind == CallResult::Kind::kReturned, name.c_str());
    return result.value;
  }

  // Calls the export, awaits its promise, and keeps what that gives.
  void Make(const std::string& name, const std::function<std::vector<napi_value>(napi_env)>& make) {
    HostAgent::PromiseRef promise = 0;
    agent_.Run(module_,
               [&](napi_env env) { promise = agent_.Keep(env, Call(env, name, make(env))); });
    Settled settled = agent_.Await(promise, [this](napi_env env, napi_value value) {
      napi_valuetype type = napi_undefined;
      napi_typeof(env, value, &type);
      if (type == napi_object) napi_create_reference(env, value, 1, &kept_);
    });
    Check(settled == Settled::kFulfilled, name.c_str());
  }

  napi_value Kept(napi_env env) {
    napi_value value = nullptr;
    Check(napi_get_reference_value(env, kept_, &value) == napi_ok, "a reference");
    return value;
  }

  HostAgent& agent_;
  ModuleRef module_ = 0;

 private:
  napi_ref kept_ = nullptr;
};

class File : public Use {
 public:
  explicit File(HostAgent& agent)
      : Use(agent, "file"), path_("/tmp/napisan_bench_uses_" + std::to_string(getpid())) {}
  ~File() override { unlink(path_.c_str()); }

  void Prepare() override {
    Make("fill", [this](napi_env env) {
      return std::vector<napi_value>{String(env, path_), Number(env, 1 << 20)};
    });
  }
  napi_value Start(napi_env env) override { return Call(env, "hash", {String(env, path_)}); }

 private:
  const std::string path_;
};

class Network : public Use {
 public:
  explicit Network(HostAgent& agent) : Use(agent, "network") {}

  void Prepare() override {
    std::string error;
    ModuleRef server = 0;
    const std::string file = std::string(NAPISAN_BENCH_MODULES) + "/server.node";
    if (!agent_.Load(file, server, error)) Die(file + ": " + error);
    agent_.Run(server, [this](napi_env env) {
      napi_value url = nullptr;
      char text[100] = "";
      napi_get_named_property(env, Call(env, "listen", {}), "hello", &url);
      napi_get_value_string_utf8(env, url, text, sizeof(text), nullptr);
      url_ = text;
    });
  }
  napi_value Start(napi_env env) override { return Call(env, "get", {String(env, url_)}); }

 private:
  std::string url_;
};

class Database : public Use {
 public:
  explicit Database(HostAgent& agent) : Use(agent, "database") {}

  void Prepare() override {
    Make("open", [](napi_env env) { return std::vector<napi_value>{String(env, ":memory:")}; });
  }
  napi_value Start(napi_env env) override {
    static const std::string kQuery =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
        "SELECT i, 'row ' || i AS name FROM n";
    napi_value all = nullptr;
    napi_value values = nullptr;
    napi_value promise = nullptr;
    napi_create_array(env, &values);
    napi_set_element(env, values, 0, Number(env, kRows));
    napi_value arguments[] = {String(env, kQuery), values};
    napi_get_named_property(env, Kept(env), "all", &all);
    Check(napi_call_function(env, Kept(env), all, 2, arguments, &promise) == napi_ok, "all");
    return promise;
  }
};

class Image : public Use {
 public:
  explicit Image(HostAgent& agent) : Use(agent, "image") {}

  void Prepare() override {
    Make("draw", [](napi_env env) {
      return std::vector<napi_value>{Number(env, 256), Number(env, 256)};
    });
  }
  napi_value Start(napi_env env) override {
    return Call(env, "resize", {Kept(env), Number(env, 32), Number(env, 32)});
  }
};

template <typename Kind>
void BenchmarkOf(benchmark::State& state) {
  HostAgent agent{HostOptions()};
  Kind use(agent);
  use.Prepare();
  use.Run();  // Outside of the figures: the first one maps memory that is used again.
  for (auto _ : state) use.Run();
  use.Forget();
  agent.Teardown();
  state.SetItemsProcessed(state.iterations() * kAtOnce);
}

void Register(const char* name, void (*benchmark_of)(benchmark::State&)) {
  benchmark::RegisterBenchmark(name, benchmark_of)->MeasureProcessCPUTime()->UseRealTime();
}

int Main(int argc, char** argv) {
  Register("BM_Uses/file", BenchmarkOf<File>);
  Register("BM_Uses/network", BenchmarkOf<Network>);
  Register("BM_Uses/database", BenchmarkOf<Database>);
  Register("BM_Uses/image", BenchmarkOf<Image>);
  return RunBenchmarks(argc, argv);
}

}  // namespace
}  // namespace napisan::bench

int main(int argc, char** argv) { return napisan::bench::Main(argc, argv); }
