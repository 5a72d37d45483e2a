// The edges that clang's instrumentation counts, for builds whose main is not libFuzzer's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace napisan::fuzz {

// 0 where the build is not instrumented.
size_t EdgeCount();
void ClearEdges();
// How often each edge was taken since ClearEdges, in eight bits.
void CopyEdges(std::vector<uint8_t>& counters);
// Where in the program's file an edge leads, as symbolizers take it; 0 where that is not known.
uintptr_t PcOfEdge(size_t edge);

}  // namespace napisan::fuzz
