#include "checker/values.h"

#include <cstdio>
#include <cstdlib>

#include "checker/memory.h"

namespace napisan::checker {

ValueTable::ValueTable(uint32_t agent)
    : entries_(static_cast<Entry*>(ReserveMemory(kEntries * sizeof(Entry)))),
      scopes_(static_cast<Scope*>(ReserveMemory(kScopes * sizeof(Scope)))),
      closed_(static_cast<ClosedScope*>(ReserveMemory(kClosedKept * sizeof(ClosedScope)))),
      tag_(ValueTag(agent)) {}

// After 2^32 scopes, minutes of nothing else: old tokens must not come alive again, so
// the table continues above every index that has been used, and the old entries stay as they are.
void ValueTable::RestartEpochs() {
  uint32_t first_unused = top_;
  while (first_unused < kEntries && entries_[first_unused].token != 0) {
    ++first_unused;
  }
  top_ = base_ = first_unused;
  last_epoch_ = 0;
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
