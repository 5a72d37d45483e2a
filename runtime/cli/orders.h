// Every order in which the works of a run can execute and complete, each in a process of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "cli/run.h"
#include "cli/supervise.h"

namespace napisan::cli {

// One step of the stepping executor that had alternatives.
struct OrderChoice {
  uint32_t chosen;
  uint32_t count;
};

// Follows `prefix`, then always takes the first; remembers what it took.
class OrderChooser final : public host::Chooser {
 public:
  explicit OrderChooser(std::vector<uint32_t> prefix) : prefix_(std::move(prefix)) {}
  uint32_t Choose(uint32_t count) override;
  const std::vector<OrderChoice>& taken() const { return taken_; }

 private:
  std::vector<uint32_t> prefix_;
  std::vector<OrderChoice> taken_;
};

// The prefix of the next order, depth first; empty when there is none.
std::vector<uint32_t> NextOrder(const std::vector<OrderChoice>& taken);

// "0.2.1": for reports, and to be told apart by people.
std::string OrderName(const std::vector<OrderChoice>& taken);

// Runs the plan in every order, at most `orders_max`. Prints the outcomes of the first order and
// whether they differ; reports async-work/order-assumption where they do, and not where they differ
// in the same order, too. What else is reported in
// some order is told by running that order once more, aloud. Returns the exit status.
int CheckOrders(const RunPlan& plan, double timeout_seconds, size_t orders_max, bool quiet);

}  // namespace napisan::cli
