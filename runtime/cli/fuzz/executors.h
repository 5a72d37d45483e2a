// Executors: the ways in which a module's works can run while it is fuzzed, and the choices that
// they ask for.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "host/agent.h"
#include "host/executor.h"
#include "host/stepping_executor.h"

namespace napisan::cli::fuzz {

// Answers with the choices that are written; after them with 0, which is always the plain one.
class Schedule final : public host::Chooser {
 public:
  explicit Schedule(const std::vector<uint32_t>& choices) : choices_(choices) {}

  uint32_t Choose(uint32_t count) override {
    return used_ < choices_.size() ? choices_[used_++] % count : 0;
  }
  size_t used() const { return used_; }

 private:
  const std::vector<uint32_t>& choices_;
  size_t used_ = 0;
};

// One row an executor.
struct ExecutorKind {
  const char* name;
  // For people.
  const char* what;
  // One thread plays all: nothing may wait, and nothing may make threads.
  bool one_thread;
  // Real threads, of which one runs at a time: which, the input's schedule says. See controlled.h.
  bool controlled;
  std::unique_ptr<host::Executor> (*make)(host::Agent& agent, Schedule& schedule);
};

// The row of that name, or null.
const ExecutorKind* FindExecutor(std::string_view name);
const ExecutorKind& SteppingKind();
const ExecutorKind& ControlledKind();

}  // namespace napisan::cli::fuzz
