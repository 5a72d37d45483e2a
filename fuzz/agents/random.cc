// Random programs, and changes to programs: most of their operations can be done, as the model
// says.

#include <algorithm>
#include <utility>

#include "agents/model.h"
#include "agents/program.h"

namespace napisan::agents {
namespace {

// SplitMix64: enough randomness, and the same everywhere.
uint64_t Next(uint64_t& state) {
  uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

Operation RandomOperation(uint64_t& state) {
  uint8_t bytes[kHeaderBytes + kOperationBytes] = {};
  for (uint8_t& each : bytes) each = static_cast<uint8_t>(Next(state));
  Program program;
  Decode(bytes, sizeof(bytes), program);
  return program.operations[0];
}

// Adds operations at the end, as many as there is room for: such that can be done then, mostly.
void Extend(uint64_t& state, size_t count, bool one_worker, Program& program) {
  constexpr int kTries = 4;
  Model model;
  for (size_t i = 0; i < program.count; ++i) {
    model.Do(program.operations[i], static_cast<uint8_t>(i));
  }
  for (; count > 0 && program.count < kOperationsMax; --count) {
    Operation& operation = program.operations[program.count];
    for (int tries = 0; tries < kTries; ++tries) {
      operation = RandomOperation(state);
      if (one_worker && SlotsOf(InfoOf(operation.kind).place) == kSlots) operation.slot = 0;
      if (model.Do(operation, program.count)) break;
    }
    ++program.count;
  }
}

}  // namespace

std::vector<uint8_t> RandomInput(uint64_t seed) {
  uint64_t state = seed;
  Program program{};
  program.agent_first = Next(state) % 2 == 0;
  size_t count = 1 + Next(state) % kOperationsMax;
  // Where all are about one worker, they meet.
  Extend(state, count, Next(state) % 2 == 0, program);
  return Encode(program);
}

void Mutate(uint64_t seed, Program& program) {
  uint64_t state = seed;
  size_t at = program.count > 0 ? Next(state) % program.count : 0;
  Operation* begin = program.operations;
  switch (program.count > 0 ? Next(state) % 6 : 0) {
    case 0:
    case 1:
      // What is behind it is put aside for others.
      if (program.count == kOperationsMax) program.count = static_cast<uint8_t>(at);
      Extend(state, 1 + Next(state) % 8, Next(state) % 2 == 0, program);
      return;
    case 2:
      begin[at] = RandomOperation(state);
      return;
    case 3:
      std::copy(begin + at + 1, begin + program.count, begin + at);
      --program.count;
      return;
    case 4:
      if (program.count == kOperationsMax) return;
      std::copy_backward(begin + at, begin + program.count, begin + program.count + 1);
      begin[at] = RandomOperation(state);
      ++program.count;
      return;
    default:
      std::swap(begin[at], begin[Next(state) % program.count]);
      program.agent_first ^= Next(state) % 8 == 0;
      return;
  }
}

}  // namespace napisan::agents
