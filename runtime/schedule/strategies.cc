#include "schedule/strategies.h"

#include "schedule/state.h"

namespace napisan::schedule {
namespace {

// splitmix64: a schedule's seed is one number, and neighbours have nothing in common.
class Random {
 public:
  void Seed(uint64_t seed) { state_ = seed; }
  uint64_t Next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  // 0 … below - 1.
  uint32_t Below(uint32_t below) { return static_cast<uint32_t>((Next() >> 32) * below >> 32); }

 private:
  uint64_t state_ = 0;
};

class RandomStrategy final : public Strategy {
 public:
  void Prepare(uint64_t seed, uint32_t percent) {
    random_.Seed(seed);
    percent_ = percent;
  }
  int Choose(const Candidates& candidates) override {
    if (random_.Below(100) >= percent_) return candidates.usual;
    return static_cast<int>(random_.Below(static_cast<uint32_t>(candidates.count)));
  }

 private:
  Random random_;
  uint32_t percent_ = 0;
};

// Probabilistic concurrency testing (Burckhardt and others, 2010): of a schedule with k points and
// n threads, a bug that takes d orderings is found with a probability of at least 1 / (n k^(d-1)).
class Pct final : public Strategy {
 public:
  void Prepare(uint64_t seed, uint32_t depth, uint32_t decisions) {
    random_.Seed(seed);
    depth_ = depth;
    decision_ = 0;
    lowest_ = kLowest;
    uint32_t length = decisions < 1 ? 1 : decisions;
    for (uint32_t i = 0; i + 1 < depth_; ++i) changes_[i] = random_.Below(length);
  }
  void Begin(Strand* strands, int end) override {
    for (int id = 0; id < end; ++id) {
      if (strands[id].state != StrandState::kFree) OnNew(strands[id]);
    }
  }
  void OnNew(Strand& strand) override { strand.priority = kLowest + 1 + random_.Below(1u << 30); }
  void OnYield(Strand& strand) override { strand.priority = --lowest_; }
  int Choose(const Candidates& candidates) override {
    for (uint32_t i = 0; i + 1 < depth_; ++i) {
      // Below all that were given at random, and among each other as they were drawn.
      if (changes_[i] == decision_ && candidates.current != kNobody) {
        state.strands[candidates.ids[candidates.current]].priority = --lowest_;
      }
    }
    ++decision_;
    int highest = 0;
    for (int i = 1; i < candidates.count; ++i) {
      if (state.strands[candidates.ids[i]].priority >
          state.strands[candidates.ids[highest]].priority) {
        highest = i;
      }
    }
    return highest;
  }

 private:
  static constexpr uint32_t kLowest = 1u << 30;
  Random random_;
  uint32_t depth_ = 1;
  uint32_t decision_ = 0;
  uint32_t lowest_ = kLowest;
  uint32_t changes_[8] = {};
};

// Each schedule as likely as any other, as far as the one before tells how long each strand is.
class Walk final : public Strategy {
 public:
  void Prepare(uint64_t seed, const Search& search) {
    random_.Seed(seed);
    search_ = &search;
  }
  int Choose(const Candidates& candidates) override {
    uint64_t total = 0;
    for (int i = 0; i < candidates.count; ++i) total += LeftOf(candidates.ids[i]);
    uint64_t at = random_.Below(static_cast<uint32_t>(total));
    for (int i = 0; i < candidates.count; ++i) {
      uint64_t left = LeftOf(candidates.ids[i]);
      if (at < left) return i;
      at -= left;
    }
    return candidates.usual;
  }

 private:
  uint64_t LeftOf(uint16_t id) const {
    uint64_t expected = search_->points[id];
    uint64_t done = state.strands[id].points;
    return expected > done ? expected - done : 1;
  }
  Random random_;
  const Search* search_ = nullptr;
};

// As a machine under load, or a debugger, does it to a thread.
class Starve final : public Strategy {
 public:
  void Prepare(uint64_t seed, uint32_t decisions) {
    random_.Seed(seed);
    length_ = decisions < 8 ? 8 : decisions;
    left_ = 0;
    until_next_ = random_.Below(length_);
    victim_ = kNobody;
  }
  int Choose(const Candidates& candidates) override {
    if (left_ == 0) {
      victim_ = kNobody;
      if (until_next_ > 0) {
        --until_next_;
      } else {
        victim_ = candidates.ids[random_.Below(static_cast<uint32_t>(candidates.count))];
        left_ = 1 + random_.Below(length_);
        until_next_ = random_.Below(length_);
      }
    } else {
      --left_;
    }
    if (candidates.ids[candidates.usual] != victim_) return candidates.usual;
    int index = static_cast<int>(random_.Below(static_cast<uint32_t>(candidates.count - 1)));
    return index < candidates.usual ? index : index + 1;
  }

 private:
  Random random_;
  uint32_t length_ = 8;
  uint32_t left_ = 0;
  uint32_t until_next_ = 0;
  int victim_ = kNobody;
};

// A rank counts the choices from the usual one on.
int IndexOf(int rank, int usual) { return rank == 0 ? usual : rank <= usual ? rank - 1 : rank; }
int RankOf(int index, int usual) { return index == usual ? 0 : index < usual ? index + 1 : index; }

class Path final : public Strategy {
 public:
  void Prepare(const Search& search) {
    search_ = &search;
    decision_ = 0;
  }
  int Choose(const Candidates& candidates) override {
    uint32_t decision = decision_++;
    if (decision >= search_->path_length) return candidates.usual;
    int rank = search_->path[decision];
    return rank < candidates.count ? IndexOf(rank, candidates.usual) : candidates.usual;
  }

 private:
  const Search* search_ = nullptr;
  uint32_t decision_ = 0;
};

class Replay final : public Strategy {
 public:
  void Prepare(const Deviation* deviations, uint32_t count, Record& record) {
    deviations_ = deviations;
    count_ = count;
    next_ = 0;
    record_ = &record;
  }
  int Choose(const Candidates& candidates) override {
    // Nearly always the next one.
    for (uint32_t i = 0; i < count_; ++i) {
      uint32_t index = (next_ + i) % count_;
      if (!(deviations_[index].key == candidates.key)) continue;
      next_ = index + 1;
      for (int choice = 0; choice < candidates.count; ++choice) {
        if (candidates.ids[choice] == deviations_[index].strand) return choice;
      }
      ++record_->divergences;
      break;
    }
    return candidates.usual;
  }

 private:
  const Deviation* deviations_ = nullptr;
  uint32_t count_ = 0;
  uint32_t next_ = 0;
  Record* record_ = nullptr;
};

constinit UsualStrategy usual;
constinit FairStrategy round_robin;
constinit RandomStrategy random_strategy;
constinit Pct pct;
constinit Walk walk;
constinit Starve starve;
constinit Path path;
constinit Replay replay;

// Whether a choice counts for the bound.
bool Counts(StrategyKind kind, const Decision& decision, int index) {
  if (kind == StrategyKind::kNear) return index != decision.usual_index;
  return decision.current != kNobody && index != decision.current;
}

// Depth first: the last choice that has another one, within the bound.
void NextPath(const Record& record, const StrategyRow& row, Search& search) {
  uint32_t count = record.decision_count;
  if (count > kPathMax) {
    search.left_out = true;
    count = kPathMax;
  }
  uint32_t counted = 0;
  uint32_t length = 0;
  uint16_t rank = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const Decision& decision = record.decisions[i];
    int own = RankOf(decision.index, decision.usual_index);
    search.path[i] = static_cast<uint16_t>(own);
    for (int other = own + 1; other < decision.candidates; ++other) {
      bool counts = Counts(row.kind, decision, IndexOf(other, decision.usual_index));
      if (counted + (counts ? 1 : 0) > row.parameter) continue;
      length = i + 1;
      rank = static_cast<uint16_t>(other);
      break;
    }
    if (Counts(row.kind, decision, decision.index)) ++counted;
  }
  search.over = length == 0;
  search.path_length = length;
  if (length > 0) search.path[length - 1] = rank;
}

}  // namespace

Strategy& Prepare(const StrategyRow& row, uint64_t seed, Search& search) {
  switch (row.kind) {
    case StrategyKind::kUsual:
      return usual;
    case StrategyKind::kRoundRobin:
      return round_robin;
    case StrategyKind::kRandom:
      random_strategy.Prepare(seed, row.parameter);
      return random_strategy;
    case StrategyKind::kPct:
      pct.Prepare(seed, row.parameter, search.decisions);
      return pct;
    case StrategyKind::kWalk:
      walk.Prepare(seed, search);
      return walk;
    case StrategyKind::kStarve:
      starve.Prepare(seed, search.decisions);
      return starve;
    case StrategyKind::kExhaustive:
    case StrategyKind::kNear:
      path.Prepare(search);
      return path;
  }
  return usual;
}

Strategy& PrepareReplay(const Deviation* deviations, uint32_t count, Record& record) {
  replay.Prepare(deviations, count, record);
  return replay;
}

void Advance(const StrategyRow& row, const Record& record, Search& search) {
  search.decisions = record.decision_count;
  if (IsExhaustive(row.kind)) NextPath(record, row, search);
}

void KeepPoints(Search& search) {
  for (int id = 0; id < state.end; ++id) search.points[id] = state.strands[id].points;
}

}  // namespace napisan::schedule
