// Writes all generated programs to a file: conformance_generate FILE [SEED COUNT]

#include <cstdio>
#include <cstdlib>

#include "generate.h"

int main(int argc, char** argv) {
  using namespace napisan::conformance;
  if (argc != 2 && argc != 4) {
    std::fprintf(stderr, "usage: %s FILE [SEED COUNT]\n", argv[0]);
    return 2;
  }
  std::vector<std::string> programs;
  GenerateSweeps(programs);
  GenerateStopping(programs);
  GenerateProperties(programs);
  uint64_t seed = argc == 4 ? std::strtoull(argv[2], nullptr, 10) : 1;
  GenerateRandom(seed, argc == 4 ? std::atoi(argv[3]) : 1500, programs);
  std::FILE* file = std::fopen(argv[1], "w");
  if (file == nullptr) {
    std::perror(argv[1]);
    return 2;
  }
  for (const std::string& program : programs) std::fprintf(file, "%s\n", program.c_str());
  if (std::fclose(file) != 0) return 2;
  std::printf("%zu programs\n", programs.size());
  return 0;
}
