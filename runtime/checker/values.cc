#include "checker/values.h"

#include <cstdio>
#include <cstdlib>

#include "checker/memory.h"

namespace napisan::checker {

ValueTable::ValueTable(uint32_t agent, uint32_t last_epoch)
    : entries_(static_cast<Entry*>(ReserveMemory(kEntries * sizeof(Entry)))),
      scopes_(static_cast<Scope*>(ReserveMemory(kScopes * sizeof(Scope)))),
      closed_(static_cast<Scope*>(ReserveMemory(kClosedKept * sizeof(Scope)))),
      last_epoch_(last_epoch),
      tag_(ValueTag(agent)) {}

// After 2^32 scopes, minutes of nothing else: old tokens must not come alive again, so the table
// continues above every index that has been used. What is still open below keeps its entries.
void ValueTable::RestartEpochs() {
  uint32_t first_unused = top_;
  for (; first_unused < kEntries && entries_[first_unused].token != 0; ++first_unused) {
    entries_[first_unused].token = 0;
  }
  top_ = base_ = first_unused;
  last_epoch_ = 0;
}

// A scope that was open when the epochs ran out has closed.
void ValueTable::DropBelowBase() {
  for (; top_ < base_; ++top_) entries_[top_].token = 0;
}

const Scope* ValueTable::FindClosed(Token token) const {
  uint32_t epoch = EpochOf(token);
  for (uint32_t at = depth_; at < kScopes && scopes_[at].epoch != 0; ++at) {
    if (scopes_[at].epoch == epoch) return &scopes_[at];
  }
  const Scope& kept = closed_[epoch % kClosedKept];
  return kept.epoch == epoch ? &kept : nullptr;
}

const Scope* ValueTable::InnermostCallback() const {
  for (uint32_t at = depth_; at-- > 0;) {
    if (scopes_[at].type == Scope::Type::kCallback) return &scopes_[at];
  }
  return nullptr;
}

bool ValueTable::IsOfOpenScope(Token token) const {
  for (uint32_t at = 0; at < depth_; ++at) {
    if (scopes_[at].epoch == EpochOf(token)) return true;
  }
  return false;
}

void ValueTable::Reset() {
  top_ = base_;
  depth_ = 0;
}

void ValueTable::Exhausted() {
  std::fprintf(stderr,
               "napisan: more than %u values or %u scopes are open at once; close handle scopes "
               "in loops\n",
               kEntries, kScopes);
  std::abort();
}

}  // namespace napisan::checker
