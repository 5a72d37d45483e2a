// fuzz_threads: works, a thread-safe function and the threads that use both, of which one runs at a
// time: which, the input's schedule says.

#include "program_target.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "explore/shared.h"
#include "explore/timeline.h"
#include "schedule/control.h"
#include "schedule/strategies.h"
#include "threads/program.h"
#include "threads/scene.h"

namespace napisan::threads {
namespace {

constexpr const char* kPoolSize = "3";
// Of a schedule, roughly: for strategies that divide it.
constexpr uint32_t kDecisions = 150;

// The scene is null between inputs.
const Scene* running = nullptr;
explore::Shared* shared = nullptr;

const schedule::StrategyRow& RowOf(const Program& program) {
  for (const schedule::StrategyRow& row : schedule::kStrategies) {
    if (row.name == std::string_view(kStrategies[program.strategy])) return row;
  }
  std::abort();
}

void OnStuck(schedule::Outcome outcome) {
  std::string text =
      (outcome == schedule::Outcome::kDeadlock ? "nobody can go on: " : "it has no end: ") +
      explore::DescribeWaiting(*shared);
  if (running != nullptr) running->Disagree(text);
  std::fprintf(stderr, "threads: FAILED: between two inputs %s\n", text.c_str());
  std::abort();
}

class ThreadsTarget final : public fuzz::ProgramTarget<Program> {
 public:
  void Run(const uint8_t* data, size_t size) override {
    // With the first input, and not before: threads that the engine makes at its start are its own.
    if (shared == nullptr) BeginControl();
    auto program = fuzz::DecodedFrom<Program>(data, size);
    Scene scene(program, counts_);
    running = &scene;
    shared->search.decisions = kDecisions;
    schedule::BeginSchedule(schedule::Prepare(RowOf(program), program.seed, shared->search));
    scene.Run();
    schedule::EndSchedule();
    running = nullptr;
    trace_ = shared->record.hash;
    points_ += shared->record.points;
    ++inputs_;
  }
  uint64_t last_trace() const override { return trace_; }
  // How often a thread looks whether it may go on is a matter of time.
  bool edges_are_alike() const override { return false; }

  uint64_t inputs() const override { return inputs_; }
  uint64_t work_done() const override { return counts_.performed; }
  std::string receipt() const override {
    return fmt::format(
        "{} programs, {} operations performed, {} left out; {} points\n{} works queued, {} "
        "executed, "
        "{} cancelled; {} calls sent, {} arrived, {} drained; {} aborts, {} early ends\n",
        inputs_, counts_.performed, counts_.left_out, points_, counts_.queued, counts_.executed,
        counts_.cancelled, counts_.sent, counts_.arrived, counts_.drained, counts_.aborted,
        counts_.ended_early);
  }

  bool MakeRandom(uint64_t seed, fuzz::Bytes& bytes) const override {
    bytes = RandomInput(seed);
    return true;
  }
  std::vector<fuzz::NamedText> seeds() const override {
    return {
#define SEED(name, text) {#name, text},
#include "threads/seeds.def"
    };
  }

 private:
  // The caller's thread is the first, from here to the end of the process.
  void BeginControl() {
    setenv("UV_THREADPOOL_SIZE", kPoolSize, 1);
    shared = &explore::Shared::New();
    schedule::Limits limits;
    limits.points = 20'000;
    limits.stuck = OnStuck;
    limits.real_wall_clock = true;
    schedule::BeginControl(shared->record, limits);
    explore::FillPool();
  }

  Counts counts_;
  uint64_t inputs_ = 0;
  uint64_t points_ = 0;
  uint64_t trace_ = 0;
};

}  // namespace
}  // namespace napisan::threads

napisan::fuzz::Target& napisan::fuzz::TheTarget() {
  static auto* target = new napisan::threads::ThreadsTarget;
  return *target;
}

// Programs are changed as programs, not as bytes.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t size_max,
                                          unsigned seed) {
  auto program = napisan::fuzz::DecodedFrom<napisan::threads::Program>(data, size);
  napisan::threads::Mutate(seed, program);
  return napisan::fuzz::Give(program, data, size_max);
}

extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t* first, size_t first_size,
                                            const uint8_t* second, size_t second_size, uint8_t* out,
                                            size_t size_max, unsigned seed) {
  using napisan::fuzz::DecodedFrom;
  using napisan::threads::Program;
  Program child;
  napisan::threads::Cross(seed, DecodedFrom<Program>(first, first_size),
                          DecodedFrom<Program>(second, second_size), child);
  return napisan::fuzz::Give(child, out, size_max);
}

// As in fuzz_async_work: a leak is no matter of this program's globals.
extern "C" const char* __napisan_default_options() { return "use_globals=0:history=0:symbolize=0"; }
