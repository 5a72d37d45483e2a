// fuzz_agents: workers, task pools and the main agent, with real threads in lockstep, against the
// reference model.

#include "program_target.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agents/coverage.h"
#include "agents/program.h"
#include "agents/runner.h"

namespace napisan::agents {
namespace {

// One main agent serves all inputs. It is made for the first of them: an engine that forks in
// between would leave its threads behind.
class AgentsTarget final : public fuzz::ProgramTarget<Program> {
 public:
  void Run(const uint8_t* data, size_t size) override {
    auto program = fuzz::DecodedFrom<Program>(data, size);
    if (runner_ == nullptr) runner_ = std::make_unique<Runner>();
    runner_->Run(program);
  }
  uint64_t last_trace() const override { return runner_->trace_hash(); }
  bool edges_are_alike() const override { return false; }

  uint64_t inputs() const override { return counts().programs; }
  uint64_t work_done() const override { return counts().performed; }
  std::string receipt() const override {
    return fmt::format(
        "{} programs, {} operations performed, {} left out\n{} workers started, {} terminated; {} "
        "messages arrived, {} works and {} hooks made, {} tasks executed\n",
        counts().programs, counts().performed, counts().left_out, counts().workers,
        counts().terminated, counts().messages, counts().works, counts().hooks, counts().tasks);
  }

  std::optional<uint64_t> state_event_pairs() const override { return CountPairs(); }

  bool MakeRandom(uint64_t seed, fuzz::Bytes& bytes) const override {
    bytes = RandomInput(seed);
    return true;
  }
  std::vector<fuzz::NamedText> seeds() const override {
    return {
#define SEED(name, text) {#name, text},
#include "seeds.def"
    };
  }

 private:
  Counts counts() const { return runner_ != nullptr ? runner_->counts() : Counts(); }

  std::unique_ptr<Runner> runner_;
};

}  // namespace
}  // namespace napisan::agents

napisan::fuzz::Target& napisan::fuzz::TheTarget() {
  static auto* target = new napisan::agents::AgentsTarget;
  return *target;
}

// Programs are changed as programs, not as bytes.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t size_max,
                                          unsigned seed) {
  auto program = napisan::fuzz::DecodedFrom<napisan::agents::Program>(data, size);
  napisan::agents::Mutate(seed, program);
  return napisan::fuzz::Give(program, data, size_max);
}

// As in fuzz_async_work: a leak is no matter of this program's globals.
extern "C" const char* __napisan_default_options() { return "use_globals=0:history=0:symbolize=0"; }
