// Runs exported cases, each of which was compiled with a main of its own name, one after another:
// those that the arguments name.

#include <cstdio>
#include <cstring>

#define CASE(name) int main_of_##name();
#include "exported_cases.def"
#undef CASE

namespace {

struct Exported {
  const char* name;
  int (*run)();
};

constexpr Exported kExported[] = {
#define CASE(name) {#name, main_of_##name},
#include "exported_cases.def"
};

}  // namespace

int main(int argc, char** argv) {
  int ran = 0;
  for (int i = 1; i < argc; ++i) {
    for (const Exported& each : kExported) {
      if (std::strcmp(argv[i], each.name) != 0) continue;
      std::printf("%s: ", each.name);
      std::fflush(stdout);
      // Where something is another it says so, and ends the process.
      if (int status = each.run(); status != 0) return status;
      ++ran;
    }
  }
  return ran > 0 && ran == argc - 1 ? 0 : 2;
}
