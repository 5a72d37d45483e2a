#include "cli/fuzz/executors.h"

#include "host/uv_executor.h"

namespace napisan::cli::fuzz {
namespace {

constexpr ExecutorKind kKinds[] = {
    {"stepping", "one thread plays all, and each step is a choice of the input's", true, false,
     [](host::Agent&, Schedule& schedule) -> std::unique_ptr<host::Executor> {
       return std::make_unique<host::SteppingExecutor>(schedule);
     }},
    {"pool", "libuv's pool of real threads, whose timing no input controls", false, false,
     [](host::Agent&, Schedule&) -> std::unique_ptr<host::Executor> {
       return host::NewUvExecutor();
     }},
    {"controlled", "real threads, of which one runs at a time, as the input says", false, true,
     [](host::Agent&, Schedule&) -> std::unique_ptr<host::Executor> {
       return host::NewUvExecutor();
     }},
};

}  // namespace

const ExecutorKind* FindExecutor(std::string_view name) {
  for (const ExecutorKind& kind : kKinds) {
    if (name == kind.name) return &kind;
  }
  return nullptr;
}

const ExecutorKind& SteppingKind() { return kKinds[0]; }
const ExecutorKind& ControlledKind() { return kKinds[2]; }

}  // namespace napisan::cli::fuzz
