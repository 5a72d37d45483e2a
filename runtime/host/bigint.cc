#include "host/bigint.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace napisan::host {
namespace {

bool IsNegative(const BigInt& bigint) { return (bigint.flags & kNegative) != 0; }

}  // namespace

BigInt* NewBigInt(Agent& agent, bool negative, const uint64_t* words, size_t count) {
  while (count > 0 && words[count - 1] == 0) --count;
  auto* bigint = agent.heap().New<BigInt>(CellKind::kBigInt);
  bigint->count = static_cast<uint32_t>(count);
  if (negative && count > 0) bigint->flags |= kNegative;
  uint64_t* out = bigint->inline_words;
  if (count > BigInt::kInlineWords) {
    bigint->flags |= kOutOfLine;
    bigint->capacity = bigint->count;
    out = static_cast<uint64_t*>(agent.heap().Allocate(count * sizeof(uint64_t)));
    bigint->out_words = out;
  }
  if (count > 0) std::memcpy(out, words, count * sizeof(uint64_t));
  return bigint;
}

BigInt* NewBigIntInt64(Agent& agent, int64_t value) {
  uint64_t magnitude = static_cast<uint64_t>(value);
  if (value < 0) magnitude = 0 - magnitude;
  return NewBigInt(agent, value < 0, &magnitude, 1);
}

BigInt* NewBigIntUint64(Agent& agent, uint64_t value) { return NewBigInt(agent, false, &value, 1); }

void ReleaseBigInt(Agent& agent, BigInt& bigint) {
  if ((bigint.flags & kOutOfLine) == 0) return;
  agent.heap().Free(bigint.out_words, bigint.capacity * sizeof(uint64_t));
  bigint.flags &= static_cast<uint16_t>(~kOutOfLine);
}

bool Equal(const BigInt& a, const BigInt& b) {
  return a.count == b.count && IsNegative(a) == IsNegative(b) &&
         std::equal(a.words(), a.words() + a.count, b.words());
}

uint64_t LowBits(const BigInt& bigint) {
  uint64_t low = bigint.count == 0 ? 0 : bigint.words()[0];
  return IsNegative(bigint) ? 0 - low : low;
}

bool FitsInt64(const BigInt& bigint) {
  if (bigint.count == 0) return true;
  constexpr uint64_t kTwo63 = uint64_t{1} << 63;
  uint64_t magnitude = bigint.words()[0];
  return bigint.count == 1 && (IsNegative(bigint) ? magnitude <= kTwo63 : magnitude < kTwo63);
}

bool FitsUint64(const BigInt& bigint) { return bigint.count <= 1 && !IsNegative(bigint); }

std::string ToDecimal(const BigInt& bigint) {
  if (bigint.count == 0) return "0";
  // Divided by the largest power of ten that a word holds, a remainder at a time.
  constexpr uint64_t kChunk = 10'000'000'000'000'000'000u;
  constexpr int kChunkDigits = 19;
  __extension__ using Wide = unsigned __int128;
  std::vector<uint64_t> rest(bigint.words(), bigint.words() + bigint.count);
  std::string reversed;
  while (!rest.empty()) {
    uint64_t remainder = 0;
    for (size_t i = rest.size(); i-- > 0;) {
      Wide dividend = Wide{remainder} << 64 | rest[i];
      rest[i] = static_cast<uint64_t>(dividend / kChunk);
      remainder = static_cast<uint64_t>(dividend % kChunk);
    }
    if (rest.back() == 0) rest.pop_back();
    for (int i = 0; i < kChunkDigits && (remainder != 0 || !rest.empty()); ++i) {
      reversed += static_cast<char>('0' + remainder % 10);
      remainder /= 10;
    }
  }
  if (IsNegative(bigint)) reversed += '-';
  std::reverse(reversed.begin(), reversed.end());
  return reversed;
}

}  // namespace napisan::host
