// WorkList: works in one situation, in no order: one is taken out by index or by itself, in O(1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <node_api.h>

#include "expected_state.h"

namespace napisan::stress {

class AgentScenario;

// One async work, as a module keeps it. It outlives the work in the host until its round ends.
struct Work {
  Work(AgentScenario& owner, uint32_t given_number, uint64_t input, bool cancel_tells)
      : expected(input, cancel_tells), scenario(owner), number(given_number) {}

  ExpectedState expected;
  AgentScenario& scenario;
  napi_async_work handle = nullptr;
  uint32_t number;
  // How long execute takes: turns of an empty loop, and a sleep.
  uint32_t spins = 0;
  uint32_t sleep_us = 0;
  bool deletes_in_complete = true;
  // Its index in the list that it is in.
  size_t place = 0;
};

class WorkList {
 public:
  void Add(Work& work) {
    work.place = works_.size();
    works_.push_back(&work);
  }
  void Remove(Work& work) {
    works_[work.place] = works_.back();
    works_[work.place]->place = work.place;
    works_.pop_back();
  }

  Work& at(size_t index) const { return *works_[index]; }
  size_t size() const { return works_.size(); }
  bool empty() const { return works_.empty(); }

 private:
  std::vector<Work*> works_;
};

}  // namespace napisan::stress
