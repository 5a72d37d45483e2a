// A worker frees what the agent has freed.
#include "planted.h"

namespace {
char* volatile shared = nullptr;
}

int main() {
  napisan::planted::Planted planted;
  shared = new char[16];
  delete[] shared;
  planted.RunOne([](napi_env, void*) { delete[] shared; });
}
