// Random programs: most of their operations can be done, as the model says.

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

}  // namespace

std::vector<uint8_t> RandomInput(uint64_t seed) {
  constexpr int kTries = 4;
  uint64_t state = seed;
  auto byte = [&] { return static_cast<uint8_t>(Next(state)); };
  size_t operations = 1 + Next(state) % kOperationsMax;
  // Where all are about one worker, they meet.
  bool one_worker = Next(state) % 2 == 0;
  std::vector<uint8_t> bytes{byte()};
  Model model;
  for (size_t i = 0; i < operations; ++i) {
    uint8_t tried[kOperationBytes] = {};
    for (int tries = 0; tries < kTries; ++tries) {
      for (uint8_t& each : tried) each = byte();
      Program program;
      std::vector<uint8_t> all(kHeaderBytes);
      all.insert(all.end(), tried, tried + kOperationBytes);
      Decode(all.data(), all.size(), program);
      bool about_worker = SlotsOf(InfoOf(program.operations[0].kind).place) == kSlots;
      if (one_worker && about_worker) {
        tried[1] &= 0xfe;
        program.operations[0].slot = 0;
      }
      if (model.Do(program.operations[0], static_cast<uint8_t>(i))) break;
    }
    bytes.insert(bytes.end(), tried, tried + kOperationBytes);
  }
  return bytes;
}

}  // namespace napisan::agents
