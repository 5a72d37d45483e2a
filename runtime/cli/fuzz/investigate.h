// Investigation: what a finding is worth: whether its input alone shows it again, ten times, or
// which inputs before it are needed; and the smallest input that does.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "cli/fuzz/child.h"
#include "cli/fuzz/findings.h"
#include "cli/fuzz/input.h"

namespace napisan::cli::fuzz {

class Investigation {
 public:
  Investigation(const ChildPlan& plan, Knowledge& knowledge) : plan_(plan), knowledge_(knowledge) {}

  // `history`: the inputs of the child that found it, in their order, up to that one. `keep` is
  // called whenever there is a better version of it.
  void Look(Finding& finding, std::vector<Input> history, const std::function<void()>& keep);
  // A signal told the command to end: the finding is as far as it came.
  bool interrupted() const { return interrupted_; }

  // The smallest input that still has what `shows` asks for, in the time that there is.
  using Shows = std::function<bool(const std::vector<Input>&)>;
  void Minimize(std::vector<Input>& inputs, const Shows& shows, double seconds);

 private:
  // One run in a child of its own.
  ChildResult Try(const Finding& finding, const std::vector<Input>& inputs, Telling telling,
                  double timeout_seconds);
  bool Shown(const Finding& finding, const std::vector<Input>& inputs, int tries);
  bool Accept(std::vector<Input>& inputs, std::vector<Input> smaller, const Shows& shows);
  void JoinInputs(std::vector<Input>& inputs, const Shows& shows);
  void DropInputs(std::vector<Input>& inputs, const Shows& shows);
  bool DropStatements(std::vector<Input>& inputs, const Shows& shows);
  void SimplifyRest(std::vector<Input>& inputs, const Shows& shows);
  void SimplifyArguments(std::vector<Input>& inputs, const Shows& shows);
  bool TimeIsOver() const { return interrupted_ || std::chrono::steady_clock::now() > deadline_; }

  const ChildPlan& plan_;
  Knowledge& knowledge_;
  bool interrupted_ = false;
  std::chrono::steady_clock::time_point deadline_;
};

}  // namespace napisan::cli::fuzz
