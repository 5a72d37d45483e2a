// A worker with works, thread-safe functions and hooks in flight, terminated at each of its steps:
// everything is settled, once, whatever the step.
#include "host_test.h"
#include "worker_scenario.h"

namespace napisan {
namespace {

bool EndsByItself(WorkerStep step) { return step >= WorkerStep::kInHook; }

class WorkerSweep : public HostTest, public testing::WithParamInterface<std::string> {
 protected:
  WorkerSweep() : HostTest(GetParam()) {}
};

TEST_P(WorkerSweep, EverythingIsSettledWhereverItIsTerminated) {
  bool functions = GetParam() != "openharmony";
  for (int i = 0; i < static_cast<int>(WorkerStep::kCount); ++i) {
    auto step = static_cast<WorkerStep>(i);
    bool of_functions = step == WorkerStep::kInCallJs || step == WorkerStep::kInMicrotask ||
                        step == WorkerStep::kOnProducer;
    if (of_functions && !functions) continue;
    SCOPED_TRACE("step " + std::to_string(i));
    WorkerScenario scenario(step, functions);
    EXPECT_EQ(scenario.Run(agent(), module()), EndsByItself(step) ? 0 : 1);
    scenario.Expect();
  }
}

// At no step in particular: wherever the worker happens to be.
TEST_P(WorkerSweep, EverythingIsSettledWheneverItIsTerminated) {
  bool functions = GetParam() != "openharmony";
  for (int i = 0; i < Moments(); ++i) {
    SCOPED_TRACE("round " + std::to_string(i));
    WorkerScenario scenario(WorkerStep::kNone, functions);
    scenario.TerminateAfter(Moment(i));
    // It may have been faster, and have ended by itself.
    EXPECT_GE(scenario.Run(agent(), module()), 0);
    scenario.Expect();
  }
}

INSTANTIATE_TEST_SUITE_P(Profiles, WorkerSweep, testing::Values("node20", "node24", "openharmony"),
                         [](const auto& profile) { return profile.param; });

}  // namespace
}  // namespace napisan
