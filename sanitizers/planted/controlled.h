// One work under control: its execute and the agent both count, as the planted program has it.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

#include "explore/explorer.h"
#include "planted.h"

namespace napisan::planted {

class OneWork final : public explore::Program {
 public:
  // Both of them do `count`, on threads of their own.
  explicit OneWork(void (*count)()) : count_(count) {}

  std::string Run() override {
    Planted planted;
    planted.Run([this](napi_env env) {
      work_ = Planted::NewWork(env, Execute, Complete, this);
      Require(napi_queue_async_work(env, work_) == napi_ok, "napi_queue_async_work");
      count_();
    });
    planted.agent().RunLoop();
    return "";
  }

 private:
  static void Execute(napi_env, void* data) { static_cast<OneWork*>(data)->count_(); }
  static void Complete(napi_env env, napi_status, void* data) {
    Require(napi_delete_async_work(env, static_cast<OneWork*>(data)->work_) == napi_ok,
            "napi_delete_async_work");
  }
  void (*count_)();
  napi_async_work work_ = nullptr;
};

// The argument is the seed. 1 after a finding, which is printed; 3 where too little was run.
inline int ExploreOneWork(void (*count)(), int argc, char** argv) {
  OneWork program(count);
  explore::Options options;
  options.seed = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1;
  options.schedules = 200;
  options.shrink = false;
  options.replays = 0;
  explore::Observer observer;
  explore::Result result = explore::Explore(program, options, observer);
  for (const explore::Finding& finding : result.findings) {
    std::fprintf(stderr, "%s: %s\n%s", FindingWord(finding.kind), finding.what.c_str(),
                 finding.output.c_str());
  }
  std::printf("%llu schedules, %zu findings\n",
              static_cast<unsigned long long>(result.counts.schedules), result.findings.size());
  if (!result.findings.empty()) return 1;
  return result.counts.schedules == options.schedules && result.counts.distinct > 50 ? 0 : 3;
}

}  // namespace napisan::planted
