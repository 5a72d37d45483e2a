#include "minimize.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>

namespace napisan::cases {
namespace {

constexpr const char* kPassNames[] = {"faults",   "groups", "operations",
                                      "schedule", "blocks", "operands"};
static_assert(std::size(kPassNames) == static_cast<size_t>(Pass::kCount));

// Without the operations of `dropped`.
Case Without(const Case& from, uint64_t dropped) {
  Case kept = from;
  for (size_t i = from.count; i-- > 0;) {
    if ((dropped >> i & 1) != 0) RemoveOperation(kept, i);
  }
  return kept;
}

constexpr uint64_t Bit(size_t operation) { return uint64_t{1} << operation; }

class Minimizer {
 public:
  Minimizer(const Case& failing, const MinimizeOptions& options)
      : best_(failing), options_(options) {
    tried_.insert(BytesOf(failing));
  }

  Case Run() {
    size_t found = 1;
    while (found_ != found) {
      found = found_;
      for (int pass = 0; pass < static_cast<int>(Pass::kCount); ++pass) {
        if ((options_.passes >> pass & 1) == 0) continue;
        pass_ = static_cast<Pass>(pass);
        RunPass();
      }
    }
    return best_;
  }

 private:
  static std::string BytesOf(const Case& of) {
    uint8_t bytes[kBytesMax];
    return {reinterpret_cast<const char*>(bytes), Encode(of, bytes)};
  }

  // Takes what still fails.
  bool Try(const Case& candidate) {
    if (runs_ >= options_.runs_max || !tried_.insert(BytesOf(candidate)).second) return false;
    ++runs_;
    if (!options_.still_fails(candidate)) return false;
    best_ = candidate;
    ++found_;
    if (options_.on_better) options_.on_better(best_, pass_, runs_);
    return true;
  }

  void RunPass() {
    switch (pass_) {
      case Pass::kDropFaults:
        return DropFaults();
      case Pass::kDropGroups:
        return DropGroups();
      case Pass::kDropOperations:
        return DropOperations();
      case Pass::kSimplifySchedule:
        return SimplifySchedule();
      case Pass::kMergeBlocks:
        return MergeBlocks();
      case Pass::kSimplifyOperands:
        return SimplifyOperands();
      case Pass::kCount:
        return;
    }
  }

  void DropFaults() {
    for (size_t i = best_.fault_count; i-- > 0;) {
      Case fewer = best_;
      std::copy(best_.faults + i + 1, best_.faults + best_.fault_count, fewer.faults + i);
      --fewer.fault_count;
      Try(fewer);
    }
  }

  void DropGroups() {
    if (!options_.groups) return;
    Groups groups = options_.groups(best_);
    if (groups.linked.empty()) return;
    uint64_t others = groups.unperformed;
    for (size_t i = 1; i < groups.linked.size(); ++i) others |= groups.linked[i];
    if (others != 0 && Try(Without(best_, others))) return;
    // Then what is left stays in its place, and each group is asked about.
    uint64_t dropped = 0;
    Case whole = best_;
    groups.linked.push_back(groups.unperformed);
    for (size_t i = groups.linked.size(); i-- > 0;) {
      uint64_t more = dropped | groups.linked[i];
      if (more != dropped && Try(Without(whole, more))) dropped = more;
    }
  }

  bool Drops(uint64_t dropped) { return Try(Without(best_, dropped)); }

  void DropOperations() {
    auto is_call = [&](size_t i) { return !best_.operations[i].is_step(); };
    for (size_t i = best_.count; i-- > 0;) {
      if (i < best_.count && is_call(i)) Drops(Bit(i));
    }
    // One that opens and one that closes go together only; so do one that makes and one that takes.
    for (size_t i = 0; i < best_.count; ++i) {
      for (size_t j = i + 1; is_call(i) && j < best_.count; ++j) {
        if (is_call(j) && Drops(Bit(i) | Bit(j))) j = i;
      }
    }
  }

  void SimplifySchedule() {
    for (size_t i = best_.count; i-- > 0;) {
      if (i < best_.count && best_.operations[i].is_step()) Drops(Bit(i));
    }
    // Several that the loop would do by itself.
    for (size_t i = 0; i < best_.count; ++i) {
      for (size_t j = i + 1; best_.operations[i].is_step() && j < best_.count; ++j) {
        if (!best_.operations[j].is_step()) continue;
        if (Drops(Bit(i) | Bit(j))) {
          j = i;
          continue;
        }
        Case runs = Without(best_, Bit(j));
        runs.operations[i].what =
            static_cast<uint8_t>(kFunctionCount + static_cast<int>(Step::kRun));
        if (Try(runs)) j = i;
      }
    }
    Case simpler = best_;
    simpler.schedule = 0;
    Try(simpler);
    for (simpler = best_; simpler.tier != Tier::kLegal;) {
      simpler.tier = static_cast<Tier>(static_cast<int>(simpler.tier) - 1);
      Try(simpler);
    }
    simpler = best_;
    simpler.version_10 = false;
    Try(simpler);
  }

  void MergeBlocks() {
    for (uint8_t block = 1; block < kBlocks; ++block) {
      auto moved = [&](uint8_t to, size_t first, size_t last) {
        Case merged = best_;
        for (size_t i = first; i < last; ++i) {
          Operation& operation = merged.operations[i];
          if (operation.block == block) operation.block = to;
        }
        return merged;
      };
      Try(moved(0, 0, best_.count));
      for (size_t i = 0; i < best_.count; ++i) {
        if (best_.operations[i].block == block) Try(moved(0, i, i + 1));
      }
      // The first block is the one that the operand 0 names.
      Case renamed = moved(1, 0, best_.count);
      for (size_t i = 0; i < renamed.count; ++i) {
        uint8_t& named = renamed.operations[i].operands[kOperands - 1];
        if (1 + named % (kBlocks - 1) == block) named = 0;
      }
      Try(renamed);
    }
    // A step is in no block.
    Case simpler = best_;
    for (size_t i = 0; i < simpler.count; ++i) {
      if (simpler.operations[i].is_step()) simpler.operations[i].block = 0;
    }
    Try(simpler);
  }

  void SimplifyOperands() {
    Case simpler = best_;
    for (size_t i = 0; i < simpler.count; ++i) {
      std::fill_n(simpler.operations[i].operands, kOperands, uint8_t{0});
    }
    if (Try(simpler)) return;
    for (size_t i = 0; i < best_.count; ++i) {
      simpler = best_;
      simpler.operations[i].twist = Twist::kNone;
      if (best_.operations[i].twist != Twist::kNone) Try(simpler);
      simpler = best_;
      std::fill_n(simpler.operations[i].operands, kOperands, uint8_t{0});
      if (Try(simpler)) continue;
      for (size_t j = 0; j < kOperands; ++j) SimplifyOperand(i, j);
    }
  }

  void SimplifyOperand(size_t operation, size_t at) {
    Case simpler = best_;
    uint8_t& operand = simpler.operations[operation].operands[at];
    uint8_t was = operand;
    for (int smaller : {0, 1, 2, 3, 4, was & 0x3f, was & 0x1f, was & 0x0f, was & 7}) {
      if (smaller >= was) continue;
      operand = static_cast<uint8_t>(smaller);
      if (Try(simpler)) return;
    }
  }

  Case best_;
  const MinimizeOptions& options_;
  std::set<std::string> tried_;
  Pass pass_ = Pass::kDropFaults;
  size_t runs_ = 0;
  size_t found_ = 0;
};

}  // namespace

const char* NameOf(Pass pass) { return kPassNames[static_cast<int>(pass)]; }

Case Minimize(const Case& failing, const MinimizeOptions& options) {
  return Minimizer(failing, options).Run();
}

}  // namespace napisan::cases
