#include "cli/fuzz/thread_count.h"

#include <sys/stat.h>

#include <ctime>

namespace napisan::cli::fuzz {

int ThreadCount() {
  struct stat status;
  return stat("/proc/self/task", &status) == 0 ? static_cast<int>(status.st_nlink) - 2 : 0;
}

bool StaysAbove(int threads) {
  constexpr int kTries = 20;
  constexpr timespec kPause{0, 1'000'000};
  for (int i = 0; i < kTries; ++i) {
    if (ThreadCount() <= threads) return false;
    nanosleep(&kPause, nullptr);
  }
  return true;
}

}  // namespace napisan::cli::fuzz
