// Undefined behaviour in execute.
#include <climits>

#include "planted.h"

namespace {
volatile int large = INT_MAX;
}

int main() {
  napisan::planted::Planted planted;
  planted.RunOne([](napi_env, void*) { large = large + 1; });
}
