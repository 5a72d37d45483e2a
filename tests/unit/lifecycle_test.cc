// lifecycles.def: every state can be reached and left, every misuse has a rule of the module's or
// the host's that fits it, and the rows are what the table looks up.
#include "checker/lifecycle.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace napisan::checker {
namespace {

struct StateRow {
  std::string_view kind;
  std::string_view name;
  State state;
};
constexpr StateRow kStates[] = {
#define STATE(kind, state) {#kind, #state, State::kind##state},
#include "checker/lifecycles.def"
};

struct Row {
  std::string_view kind;
  State from;
  Event event;
  RuleId rule;  // kCount: allowed
  State to;
};
constexpr Row kRows[] = {
#define TRANSITION(kind, state, event, next) \
  {#kind, State::kind##state, Event::event, RuleId::kCount, State::kind##next},
#define MISUSE(kind, state, event, rule) \
  {#kind, State::kind##state, Event::event, RuleId::rule, State::kind##state},
#define MISUSE_TO(kind, state, event, rule, next) \
  {#kind, State::kind##state, Event::event, RuleId::rule, State::kind##next},
#include "checker/lifecycles.def"
};

std::string Name(State state) {
  const StateRow& row = kStates[static_cast<int>(state)];
  return std::string(row.kind) + row.name.data();
}

std::map<std::string_view, std::vector<State>> ByKind() {
  std::map<std::string_view, std::vector<State>> kinds;
  for (const StateRow& row : kStates) kinds[row.kind].push_back(row.state);
  return kinds;
}

// What can be reached from a state along allowed rows.
std::set<State> Reachable(State start) {
  std::set<State> seen = {start};
  for (bool more = true; more;) {
    more = false;
    for (const Row& row : kRows) {
      if (row.rule != RuleId::kCount || seen.count(row.from) == 0) continue;
      more = seen.insert(row.to).second || more;
    }
  }
  return seen;
}

TEST(Lifecycles, EveryRowIsWhatTheTableAnswers) {
  EXPECT_EQ(std::size(kStates), static_cast<size_t>(State::kCount));
  for (const Row& row : kRows) {
    Step step = Next(row.from, row.event);
    EXPECT_EQ(step.next, row.to) << Name(row.from);
    EXPECT_EQ(step.rule, row.rule) << Name(row.from);
  }
}

TEST(Lifecycles, NoStateAndEventHaveTwoRows) {
  std::set<std::pair<State, Event>> seen;
  for (const Row& row : kRows) {
    EXPECT_TRUE(seen.insert({row.from, row.event}).second)
        << Name(row.from) << " and " << EventWord(row.event);
  }
}

TEST(Lifecycles, WhatIsListedNowhereChangesNothing) {
  for (const StateRow& row : kStates) {
    for (int event = 0; event < static_cast<int>(Event::kCount); ++event) {
      bool listed = false;
      for (const Row& other : kRows) {
        listed = listed || (other.from == row.state && other.event == static_cast<Event>(event));
      }
      if (listed) continue;
      Step step = Next(row.state, static_cast<Event>(event));
      EXPECT_TRUE(step.legal());
      EXPECT_EQ(step.next, row.state);
    }
  }
}

TEST(Lifecycles, RowsStayWithinTheirKind) {
  for (const Row& row : kRows) {
    EXPECT_EQ(kStates[static_cast<int>(row.from)].kind, row.kind);
    EXPECT_EQ(kStates[static_cast<int>(row.to)].kind, row.kind);
  }
}

// Thread-safe functions close by an abort, which by_hand_tsfn.cc does itself.
TEST(Lifecycles, EveryStateIsReachedByCorrectProgramsAndLeadsToTheEnd) {
  for (const auto& [kind, states] : ByKind()) {
    std::set<State> reachable = Reachable(states.front());
    for (State state : states) {
      if (state == State::TsfnClosing) continue;
      EXPECT_EQ(reachable.count(state), 1u) << Name(state) << " is never reached";
    }
    State end = states.back();
    for (State state : states) {
      EXPECT_EQ(Reachable(state).count(end), 1u) << Name(state) << " never ends";
    }
  }
}

TEST(Lifecycles, TheLastStateOfAKindAndNoOtherIsItsEnd) {
  for (const auto& [kind, states] : ByKind()) {
    for (State state : states) EXPECT_EQ(IsEnd(state), state == states.back()) << Name(state);
  }
}

TEST(Lifecycles, AMisuseThatIsRefusedOrRepairedDoesNotMoveTheObject) {
  for (const Row& row : kRows) {
    if (row.rule == RuleId::kCount) continue;
    if (Get(row.rule).action != RuleAction::Refuse) continue;
    EXPECT_EQ(row.to, row.from) << Get(row.rule).slug;
    EXPECT_NE(Get(row.rule).status, napi_ok) << Get(row.rule).slug;
  }
}

// What the host brings about is the host's fault; what the module calls is the module's.
TEST(Lifecycles, EveryMisuseIsTheFaultOfWhoCausesTheEvent) {
  for (const Row& row : kRows) {
    if (row.rule == RuleId::kCount) continue;
    bool hosts = row.event == Event::ExecuteStart || row.event == Event::ExecuteEnd ||
                 row.event == Event::CompleteStart || row.event == Event::CompleteEnd;
    EXPECT_EQ(Get(row.rule).side, hosts ? RuleSide::Host : RuleSide::Module) << Name(row.from);
  }
}

TEST(Lifecycles, StatesHaveTheirNames) {
  for (const StateRow& row : kStates) EXPECT_EQ(StateName(row.state), row.name);
  EXPECT_STREQ(StateName(State::kCount), "?");
}

}  // namespace
}  // namespace napisan::checker
