// Controlled: real threads under the control of runtime/schedule, so that one input is one run.
//
// Threads: the child's main one.
#pragma once

#include <cstdint>
#include <vector>

namespace napisan::cli::fuzz {

// Once in a child, before it has threads. It stays so to its end.
void BeginControlled();

// While it lives, which thread goes on is decided by what `choices` are a seed of; by the usual
// order where there are none.
class ControlledSchedule {
 public:
  explicit ControlledSchedule(const std::vector<uint32_t>& choices);
  ~ControlledSchedule();
  ControlledSchedule(const ControlledSchedule&) = delete;
  ControlledSchedule& operator=(const ControlledSchedule&) = delete;
};

// How a controlled process ends in which nobody can go on, or that comes to no end.
int StuckStatus();

// Seconds of the real clock: in a controlled process the C library's is virtual.
double RealSeconds();

}  // namespace napisan::cli::fuzz
