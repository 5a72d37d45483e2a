// Random programs, and changes to programs: most of their operations can be done, as the model
// says.

#include <algorithm>
#include <utility>

#include "agents/model.h"
#include "agents/program.h"
#include "random.h"

namespace napisan::agents {
namespace {

Operation RandomOperation(fuzz::Random& random) {
  uint8_t bytes[kHeaderBytes + kOperationBytes] = {};
  for (uint8_t& each : bytes) each = static_cast<uint8_t>(random.Next());
  Program program;
  Decode(bytes, sizeof(bytes), program);
  return program.operations[0];
}

// Adds operations at the end, as many as there is room for: such that can be done then, mostly.
void Extend(fuzz::Random& random, size_t count, bool one_worker, Program& program) {
  constexpr int kTries = 4;
  Model model;
  for (size_t i = 0; i < program.count; ++i) {
    model.Do(program.operations[i], static_cast<uint8_t>(i));
  }
  for (; count > 0 && program.count < kOperationsMax; --count) {
    Operation& operation = program.operations[program.count];
    for (int tries = 0; tries < kTries; ++tries) {
      operation = RandomOperation(random);
      if (one_worker && SlotsOf(InfoOf(operation.kind).place) == kSlots) operation.slot = 0;
      if (model.Do(operation, program.count)) break;
    }
    ++program.count;
  }
}

}  // namespace

std::vector<uint8_t> RandomInput(uint64_t seed) {
  fuzz::Random random(seed);
  Program program{};
  program.agent_first = random.Next() % 2 == 0;
  size_t count = 1 + random.Next() % kOperationsMax;
  // Where all are about one worker, they meet.
  Extend(random, count, random.Next() % 2 == 0, program);
  return Encode(program);
}

void Mutate(uint64_t seed, Program& program) {
  fuzz::Random random(seed);
  size_t at = program.count > 0 ? random.Next() % program.count : 0;
  Operation* begin = program.operations;
  switch (program.count > 0 ? random.Next() % 6 : 0) {
    case 0:
    case 1:
      // What is behind it is put aside for others.
      if (program.count == kOperationsMax) program.count = static_cast<uint8_t>(at);
      Extend(random, 1 + random.Next() % 8, random.Next() % 2 == 0, program);
      return;
    case 2:
      begin[at] = RandomOperation(random);
      return;
    case 3:
      std::copy(begin + at + 1, begin + program.count, begin + at);
      --program.count;
      return;
    case 4:
      if (program.count == kOperationsMax) return;
      std::copy_backward(begin + at, begin + program.count, begin + program.count + 1);
      begin[at] = RandomOperation(random);
      ++program.count;
      return;
    default:
      std::swap(begin[at], begin[random.Next() % program.count]);
      program.agent_first ^= random.Next() % 8 == 0;
      return;
  }
}

}  // namespace napisan::agents
