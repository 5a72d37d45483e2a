// What a process that does not come to its end is still doing, told from a signal handler.
#pragma once

#include <cstddef>

namespace napisan::checker {

// "work #1 \"resize\" is executing", and how many more are; empty where none is. Returns the
// length, at most `size`. Takes no lock and no memory: it may interrupt anything, on any thread.
size_t DescribeUnderWay(char* text, size_t size);

}  // namespace napisan::checker
