#include "seeds.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "program.h"
#include "program_text.h"

namespace napisan::fuzz {
namespace {

struct Seed {
  const char* name;
  const char* text;
};

constexpr Seed kSeeds[] = {
#define SEED(name, text) {#name, text},
#include "seeds.def"
};

}  // namespace

bool WriteSeeds(const std::string& folder, size_t& written, std::string& error) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  for (const Seed& seed : kSeeds) {
    Program program;
    if (!Parse(seed.text, program, error)) {
      error = fmt::format("seed {}: {}", seed.name, error);
      return false;
    }
    uint8_t bytes[kBytesMax];
    size_t size = Encode(program, bytes);
    std::string path = folder + "/" + seed.name;
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes), static_cast<std::streamsize>(size));
    file.close();
    if (!file) {
      error = "cannot write " + path;
      return false;
    }
    ++written;
  }
  return true;
}

}  // namespace napisan::fuzz
