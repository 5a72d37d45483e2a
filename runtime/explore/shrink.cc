#include "explore/shrink.h"

#include <algorithm>

namespace napisan::explore {

Deviations Shrink(Deviations deviations, const std::function<bool(const Deviations&)>& fails,
                  uint32_t limit) {
  // Without any, in one step: then no schedule is to blame.
  if (!deviations.empty() && limit > 0 && fails({})) return {};
  if (limit > 0) --limit;
  for (size_t part = std::max<size_t>(deviations.size() / 2, 1); limit > 0;) {
    bool removed = false;
    for (size_t begin = 0; begin < deviations.size() && limit > 0;) {
      size_t end = std::min(begin + part, deviations.size());
      Deviations fewer(deviations.begin(), deviations.begin() + static_cast<ptrdiff_t>(begin));
      fewer.insert(fewer.end(), deviations.begin() + static_cast<ptrdiff_t>(end), deviations.end());
      --limit;
      if (fails(fewer)) {
        deviations = std::move(fewer);
        removed = true;
      } else {
        begin = end;
      }
    }
    // One at a time until none can go.
    if (part == 1 && !removed) break;
    part = std::max<size_t>(part / 2, 1);
  }
  return deviations;
}

}  // namespace napisan::explore
