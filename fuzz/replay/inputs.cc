#include "replay/inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace napisan::fuzz {
namespace {

namespace fs = std::filesystem;

Bytes ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) Refuse("cannot read " + path);
  Bytes bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) Refuse("cannot read " + path);
  return bytes;
}

Bytes FromText(const std::string& path, const Bytes& text) {
  Bytes bytes;
  std::string error;
  std::string_view view(reinterpret_cast<const char*>(text.data()), text.size());
  if (!TheTarget().FromText(view, bytes, error)) Refuse(path + ": " + error);
  return bytes;
}

void ListFiles(const std::string& path, std::vector<std::string>& files) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    files.push_back(path);
    return;
  }
  size_t before = files.size();
  for (fs::recursive_directory_iterator at(path, error), end; !error && at != end;
       at.increment(error)) {
    if (at->is_regular_file()) files.push_back(at->path().string());
  }
  if (error) Refuse("cannot read " + path + ": " + error.message());
  std::sort(files.begin() + static_cast<ptrdiff_t>(before), files.end());
}

}  // namespace

void Refuse(const std::string& why) {
  std::fflush(stdout);
  std::fputs(fmt::format("replay: {}\n", why).c_str(), stderr);
  std::exit(2);
}

std::vector<Input> ReadInputs(const std::vector<std::string>& paths, bool text) {
  std::vector<std::string> files;
  for (const std::string& path : paths) ListFiles(path, files);
  std::vector<Input> inputs;
  for (const std::string& path : files) {
    Bytes bytes = ReadFile(path);
    if (text) bytes = FromText(path, bytes);
    inputs.push_back({path, std::move(bytes)});
  }
  return inputs;
}

Bytes RandomInput(const Target& target, uint64_t seed) {
  Bytes bytes;
  if (!target.MakeRandom(seed, bytes)) Refuse("this target makes no random inputs");
  return bytes;
}

size_t WriteSeeds(const Target& target, const std::string& folder) {
  std::vector<NamedText> seeds = target.seeds();
  if (seeds.empty()) Refuse("the seeds of this target are files already");
  std::error_code failure;
  fs::create_directories(folder, failure);
  for (const NamedText& seed : seeds) {
    Bytes bytes;
    std::string error;
    if (!target.FromText(seed.text, bytes, error)) {
      Refuse(fmt::format("seed {}: {}", seed.name, error));
    }
    std::string path = folder + "/" + seed.name;
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    file.close();
    if (!file) Refuse("cannot write " + path);
  }
  return seeds.size();
}

}  // namespace napisan::fuzz
