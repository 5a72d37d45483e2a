#include "checker/phase.h"

#include <cstdio>
#include <cstdlib>

namespace napisan::checker {

void PhaseScope::TooDeep() {
  std::fprintf(stderr,
               "napisan: more than %u callbacks of the module are inside of one another on one "
               "thread; the calls never return\n",
               ThreadState::kFramesMax);
  std::abort();
}

}  // namespace napisan::checker
