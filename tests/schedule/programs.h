// What the tests of schedules share: a program from a function, and quick ways to explore it.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "explore/explorer.h"

namespace napisan::explore {

class FunctionProgram final : public Program {
 public:
  explicit FunctionProgram(std::function<std::string()> run) : run_(std::move(run)) {}
  std::string Run() override { return run_(); }

 private:
  std::function<std::string()> run_;
};

inline Result ExploreFunction(std::function<std::string()> run, const Options& options) {
  FunctionProgram program(std::move(run));
  Observer observer;
  return Explore(program, options, observer);
}

inline Options Upto(uint64_t schedules, std::vector<std::string> strategies = {}) {
  Options options;
  options.schedules = schedules;
  options.strategies = std::move(strategies);
  return options;
}

}  // namespace napisan::explore
