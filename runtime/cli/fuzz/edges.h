// Edges: the counters of a module that was built with -fsanitize=fuzzer-no-link (or with
// -fsanitize-coverage=inline-8bit-counters). This process answers what such code asks of libFuzzer.
// Threads: where no input runs.
#pragma once

#include <cstddef>

#include "cli/fuzz/features.h"

namespace napisan::cli::fuzz {

// How many edges the loaded modules have; 0 where none is instrumented.
size_t EdgeCount();
void ClearEdges();
// Adds those that were taken since, each with how often, roughly.
void AddEdges(Features& features);

}  // namespace napisan::cli::fuzz
