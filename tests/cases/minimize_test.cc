// The minimiser comes down to the operations that a failure needs, and each of its passes is
// needed.
#include "cases/minimize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "cases/attempt.h"
#include "cases/case_text.h"
#include "cases/mutate.h"
#include "cases/palette.h"
#include "cases/runner.h"

namespace napisan::cases {
namespace {

constexpr uint32_t kAllPasses = (1u << static_cast<int>(Pass::kCount)) - 1;
constexpr uint32_t But(Pass pass) { return kAllPasses & ~(1u << static_cast<int>(pass)); }

Case FromText(const std::string& text) {
  Case program;
  std::string error;
  if (!Parse("napisan case 1\n" + text, program, error)) ADD_FAILURE() << error;
  return program;
}

// A defect that was planted between runner and host: a work that was cancelled is deleted in its
// complete callback. What is found is what a case must do, and no more.
class Plant final : public Recorder {
 public:
  Plant(const Case& program, Links& links) : links_(program, links) {}

 private:
  void OnCall(FunctionId function, const Slot* slots, const Operation* operation) override {
    LinksAsRecorder().OnCall(function, slots, operation);
    bool deletes = function == FunctionId::napi_delete_async_work && operation != nullptr;
    if (!deletes || in_complete_ == 0 || slots[1].bits != cancelled_) return;
    std::fputs("case: FAILED: planted\n", stderr);
    std::abort();
  }
  void OnReturn(FunctionId function, const Slot* slots, napi_status status) override {
    LinksAsRecorder().OnReturn(function, slots, status);
    if (function == FunctionId::napi_cancel_async_work && status == napi_ok) {
      cancelled_ = slots[1].bits;
    }
  }
  void OnEnter(Parameter callback, const Cell& cell) override {
    LinksAsRecorder().OnEnter(callback, cell);
    in_complete_ += callback == Parameter::kComplete ? 1 : 0;
    entered_.push_back(callback);
  }
  void OnLeave() override {
    LinksAsRecorder().OnLeave();
    in_complete_ -= entered_.back() == Parameter::kComplete ? 1 : 0;
    entered_.pop_back();
  }
  void OnDrive(Drive, uint64_t) override {}
  void OnDriven(Drive) override {}
  void OnChoice(uint32_t, uint32_t) override {}

  Recorder& LinksAsRecorder() { return links_; }

  LinkRecorder links_;
  std::vector<Parameter> entered_;
  int in_complete_ = 0;
  uint64_t cancelled_ = 0;
};

Attempt TryPlanted(const Case& program) {
  return Try(program, {1, 60}, [&](const World&, Links& links) -> std::unique_ptr<Recorder> {
    return std::make_unique<Plant>(program, links);
  });
}

MinimizeOptions Planted() {
  MinimizeOptions options;
  options.still_fails = [](const Case& candidate) {
    return TryPlanted(candidate).failure == "case: FAILED: planted";
  };
  options.groups = [](const Case& failing) { return GroupsOf(failing, TryPlanted(failing).links); };
  return options;
}

// Random operations, and among them those that the plant needs.
Case Hidden(uint64_t seed) {
  Random random(seed);
  Case program;
  MakeRandom(random, PaletteOf(PaletteId::k_all), program);
  if (program.count > 32) program.count = 32;
  Case needed = FromText(
      "legal version 10 schedule 1\n0 napi_create_async_work\n0 napi_queue_async_work\n"
      "0 napi_cancel_async_work\n1 napi_delete_async_work\n");
  size_t at = random.Below(program.count + 1u);
  Case whole = program;
  whole.count = 0;
  for (size_t i = 0; i <= program.count; ++i) {
    for (size_t j = 0; i == at && j < needed.count; ++j) {
      whole.operations[whole.count++] = needed.operations[j];
    }
    if (i < program.count) whole.operations[whole.count++] = program.operations[i];
  }
  return whole;
}

TEST(Minimize, ComesDownToWhatAFailureNeeds) {
  MinimizeOptions options = Planted();
  size_t failing = 0;
  size_t large = 0;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    Case program = Hidden(seed);
    if (program.count < 16 || !options.still_fails(program)) continue;
    ++failing;
    Case smallest = Minimize(program, options);
    EXPECT_TRUE(options.still_fails(smallest));
    EXPECT_LE(smallest.count, 4) << ToText(program) << ToText(smallest);
    EXPECT_EQ(smallest.schedule, 0);
    large += smallest.count > 4;
    // The same again.
    if (failing == 1) {
      EXPECT_EQ(ToText(Minimize(program, options)), ToText(smallest));
    }
  }
  EXPECT_GE(failing, 8u);
  EXPECT_EQ(large, 0u);
}

TEST(Minimize, DropsUnrelatedResourcesInOneStep) {
  Case program = FromText(
      "legal version 10 schedule 1\n0 napi_create_object\n0 napi_create_reference\n"
      "0 napi_create_async_work\n0 napi_reference_ref\n0 napi_queue_async_work\n"
      "0 napi_reference_ref\n0 napi_cancel_async_work\n1 napi_delete_async_work\n"
      "0 napi_create_promise\n0 step run\n0 napi_delete_reference\n");
  MinimizeOptions options = Planted();
  size_t first_runs = 0;
  size_t first_count = 0;
  options.on_better = [&](const Case& better, Pass pass, size_t runs) {
    if (first_runs > 0) return;
    EXPECT_EQ(pass, Pass::kDropGroups);
    first_runs = runs;
    first_count = better.count;
  };
  Minimize(program, options);
  EXPECT_EQ(first_runs, 1u);
  // The four, and the step.
  EXPECT_EQ(first_count, 5u);
  // Without the pass it takes longer.
  options.passes = But(Pass::kDropGroups);
  options.on_better = nullptr;
  size_t runs = 0;
  auto still_fails = options.still_fails;
  options.still_fails = [&](const Case& candidate) { return ++runs, still_fails(candidate); };
  Minimize(program, options);
  size_t without = std::exchange(runs, 0);
  options.passes = kAllPasses;
  Minimize(program, options);
  EXPECT_LT(runs, without);
}

// These fail by what a case is, without a run: each asks what one pass alone makes smaller.
struct Shape {
  Pass pass;
  const char* from;
  bool (*fails)(const Case&);
  const char* smallest;
};

bool Has(const Case& in, FunctionId function) {
  for (size_t i = 0; i < in.count; ++i) {
    if (!in.operations[i].is_step() && in.operations[i].function() == function) return true;
  }
  return false;
}

class EachPass : public testing::TestWithParam<Shape> {};

TEST_P(EachPass, IsNeeded) {
  const Shape& shape = GetParam();
  Case from = FromText(shape.from);
  MinimizeOptions options;
  options.still_fails = shape.fails;
  ASSERT_TRUE(shape.fails(from));
  EXPECT_EQ(ToText(Minimize(from, options)), std::string("napisan case 1\n") + shape.smallest);
  options.passes = But(shape.pass);
  EXPECT_NE(ToText(Minimize(from, options)), std::string("napisan case 1\n") + shape.smallest);
}

constexpr const char* kTrivial = "legal version 8 schedule 0\n0 napi_wrap\n";
const Shape kShapes[] = {
    {Pass::kDropOperations,
     "legal version 8 schedule 0\n0 napi_create_object\n0 napi_wrap\n0 napi_unwrap\n",
     [](const Case& in) { return Has(in, FunctionId::napi_wrap); }, kTrivial},
    // Two at once: the scope is closed where it is opened.
    {Pass::kDropOperations,
     "legal version 8 schedule 0\n0 napi_open_handle_scope\n0 napi_wrap\n"
     "0 napi_close_handle_scope\n",
     [](const Case& in) {
       return Has(in, FunctionId::napi_wrap) && Has(in, FunctionId::napi_open_handle_scope) ==
                                                    Has(in, FunctionId::napi_close_handle_scope);
     },
     kTrivial},
    // Those that are left strike where they did.
    {Pass::kDropFaults,
     "documented version 8 schedule 0\nfault coalesced-wakeups at 0\nfault terminate at 1\n"
     "0 napi_create_object\n0 napi_wrap\n",
     [](const Case& in) {
       bool terminates = false;
       for (size_t i = 0; i < in.fault_count; ++i) {
         const Fault& fault = in.faults[i];
         terminates |=
             fault.kind == FaultKind::kTerminate && fault.step < in.count &&
             in.operations[fault.step].what == static_cast<uint8_t>(FunctionId::napi_wrap);
       }
       return terminates;
     },
     "legal version 8 schedule 0\nfault terminate at 0\n0 napi_wrap\n"},
    {Pass::kSimplifySchedule,
     "documented version 10 schedule 77\n0 step execute\n0 napi_wrap\n0 step deliver\n",
     [](const Case& in) { return Has(in, FunctionId::napi_wrap); }, kTrivial},
    {Pass::kMergeBlocks, "legal version 8 schedule 0\n3 napi_wrap\n",
     [](const Case& in) { return Has(in, FunctionId::napi_wrap); }, kTrivial},
    // Its body must be a callback's: then the first.
    {Pass::kMergeBlocks,
     "legal version 8 schedule 0\n0 napi_create_async_work 0 0 0 0 0 3\n4 napi_wrap\n",
     [](const Case& in) {
       return in.count == 2 && in.operations[1].block > 0 &&
              1 + in.operations[0].operands[5] % 5 == in.operations[1].block;
     },
     "legal version 8 schedule 0\n0 napi_create_async_work\n1 napi_wrap\n"},
    {Pass::kSimplifyOperands, "legal version 8 schedule 0\n0 napi_wrap 7 201 9\n",
     [](const Case& in) { return in.count == 1 && in.operations[0].operands[1] % 8 == 1; },
     "legal version 8 schedule 0\n0 napi_wrap 0 1\n"},
};
INSTANTIATE_TEST_SUITE_P(Minimize, EachPass, testing::ValuesIn(kShapes));

}  // namespace
}  // namespace napisan::cases
