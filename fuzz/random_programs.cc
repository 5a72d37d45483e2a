#include "random_programs.h"

#include "program.h"
#include "random.h"

namespace napisan::fuzz {
std::vector<uint8_t> RandomInput(uint64_t seed) {
  Random random(seed);
  size_t operations = 1 + random.Next() % kOperationsMax;
  // Few slots make operations meet: 1, 2, 4 or all 8, of the slot and of the target of a deed.
  constexpr uint8_t kMasks[] = {0, 011, 033, 077};
  uint8_t slots = kMasks[random.Next() % 4];
  std::vector<uint8_t> bytes(kHeaderBytes + operations * kOperationBytes);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.Next());
  for (size_t at = kHeaderBytes + 1; at < bytes.size(); at += kOperationBytes) bytes[at] &= slots;
  return bytes;
}

}  // namespace napisan::fuzz
