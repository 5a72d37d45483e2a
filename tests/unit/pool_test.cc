// The pool of records: slots are reused, oldest first and late; what a token was made for is told
// from everything else; a generation that is used up retires its slot.
#include "checker/pool.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

namespace napisan::checker {
namespace {

struct TestRecord : Record {};

class Pool : public testing::Test {
 protected:
  using Records = RecordPool<TestRecord>;
  static constexpr uint32_t kKept = Records::kTombstones;

  Pool() { pool_.Reserve(); }

  TestRecord& Allocate() { return pool_.Allocate(local_, Kind::kReference); }
  void Bury(TestRecord& record) { pool_.Bury(local_, record); }
  // Allocates and buries until `slot` is used again; false if that does not happen in time.
  bool ReuseSlot(uint32_t slot) {
    for (uint32_t i = 0; i < 4 * kKept; ++i) {
      TestRecord& record = Allocate();
      if (record.slot == slot) return true;
      Bury(record);
    }
    return false;
  }

  Records pool_;
  LocalSlots local_;
};

TEST_F(Pool, ATokenFindsItsRecordAndNoOther) {
  TestRecord& first = Allocate();
  TestRecord& second = Allocate();
  EXPECT_NE(first.slot, second.slot);
  EXPECT_EQ(pool_.Lookup(pool_.TokenFor(first)), &first);
  EXPECT_EQ(pool_.Lookup(pool_.TokenFor(second)), &second);
  EXPECT_EQ(first.kind, Kind::kReference);
  EXPECT_EQ(first.id, 1u);
  EXPECT_EQ(second.id, 2u);
  EXPECT_EQ(KindOf(pool_.TokenFor(first)), Kind::kReference);
}

TEST_F(Pool, WhatWasNeverGivenOutIsFoundNowhere) {
  TestRecord& record = Allocate();
  uint32_t generation = GenerationOf(pool_.TokenFor(record));
  // A later generation, the slots of the same handful, slots beyond it, and no generation at all.
  Token strangers[] = {MakeToken(Kind::kReference, record.slot, generation + 1),
                       MakeToken(Kind::kReference, record.slot + 1, 1),
                       MakeToken(Kind::kReference, record.slot + 1, 0),
                       MakeToken(Kind::kReference, record.slot, 0),
                       MakeToken(Kind::kReference, 5000, 1),
                       MakeToken(Kind::kReference, kSlotMask, UINT32_MAX)};
  for (Token token : strangers) {
    EXPECT_EQ(pool_.Lookup(token), nullptr) << std::hex << token;
    EXPECT_FALSE(pool_.WasUsed(token)) << std::hex << token;
  }
}

TEST_F(Pool, ADeadRecordIsATombstoneUntilItsSlotIsUsedAgain) {
  TestRecord& record = Allocate();
  Token token = pool_.TokenFor(record);
  uint32_t slot = record.slot;
  Bury(record);
  EXPECT_EQ(pool_.Lookup(token), &record);
  ASSERT_TRUE(ReuseSlot(slot));
  EXPECT_EQ(pool_.Lookup(token), nullptr);
  EXPECT_TRUE(pool_.WasUsed(token)) << "stale, not forged";
  EXPECT_NE(pool_.TokenFor(pool_.At(slot)), token);
}

TEST_F(Pool, TheOldestTombstoneGoesFirstAndNotTooSoon) {
  std::vector<Token> dead;
  for (uint32_t i = 0; i < kKept + 1; ++i) {
    TestRecord& record = Allocate();
    dead.push_back(pool_.TokenFor(record));
    Bury(record);
  }
  // All of different slots: none was used again so far.
  for (Token token : dead) ASSERT_NE(pool_.Lookup(token), nullptr);
  TestRecord& next = Allocate();
  EXPECT_EQ(next.slot, SlotOf(dead[0]));
  EXPECT_EQ(pool_.Lookup(dead[0]), nullptr);
  for (uint32_t i = 1; i < dead.size(); ++i) EXPECT_NE(pool_.Lookup(dead[i]), nullptr) << i;
}

TEST_F(Pool, IdsGoOnWhereSlotsAreUsedAgain) {
  uint32_t last = 0;
  std::set<uint32_t> slots;
  for (uint32_t i = 0; i < 3 * kKept; ++i) {
    TestRecord& record = Allocate();
    EXPECT_EQ(record.id, ++last);
    slots.insert(record.slot);
    Bury(record);
  }
  EXPECT_LE(slots.size(), kKept + 1);
}

TEST_F(Pool, FlagsOfAnEarlierLifeAreGone) {
  TestRecord& record = Allocate();
  uint32_t slot = record.slot;
  record.flags = kCallRefused;
  Bury(record);
  ASSERT_TRUE(ReuseSlot(slot));
  EXPECT_EQ(pool_.At(slot).flags, 0);
}

TEST_F(Pool, AGenerationThatIsUsedUpRetiresItsSlot) {
  TestRecord& record = Allocate();
  uint32_t slot = record.slot;
  record.generation.store(UINT32_MAX, std::memory_order_relaxed);
  Token last = pool_.TokenFor(record);
  Bury(record);
  EXPECT_FALSE(ReuseSlot(slot));
  EXPECT_EQ(pool_.Lookup(last), &record) << "a tombstone for ever";
  EXPECT_EQ(pool_.Lookup(MakeToken(Kind::kReference, slot, 1)), nullptr);
  EXPECT_TRUE(pool_.WasUsed(MakeToken(Kind::kReference, slot, 1)));
}

TEST_F(Pool, TheLastGenerationIsStillUsed) {
  TestRecord& record = Allocate();
  uint32_t slot = record.slot;
  record.generation.store(UINT32_MAX - 1, std::memory_order_relaxed);
  Bury(record);
  ASSERT_TRUE(ReuseSlot(slot));
  EXPECT_EQ(GenerationOf(pool_.TokenFor(pool_.At(slot))), UINT32_MAX);
}

TEST_F(Pool, AgentsUseSlotsOfTheirOwn) {
  constexpr int kAgents = 4;
  constexpr int kRecords = 200;
  std::vector<uint32_t> slots[kAgents];
  std::vector<std::thread> threads;
  for (auto& mine : slots) {
    threads.emplace_back([this, &mine] {
      LocalSlots local;
      for (int i = 0; i < kRecords; ++i) {
        mine.push_back(pool_.Allocate(local, Kind::kReference).slot);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<uint32_t> all;
  for (auto& mine : slots) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), size_t{kAgents} * kRecords);
}

// A pool of 128 slots, for these.
class SmallPool : public testing::Test {
 protected:
  SmallPool() { pool_.Reserve(); }

  RecordPool<TestRecord, 128> pool_;
  LocalSlots local_;
};

TEST_F(SmallPool, WithoutFreshSlotsTheDeadAreUsedEarly) {
  for (int i = 0; i < 127; ++i) pool_.Allocate(local_, Kind::kReference);
  TestRecord* last = &pool_.Allocate(local_, Kind::kReference);
  for (int i = 0; i < 10; ++i) {
    Token before = pool_.TokenFor(*last);
    pool_.Bury(local_, *last);
    TestRecord& next = pool_.Allocate(local_, Kind::kReference);
    EXPECT_EQ(&next, last) << "the only one that is dead";
    EXPECT_EQ(pool_.Lookup(before), nullptr);
  }
}

TEST_F(SmallPool, OfTheDeadTheOldestIsUsedEarlyFirst) {
  std::vector<TestRecord*> records;
  for (int i = 0; i < 128; ++i) records.push_back(&pool_.Allocate(local_, Kind::kReference));
  for (int i : {3, 1, 2}) pool_.Bury(local_, *records[i]);
  for (int i : {3, 1, 2}) EXPECT_EQ(&pool_.Allocate(local_, Kind::kReference), records[i]);
}

using SmallPoolDeathTest = SmallPool;

TEST_F(SmallPoolDeathTest, WithoutAnyRoomItEndsWithALine) {
  for (int i = 0; i < 128; ++i) pool_.Allocate(local_, Kind::kReference);
  EXPECT_DEATH(pool_.Allocate(local_, Kind::kReference), "more than 128 live objects of one kind");
}

}  // namespace
}  // namespace napisan::checker
