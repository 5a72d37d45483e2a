// BigInts: making, comparing and spelling them. There is no arithmetic: modules cannot ask for any.
// Threads: the agent's only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "host/agent.h"
#include "host/cell.h"

namespace napisan::host {

// 2^30 bits, as V8 has it.
inline constexpr size_t kBigIntWordsMax = size_t{1} << 24;

// Copies; leading zero words go, and zero is never negative. At most kBigIntWordsMax words.
BigInt* NewBigInt(Agent& agent, bool negative, const uint64_t* words, size_t count);
BigInt* NewBigIntInt64(Agent& agent, int64_t value);
BigInt* NewBigIntUint64(Agent& agent, uint64_t value);
// Gives back what a dying bigint owns; the collector's and Reset's business.
void ReleaseBigInt(Agent& agent, BigInt& bigint);

bool Equal(const BigInt& a, const BigInt& b);
// The lowest 64 bits of its two's complement.
uint64_t LowBits(const BigInt& bigint);
bool FitsInt64(const BigInt& bigint);
bool FitsUint64(const BigInt& bigint);
// Decimal, as String(bigint) has it; takes time in the square of the length.
std::string ToDecimal(const BigInt& bigint);

}  // namespace napisan::host
