// Lifecycles, as a table to look up in: (kind, state, event) to the next state or a rule.
#pragma once

#include <array>
#include <cstdint>

#include "api/functions.h"
#include "checker/rules.h"

namespace napisan::checker {

// One enumerator a state, named kind and state: WorkQueued. The first of a kind is where it begins.
enum class State : uint8_t {
#define STATE(kind, state) kind##state,
#include "checker/lifecycles.def"
  kCount
};

const char* StateName(State state);

struct Step {
  State next;
  // kCount: no rule is broken.
  RuleId rule;

  constexpr bool legal() const { return rule == RuleId::kCount; }
};

namespace internal {
using StepTable =
    std::array<std::array<Step, static_cast<int>(Event::kCount)>, static_cast<int>(State::kCount)>;

constexpr StepTable MakeSteps() {
  StepTable table{};
  for (int state = 0; state < static_cast<int>(State::kCount); ++state) {
    for (Step& step : table[state]) step = {static_cast<State>(state), RuleId::kCount};
  }
#define TRANSITION(kind, state, event, to)                                                        \
  table[static_cast<int>(State::kind##state)][static_cast<int>(Event::event)] = {State::kind##to, \
                                                                                 RuleId::kCount};
#define MISUSE(kind, state, event, rule)                                          \
  table[static_cast<int>(State::kind##state)][static_cast<int>(Event::event)] = { \
      State::kind##state, RuleId::rule};
#define MISUSE_TO(kind, state, event, rule, to)                                                   \
  table[static_cast<int>(State::kind##state)][static_cast<int>(Event::event)] = {State::kind##to, \
                                                                                 RuleId::rule};
#include "checker/lifecycles.def"
  return table;
}

inline constexpr StepTable kSteps = MakeSteps();
}  // namespace internal

constexpr Step Next(State state, Event event) {
  return internal::kSteps[static_cast<int>(state)][static_cast<int>(event)];
}

// The end of a life: nothing leads on from here.
constexpr bool IsEnd(State state) {
  for (const Step& step : internal::kSteps[static_cast<int>(state)]) {
    if (step.next != state) return false;
  }
  return true;
}

}  // namespace napisan::checker
