// controlled_race, with a scheduler that is instrumented. Its own variables race then, too, which is
// not what this is about.
#include "controlled_race.cc"

extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() { return "race:napisan::schedule\n"; }
