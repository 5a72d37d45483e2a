// What changes a case changes its faults and its schedule, too, and keeps faults where they strike.
#include "cases/mutate.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "cases/case_text.h"
#include "cases/palette.h"

namespace napisan::cases {
namespace {

const Palette& All() { return PaletteOf(PaletteId::k_all); }

Operation Marked(uint8_t mark) {
  Operation operation{};
  operation.what = static_cast<uint8_t>(FunctionId::napi_create_object);
  operation.operands[0] = mark;
  return operation;
}

// So many operations, told apart by their first operand, and a fault at one.
Case WithFault(uint8_t count, uint8_t step) {
  Case made{};
  made.count = count;
  for (uint8_t i = 0; i < count; ++i) made.operations[i] = Marked(i);
  made.fault_count = 1;
  made.faults[0] = {FaultKind::kTerminate, step};
  return made;
}

TEST(Mutate, AFaultGoesWithItsOperation) {
  Case changed = WithFault(5, 3);
  InsertOperation(changed, 1, Marked(100));
  EXPECT_EQ(changed.faults[0].step, 4);
  EXPECT_EQ(changed.operations[changed.faults[0].step].operands[0], 3);
  InsertOperation(changed, 5, Marked(101));
  EXPECT_EQ(changed.faults[0].step, 4);
  RemoveOperation(changed, 0);
  EXPECT_EQ(changed.faults[0].step, 3);
  EXPECT_EQ(changed.operations[changed.faults[0].step].operands[0], 3);
  RemoveOperation(changed, 4);
  EXPECT_EQ(changed.faults[0].step, 3);
}

TEST(Mutate, AStepStaysWithinACase) {
  Case changed = WithFault(kOperationsMax - 1, kOperationsMax);
  InsertOperation(changed, 0, Marked(1));
  EXPECT_LE(changed.faults[0].step, kOperationsMax);
}

TEST(Mutate, FaultsComeGoAndMoveAndTheScheduleChanges) {
  Random random(1);
  bool comes = false;
  bool goes = false;
  bool moves = false;
  bool schedule = false;
  std::set<FaultKind> kinds;
  for (int i = 0; i < 2000; ++i) {
    Case before = WithFault(6, 3);
    Case changed = before;
    Mutate(random, All(), changed);
    ASSERT_LE(changed.fault_count, kFaultsMax);
    comes |= changed.fault_count > 1;
    goes |= changed.fault_count == 0;
    for (size_t j = 0; j < changed.fault_count; ++j) {
      kinds.insert(changed.faults[j].kind);
      ASSERT_LE(changed.faults[j].step, kOperationsMax);
    }
    moves |= changed.count == before.count && changed.fault_count == 1 &&
             changed.faults[0].step != 3 && changed.faults[0].kind == FaultKind::kTerminate;
    schedule |= changed.schedule != before.schedule;
  }
  EXPECT_TRUE(comes);
  EXPECT_TRUE(goes);
  EXPECT_TRUE(moves);
  EXPECT_TRUE(schedule);
  EXPECT_EQ(kinds.size(), kFaultKinds);
}

TEST(Mutate, ACrossTakesFaultsAlong) {
  Random random(1);
  int of_first = 0;
  int of_second = 0;
  for (int i = 0; i < 500; ++i) {
    Case first = WithFault(8, 2);
    Case second = WithFault(8, 5);
    second.faults[0].kind = FaultKind::kCoalescedWakeups;
    for (uint8_t j = 0; j < second.count; ++j) second.operations[j].operands[1] = 1;
    Case child;
    Cross(random, first, second, child);
    for (size_t j = 0; j < child.fault_count; ++j) {
      const Fault& fault = child.faults[j];
      if (fault.step >= child.count) continue;
      const Operation& at = child.operations[fault.step];
      bool firsts = fault.kind == FaultKind::kTerminate;
      (firsts ? of_first : of_second)++;
      // The operation that it struck at in its parent; at the seam, what stands there now.
      if (at.operands[1] == (firsts ? 0 : 1)) {
        EXPECT_EQ(at.operands[0], firsts ? 2 : 5) << ToText(child);
      }
    }
  }
  EXPECT_GT(of_first, 50);
  EXPECT_GT(of_second, 50);
}

TEST(Mutate, RandomCasesHaveFaults) {
  Random random(1);
  int with = 0;
  for (int i = 0; i < 400; ++i) {
    Case made;
    MakeRandom(random, All(), made);
    with += made.fault_count > 0 ? 1 : 0;
  }
  EXPECT_GT(with, 40);
  EXPECT_LT(with, 200);
}

}  // namespace
}  // namespace napisan::cases
