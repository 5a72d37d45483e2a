// fuzz_async_work: async work in one agent, driven step by step, against the reference model.

#include <cstdio>
#include <cstdlib>
#include <string>

#include "model_async_work.h"
#include "program.h"
#include "program_text.h"
#include "random_programs.h"
#include "run_async_work.h"
#include "script.h"
#include "tally.h"
#include "target.h"

namespace napisan::fuzz {
namespace {

// The checker keeps the records of what has died for a while. Until it has as many as it keeps,
// an input now and then takes another way through it: that is over before the first that counts.
void WarmUp(Runner& runner, Program& program, Script& script) {
  constexpr int kTimes = 500;
  // As many works at once as an input can have.
  constexpr const char* kText =
      "hostile; create 0; create 1; create 2; create 3; create 4; create 5; create 6; create 7;"
      "delete 0 reference; delete 0 reference; delete 0 reference; delete 0 reference;"
      "delete 0; delete 1; delete 2; delete 3; delete 4; delete 5; delete 6; delete 7";
  std::string error;
  if (!Parse(kText, program, error)) {
    std::fprintf(stderr, "fuzz: warming up: %s\n", error.c_str());
    std::abort();
  }
  Predict(program, script);
  for (int i = 0; i < kTimes; ++i) runner.Run(program, script);
}

// One agent serves all inputs, and nothing is allocated for an input.
class AsyncWorkTarget final : public Target {
 public:
  AsyncWorkTarget() {
    if (kWarmsUp) WarmUp(runner_, program_, script_);
  }

  void Run(const uint8_t* data, size_t size) override {
    Decode(data, size, program_);
    Predict(program_, script_);
    runner_.Run(program_, script_);
    Count(script_, tally_);
  }
  uint64_t last_trace() const override { return runner_.trace_hash(); }

  uint64_t inputs() const override { return tally_.programs; }
  uint64_t work_done() const override { return tally_.operations; }
  std::string receipt() const override { return napisan::fuzz::ToText(tally_); }
  std::optional<uint64_t> state_event_pairs() const override { return CountPairs(tally_); }

  bool FromText(std::string_view text, Bytes& bytes, std::string& error) const override {
    Program program;
    if (!Parse(text, program, error)) return false;
    bytes.resize(kBytesMax);
    bytes.resize(Encode(program, bytes.data()));
    return true;
  }
  std::string ToText(const Bytes& bytes) const override {
    Program program;
    Decode(bytes.data(), bytes.size(), program);
    return napisan::fuzz::ToText(program);
  }
  bool MakeRandom(uint64_t seed, Bytes& bytes) const override {
    bytes = RandomInput(seed);
    return true;
  }
  std::vector<NamedText> seeds() const override {
    return {
#define SEED(name, text) {#name, text},
#include "seeds.def"
    };
  }

 private:
  Runner runner_;
  Program program_{};
  Script script_{};
  Tally tally_{};
};

}  // namespace

Target& TheTarget() {
  static auto* target = new AsyncWorkTarget;
  return *target;
}

}  // namespace napisan::fuzz

// Where a leak is looked for in all of this program's globals an input takes milliseconds, and what
// is found there depends on the inputs before. Of a report only the rule is compared.
extern "C" const char* __napisan_default_options() { return "use_globals=0:history=0:symbolize=0"; }
