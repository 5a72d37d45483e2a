// The edges that clang's instrumentation counts, for builds whose main is not libFuzzer's.
#pragma once

#include <cstddef>
#include <cstdint>

namespace napisan::fuzz {

// 0 where the build is not instrumented.
size_t EdgeCount();
void ClearEdges();
// One number for which edges were taken since ClearEdges, and how often.
uint64_t HashEdges();

}  // namespace napisan::fuzz
