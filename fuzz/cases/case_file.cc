#include "case_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "case_text.h"
#include "palette.h"

namespace napisan::cases {
namespace {

struct Target {
  const char* name;
  PaletteId palette;
};

constexpr Target kTargets[] = {
#define PALETTE(name, ...) {"fuzz_" #name, PaletteId::k_##name},
#include "palettes.def"
};

const Palette* FindTarget(const std::string& name) {
  for (const Target& target : kTargets) {
    if (name == target.name) return &PaletteOf(target.palette);
  }
  return nullptr;
}

bool ReadWhole(const std::string& path, std::string& data) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return false;
  char buffer[4096];
  while (size_t count = std::fread(buffer, 1, sizeof(buffer), file)) data.append(buffer, count);
  // A folder opens, and cannot be read.
  bool read = std::ferror(file) == 0;
  int why = errno;
  std::fclose(file);
  errno = why;
  return read;
}

}  // namespace

bool IsTarget(const std::string& name) { return FindTarget(name) != nullptr; }

Pool PoolOf(const std::string& target) { return FindTarget(target)->pool; }

std::string TargetNames() {
  std::string names;
  for (const Target& target : kTargets) {
    names += names.empty() ? target.name : fmt::format(", {}", target.name);
  }
  return names;
}

bool ReadCase(const std::string& path, const std::string& target, Case& result,
              std::string& error) {
  std::string data;
  if (!ReadWhole(path, data)) {
    error = fmt::format("cannot read {}: {}", path, std::strerror(errno));
    return false;
  }
  if (!IsText(data)) {
    // Also none at all: it is an input like others.
    Decode(reinterpret_cast<const uint8_t*>(data.data()), data.size(), *FindTarget(target), result);
    return true;
  }
  if (Parse(data, result, error)) return true;
  error = path + ": " + error;
  return false;
}

bool WriteCase(const std::string& path, const std::string& target, const Case& from,
               std::string& error) {
  uint8_t bytes[kBytesMax];
  size_t size = Encode(from, bytes);
  Case again;
  Decode(bytes, size, *FindTarget(target), again);
  if (again.tier != from.tier) {
    error = target + " runs no cases of this tier";
    return false;
  }
  for (size_t i = 0; i < from.count; ++i) {
    if (again.operations[i].what == from.operations[i].what) continue;
    error = fmt::format("{} has no {}", target, NameOf(from.operations[i]));
    return false;
  }
  return WriteWhole(path, {reinterpret_cast<const char*>(bytes), size}, error);
}

bool WriteWhole(const std::string& path, const std::string& content, std::string& error) {
  std::string part = path + ".part";
  std::ofstream file(part, std::ios::binary);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  if (file && std::rename(part.c_str(), path.c_str()) == 0) return true;
  error = fmt::format("cannot write {}: {}", path, std::strerror(errno));
  std::remove(part.c_str());
  return false;
}

}  // namespace napisan::cases
