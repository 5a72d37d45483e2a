#include "checker/symbolize.h"

#include <cxxabi.h>
#include <fmt/format.h>
#include <unistd.h>
#include <unwind.h>

#include <climits>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string_view>
#include <vector>

#include "checker/images.h"
#include "checker/symbolize_file.h"

namespace napisan::checker {
namespace {

std::string Demangle(const std::string& name) {
  int status = 0;
  char* plain = abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status);
  if (status != 0 || plain == nullptr) return name;
  std::string result = plain;
  std::free(plain);
  return result;
}

// "Foo(int, char)" is long and is told apart by its line: the name alone stays. What stands in
// brackets before it, as in "(anonymous namespace)::Foo()" or "operator()(int)", is no list.
std::string WithoutParameters(const std::string& name) {
  if (name.empty() || name.find(')') == std::string::npos) return name;
  int depth = 0;
  for (size_t at = name.rfind(')') + 1; at-- > 0;) {
    if (name[at] == ')') ++depth;
    if (name[at] != '(' || --depth != 0) continue;
    bool scope = name.compare(at, 11, "(anonymous ") == 0 || at == 0;
    bool call_operator = at >= 8 && name.compare(at - 8, 8, "operator") == 0;
    return scope || call_operator ? name : name.substr(0, at);
  }
  return name;
}

std::string RelativeToHere(const std::string& file) {
  char here[PATH_MAX];
  if (getcwd(here, sizeof(here)) == nullptr) return file;
  std::string normal = std::filesystem::path(file).lexically_normal().string();
  std::string_view path = normal;
  std::string_view prefix = here;
  bool below = path.size() > prefix.size() + 1 && path.substr(0, prefix.size()) == prefix &&
               path[prefix.size()] == '/';
  return std::string(below ? path.substr(prefix.size() + 1) : path);
}

// Symbols of one image are looked up by one thread at a time; so is everything, for simplicity.
std::mutex& SymbolMutex() {
  static auto* mutex = new std::mutex;
  return *mutex;
}

struct Walk {
  std::vector<uintptr_t> pcs;
  size_t max;
};

_Unwind_Reason_Code OnFrame(_Unwind_Context* context, void* data) {
  auto& walk = *static_cast<Walk*>(data);
  int before = 0;
  uintptr_t pc = _Unwind_GetIPInfo(context, &before);
  if (pc == 0) return _URC_END_OF_STACK;
  walk.pcs.push_back(before != 0 ? pc + 1 : pc);
  return walk.pcs.size() < walk.max ? _URC_NO_REASON : _URC_END_OF_STACK;
}

bool StartsWith(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

// Whether a frame belongs to the rooms of the runtime or is a Node-API function, whichever file
// they are linked into.
bool IsOurs(std::string_view function) {
  for (std::string_view start : {"napi_", "node_api_", "napisan_host_", "napisan_checker_"}) {
    if (StartsWith(function, start)) return true;
  }
  for (std::string_view room :
       {"napisan::checker::", "napisan::host::", "napisan::attach::", "napisan::internal::"}) {
    // The result's type comes first in the name of a template's instance.
    if (StartsWith(function, room) || function.find(fmt::format(" {}", room)) != function.npos) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string PlainName(const std::string& symbol) { return WithoutParameters(Demangle(symbol)); }

void Locate(CodeLocation& location) {
  if (location.pc == 0 || !location.image.empty()) return;
  ImageOffset found = Resolve(location.pc - 1, location.image_epoch);
  if (found.image == nullptr) return;
  location.image = found.image->path;
  location.offset = found.offset;
}

void Symbolize(CodeLocation& location) {
  if (!location.function.empty() || location.pc == 0) return;
  ImageOffset found = Resolve(location.pc - 1, location.image_epoch);
  if (found.image == nullptr) return;
  location.image = found.image->path;
  location.offset = found.offset;
  std::lock_guard lock(SymbolMutex());
  FileSymbol symbol = FindFileSymbol(*found.image, found.offset);
  location.function = PlainName(symbol.function);
  if (!symbol.file.empty() && symbol.line > 0) {
    location.file = RelativeToHere(symbol.file);
    location.line = symbol.line;
  }
}

int CaptureStack(CodeLocation* locations, int max) {
  if (max <= 0) return 0;
  // Room for our own frames, which are dropped.
  Walk walk{{}, static_cast<size_t>(max) + 32};
  _Unwind_Backtrace(OnFrame, &walk);
  int count = 0;
  for (uintptr_t pc : walk.pcs) {
    if (count == max) break;
    CodeLocation location;
    location.pc = pc;
    location.image_epoch = CurrentImageEpoch();
    Symbolize(location);
    if (location.image.empty() || IsOurs(location.function)) continue;
    locations[count++] = std::move(location);
  }
  return count;
}

std::string ImageAndOffset(const CodeLocation& location) {
  if (location.image.empty()) return fmt::format("0x{:x}", location.pc);
  size_t slash = location.image.rfind('/');
  std::string name = slash == std::string::npos ? location.image : location.image.substr(slash + 1);
  return fmt::format("{}+0x{:x}", name, location.offset);
}

}  // namespace napisan::checker
