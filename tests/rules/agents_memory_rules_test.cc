// 10,000 agents started and terminated in a row leave no memory behind: the checker's.
#include "../host/agents_memory.h"
#include "rule_test.h"

namespace napisan {
namespace {

class AgentsMemoryRules : public RuleTest {
 protected:
  AgentsMemoryRules() : RuleTest("node24", ExecutorKind::kUv) {}
};

TEST_F(AgentsMemoryRules, WorkersInARowLeaveNothingBehind) {
  ExpectNothingLeftBehind(agent(), module(), 1000, kWorkersInARow, kMemoryIsCounted);
}

}  // namespace
}  // namespace napisan
