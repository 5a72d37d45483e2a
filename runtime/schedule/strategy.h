// Strategy: which of the strands that can go on does.
//
// Threads: whoever decides calls it; one at a time. It may not allocate, lock or call the C
// library, and it is not instrumented: see CMakeLists.txt.
#pragma once

#include <cstdint>

#include "schedule/strand.h"

namespace napisan::schedule {

// Which decision it is: of the strand that came to a point, its how manieth point that is in the
// schedule, and how many decisions it had brought before. The same in two schedules that have gone
// different ways elsewhere, which a count of all decisions would not be.
struct DecisionKey {
  uint16_t strand = 0;  // kOutsideKey where no strand came to a point
  uint16_t ordinal = 0;
  uint32_t point = 0;
  bool operator==(const DecisionKey&) const = default;
};
inline constexpr uint16_t kOutsideKey = 0xffff;

// Candidates in the order of their ids; two or more.
struct Candidates {
  const uint16_t* ids;
  int count;
  // Index of the one that goes on where no strategy says otherwise.
  int usual;
  // Index of the running strand; kNobody where it cannot go on, or waits for others.
  int current;
  // Waiters of one condition variable or futex, of which one is woken.
  bool waiters;
  DecisionKey key = {};
};

class Strategy {
 public:
  // A schedule begins; `strands` are alive, those with an id.
  virtual void Begin(Strand* strands, int end) {
    (void)strands;
    (void)end;
  }
  virtual void OnNew(Strand& strand) { (void)strand; }
  // It has said that it waits for others: it yields, sleeps or spins.
  virtual void OnYield(Strand& strand) { (void)strand; }
  // An index into the candidates.
  virtual int Choose(const Candidates& candidates) = 0;

 protected:
  ~Strategy() = default;
};

// The one that each thread would have taken with a CPU of its own and no haste: nobody is
// preempted.
class UsualStrategy final : public Strategy {
 public:
  int Choose(const Candidates& candidates) override { return candidates.usual; }
};

// Everybody in turn.
class FairStrategy final : public Strategy {
 public:
  int Choose(const Candidates& candidates) override {
    if (candidates.current == kNobody) return candidates.usual;
    return (candidates.current + 1) % candidates.count;
  }
};

}  // namespace napisan::schedule
