// Under control: the agent and execute count in one plain variable, with nothing between them but
// the scheduler's own hand-over. A sanitizer that saw that would take it for order.
#include "controlled.h"

namespace {
int shared = 0;
void Count() { ++shared; }
}  // namespace

int main(int argc, char** argv) { return napisan::planted::ExploreOneWork(Count, argc, argv); }
