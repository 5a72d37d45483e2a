#include "random_programs.h"

#include "program.h"

namespace napisan::fuzz {
namespace {

// SplitMix64: enough randomness, and the same everywhere, which <random> does not promise.
uint64_t Next(uint64_t& state) {
  uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

std::vector<uint8_t> RandomInput(uint64_t seed) {
  uint64_t state = seed;
  size_t operations = 1 + Next(state) % kOperationsMax;
  // Few slots make operations meet: 1, 2, 4 or all 8, of the slot and of the target of a deed.
  constexpr uint8_t kMasks[] = {0, 011, 033, 077};
  uint8_t slots = kMasks[Next(state) % 4];
  std::vector<uint8_t> bytes(kHeaderBytes + operations * kOperationBytes);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(Next(state));
  for (size_t at = kHeaderBytes + 1; at < bytes.size(); at += kOperationBytes) bytes[at] &= slots;
  return bytes;
}

}  // namespace napisan::fuzz
