// On a function that writes libFuzzer's extra counters: what it does itself is no coverage.
#pragma once

#ifdef __clang__
#define NAPISAN_NO_COVERAGE __attribute__((no_sanitize("coverage")))
#else
#define NAPISAN_NO_COVERAGE
#endif
