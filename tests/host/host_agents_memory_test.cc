// 10,000 agents started and terminated in a row leave no memory behind: the host's own.
#include "agents_memory.h"
#include "host_test.h"

namespace napisan {
namespace {

using HostAgentsMemory = HostTest;

TEST_F(HostAgentsMemory, WorkersInARowLeaveNothingBehind) {
  ExpectNothingLeftBehind(agent(), module(), 1000, kWorkersInARow, kMemoryIsCounted);
}

}  // namespace
}  // namespace napisan
