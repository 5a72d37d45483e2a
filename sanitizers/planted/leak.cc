// A module's own memory that nothing points at once its work is done. The checker's records of the
// work must not count as something that does.
#include "planted.h"

namespace {
char* volatile forgotten;
}

int main() {
  napisan::planted::Planted planted;
  planted.RunOne([](napi_env, void*) {
    forgotten = new char[4711];
    forgotten = nullptr;
  });
}
