// The table of values: a token is good while its scope is open, and never again; closed scopes are
// remembered for a while; epochs that run out bring nothing back to life.
#include "checker/values.h"

#include <gtest/gtest.h>

#include <vector>

namespace napisan::checker {
namespace {

// Handles of a host that does not exist: numbers.
napi_value Host(uintptr_t number) { return reinterpret_cast<napi_value>(number * 8); }

Scope& Open(ValueTable& table, Scope::Type type = Scope::Type::kHandle) { return table.Open(type); }

TEST(Values, AValueIsFoundWhileItsScopeIsOpen) {
  ValueTable table(0);
  EXPECT_FALSE(table.has_scope());
  Open(table);
  Token outer = table.Add(Host(1));
  Open(table);
  Token inner = table.Add(Host(2));
  EXPECT_EQ(table.Find(outer), Host(1));
  EXPECT_EQ(table.Find(inner), Host(2));
  table.Close();
  EXPECT_EQ(table.Find(outer), Host(1));
  EXPECT_EQ(table.Find(inner), nullptr);
  table.Close();
  EXPECT_EQ(table.Find(outer), nullptr);
  EXPECT_FALSE(table.has_scope());
}

TEST(Values, WhoComesNextIsNotTakenForTheOneBefore) {
  ValueTable table(0);
  Open(table);
  std::vector<Token> stale;
  for (int round = 0; round < 1000; ++round) {
    Open(table);
    Token token = table.Add(Host(7));
    EXPECT_EQ(table.Find(token), Host(7));
    for (Token old : stale) ASSERT_FALSE(table.Contains(old));
    stale.push_back(token);
    table.Close();
  }
}

TEST(Values, AnotherAgentsValueIsNoneOfOurs) {
  ValueTable first(0);
  ValueTable second(1);
  Open(first);
  Open(second);
  Token token = first.Add(Host(1));
  Token same_place = second.Add(Host(2));
  EXPECT_EQ(IndexOf(token), IndexOf(same_place));
  EXPECT_EQ(second.Find(token), nullptr);
  EXPECT_FALSE(second.IsOwn(token));
  EXPECT_TRUE(first.IsOwn(token));
}

TEST(Values, WhatWasNeverMadeIsTold) {
  ValueTable table(0);
  Open(table);
  Token token = table.Add(Host(1));
  EXPECT_TRUE(table.WasMade(token));
  EXPECT_FALSE(table.WasMade(token + 1)) << "an epoch to come";
  EXPECT_FALSE(table.WasMade(MakeValueToken(ValueTag(0), 0, 0)));
  EXPECT_EQ(table.Find(MakeValueToken(ValueTag(0), 0, 0)), nullptr);
  EXPECT_EQ(table.Find(MakeValueToken(ValueTag(0), (1 << kIndexBits) - 1, 1)), nullptr);
}

TEST(Values, AReservedEntryIsFoundOnceItIsFilled) {
  ValueTable table(0);
  Open(table);
  uint32_t slot = table.Reserve();
  Open(table, Scope::Type::kEscapable);
  Token token = table.FillReserved(slot, Host(3));
  table.Close();
  EXPECT_EQ(table.Find(token), Host(3)) << "it lives as long as the outer scope";
  table.Close();
  EXPECT_EQ(table.Find(token), nullptr);
}

TEST(Values, AClosedScopeIsRememberedForAWhile) {
  ValueTable table(0);
  Open(table, Scope::Type::kCallback);
  Scope& scope = Open(table, Scope::Type::kEscapable);
  scope.pc = 4711;
  Token token = table.Add(Host(1));
  table.Close();
  const Scope* closed = table.FindClosed(token);
  ASSERT_NE(closed, nullptr);
  EXPECT_EQ(closed->type, Scope::Type::kEscapable);
  EXPECT_EQ(closed->pc, 4711u);
  for (uint32_t i = 0; i < ValueTable::kClosedKept; ++i) {
    Open(table);
    table.Close();
  }
  EXPECT_NE(table.FindClosed(token), nullptr);
  Open(table);
  table.Close();
  EXPECT_EQ(table.FindClosed(token), nullptr) << "too long ago, and not another one's";
}

TEST(Values, OpenScopesAreKnown) {
  ValueTable table(0);
  EXPECT_EQ(table.InnermostCallback(), nullptr);
  uint32_t outer = Open(table, Scope::Type::kCallback).epoch;
  Token token = table.Add(Host(1));
  EXPECT_TRUE(table.IsOfOpenScope(token));
  Open(table, Scope::Type::kHandle);
  ASSERT_NE(table.InnermostCallback(), nullptr);
  EXPECT_EQ(table.InnermostCallback()->epoch, outer);
  uint32_t inner = Open(table, Scope::Type::kCallback).epoch;
  EXPECT_EQ(table.InnermostCallback()->epoch, inner);
  table.Close();
  table.Close();
  table.Close();
  EXPECT_FALSE(table.IsOfOpenScope(token));
}

TEST(Values, ResetClosesAndForgetsNothing) {
  ValueTable table(0);
  Open(table);
  Token token = table.Add(Host(1));
  table.Reset();
  EXPECT_FALSE(table.has_scope());
  EXPECT_EQ(table.Find(token), nullptr);
  Open(table);
  Token next = table.Add(Host(2));
  EXPECT_NE(next, token);
  EXPECT_EQ(table.Find(token), nullptr);
}

// Epochs run out after four billion scopes.

class EpochsRunningOut : public testing::Test {
 protected:
  // Two more scopes have epochs; the third starts anew.
  static constexpr uint32_t kNearTheEnd = UINT32_MAX - 2;

  ValueTable table_{0, kNearTheEnd};
};

TEST_F(EpochsRunningOut, ScopesThatAreOpenThenStayGoodAndCloseAsEver) {
  Open(table_);
  Token first = table_.Add(Host(1));
  EXPECT_EQ(Open(table_).epoch, UINT32_MAX);
  Token last = table_.Add(Host(2));
  EXPECT_EQ(Open(table_).epoch, 1u);
  Token anew = table_.Add(Host(3));
  EXPECT_EQ(table_.Find(first), Host(1));
  EXPECT_EQ(table_.Find(last), Host(2));
  EXPECT_EQ(table_.Find(anew), Host(3));
  table_.Close();
  EXPECT_EQ(table_.Find(anew), nullptr);
  EXPECT_EQ(table_.Find(last), Host(2));
  table_.Close();
  EXPECT_EQ(table_.Find(last), nullptr);
  EXPECT_EQ(table_.Find(first), Host(1));
  table_.Close();
  EXPECT_EQ(table_.Find(first), nullptr);
}

TEST_F(EpochsRunningOut, WhatWasClosedBeforeStaysClosed) {
  std::vector<Token> old;
  Open(table_);
  for (uintptr_t i = 0; i < 100; ++i) old.push_back(table_.Add(Host(i + 1)));
  table_.Close();
  Open(table_);
  table_.Close();
  EXPECT_EQ(Open(table_).epoch, 1u);
  for (Token token : old) EXPECT_FALSE(table_.Contains(token));
  for (uintptr_t i = 0; i < 100; ++i) table_.Add(Host(i + 1));
  for (Token token : old) {
    EXPECT_FALSE(table_.Contains(token));
    EXPECT_TRUE(table_.WasMade(token)) << "stale, not forged";
  }
}

// The first life's epochs 1, 2, … come again; not with the same indices.
TEST_F(EpochsRunningOut, TheSameEpochIsNeverUsedTwiceWithTheSameIndex) {
  ValueTable table(0);
  std::vector<Token> old;
  for (int i = 0; i < 50; ++i) {
    Open(table);
    old.push_back(table.Add(Host(1)));
    table.Close();
  }
  // Where scopes are open when they run out, the indices below are free again when these close.
  Open(table_);
  for (uintptr_t i = 0; i < 4; ++i) table_.Add(Host(i + 1));
  Open(table_);
  Open(table_);
  table_.Close();
  table_.Close();
  table_.Close();
  for (int i = 0; i < 50; ++i) {
    Open(table_);
    Token token = table_.Add(Host(2));
    for (Token before : old) EXPECT_NE(token, before);
    table_.Close();
  }
}

TEST(ValuesDeathTest, TooManyOpenScopesEndWithALine) {
  ValueTable table(0);
  EXPECT_DEATH(
      {
        for (int i = 0; i < (1 << 16) + 1; ++i) Open(table);
      },
      "scopes are open at once");
}

}  // namespace
}  // namespace napisan::checker
