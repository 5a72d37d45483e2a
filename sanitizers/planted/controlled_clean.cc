// Under control, and right: the variable has a mutex.
#include <mutex>

#include "controlled.h"

namespace {
std::mutex mutex;
int shared = 0;
void Count() {
  std::lock_guard lock(mutex);
  ++shared;
}
}  // namespace

int main(int argc, char** argv) { return napisan::planted::ExploreOneWork(Count, argc, argv); }
