#include "cli/fuzz/place.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <signal.h>
#include <ucontext.h>

#include <cstdio>
#include <cstring>
#include <string_view>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define NAPISAN_SANITIZER_TELLS_CRASHES
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define NAPISAN_SANITIZER_TELLS_CRASHES
#endif

namespace napisan::cli::fuzz {
namespace {

const char* BaseName(const char* path) {
  const char* slash = std::strrchr(path, '/');
  return slash != nullptr ? slash + 1 : path;
}

std::string PlaceOf(const std::vector<checker::CodeLocation>& at) {
  if (at.empty()) return "";
  char text[32];
  std::snprintf(text, sizeof(text), "+0x%llx", static_cast<unsigned long long>(at[0].offset));
  return BaseName(at[0].image.c_str()) + std::string(text);
}

char* crash_place = nullptr;
size_t crash_place_size = 0;

bool IsModule(const char* file) {
  const char* name = BaseName(file);
  bool system = std::strncmp(name, "lib", 3) == 0 && std::strncmp(file, "/lib", 4) == 0;
  system = system || std::strncmp(file, "/usr/lib", 8) == 0;
  Dl_info own;
  bool ours = dladdr(reinterpret_cast<void*>(&IsModule), &own) != 0 &&
              std::strcmp(own.dli_fname, file) == 0;
  return !system && !ours && std::strstr(name, ".so") != name;
}

// Writes the innermost place in a module; where there is none, the innermost of all.
// Not where a sanitizer has a word of its own for crashes.
[[maybe_unused]] void OnCrash(int signal, siginfo_t*, void*) {
  constexpr int kFramesMax = 48;
  void* frames[kFramesMax];
  int count = backtrace(frames, kFramesMax);
  bool found = false;
  // The handler's own frames and the kernel's come first.
  for (int i = 2; i < count && !found; ++i) {
    Dl_info image;
    if (dladdr(frames[i], &image) == 0 || image.dli_fname == nullptr) continue;
    found = IsModule(image.dli_fname);
    if (!found && crash_place[0] != '\0') continue;
    auto offset =
        reinterpret_cast<uintptr_t>(frames[i]) - reinterpret_cast<uintptr_t>(image.dli_fbase);
    std::snprintf(crash_place, crash_place_size, "%s+0x%llx", BaseName(image.dli_fname),
                  static_cast<unsigned long long>(offset));
  }
  ::signal(signal, SIG_DFL);
  raise(signal);
}

// "    #1 0x55d0 in Name /path/file.cc:12:3": what follows "in ", of frames that are no
// allocator's.
std::string FrameIn(std::string_view line) {
  size_t at = line.find(" in ");
  if (line.find('#') == line.npos || at == line.npos) return "";
  std::string frame(line.substr(at + 4));
  for (const char* theirs :
       {"operator new", "operator delete", "malloc", "calloc", "realloc", "free", "__interceptor",
        "__asan", "__ubsan", "__tsan", "memcpy", "memset", "memmove", "strlen", "napisan::"}) {
    if (frame.compare(0, std::strlen(theirs), theirs) == 0) return "";
  }
  // Addresses differ from run to run.
  size_t bracket = frame.find(" (");
  return bracket == std::string::npos ? frame : frame.substr(0, bracket);
}

}  // namespace

std::string KeyOf(const checker::Report& report) {
  std::string place = PlaceOf(report.at);
  // What leaked is known by where it was made.
  if (place.empty() && !report.history.empty()) place = PlaceOf(report.history[0].at);
  return std::string(checker::Get(report.rule).slug) + " " +
         (report.function != nullptr ? report.function : "") + " " + place;
}

std::vector<std::string> SanitizerKeys(std::string_view output) {
  constexpr std::string_view kUndefined = ": runtime error: ";
  constexpr std::string_view kHeads[] = {"ERROR: AddressSanitizer: ", "WARNING: ThreadSanitizer: ",
                                         "WARNING: MemorySanitizer: ", "ERROR: LeakSanitizer: "};
  std::vector<std::string> keys;
  // Whether the last one waits for its place.
  bool open = false;
  while (!output.empty()) {
    std::string_view line = output.substr(0, output.find('\n'));
    output.remove_prefix(std::min(line.size() + 1, output.size()));
    if (size_t at = line.find(kUndefined); at != line.npos) {
      keys.push_back("undefined-behavior " + std::string(line.substr(0, at)));
      open = false;
      continue;
    }
    for (std::string_view head : kHeads) {
      size_t at = line.find(head);
      if (at == line.npos) continue;
      std::string_view words = line.substr(at + head.size());
      std::string_view tool = head.substr(head.find(' ') + 1);
      keys.push_back(std::string(tool.substr(0, tool.find(':'))) + " " +
                     std::string(words.substr(0, words.find_first_of(" ("))));
      open = true;
    }
    std::string frame = open ? FrameIn(line) : "";
    if (frame.empty()) continue;
    keys.back() += " " + frame;
    open = false;
  }
  return keys;
}

void RecordCrashes(char* place, size_t size) {
#if defined(NAPISAN_SANITIZER_TELLS_CRASHES)
  static_cast<void>(place);
  static_cast<void>(size);
#else
  crash_place = place;
  crash_place_size = size;
  // The first one loads a library, which a handler must not.
  void* frame = nullptr;
  backtrace(&frame, 1);
  // Room for a handler whose stack is used up.
  static char stack[64 << 10];
  stack_t alternative{};
  alternative.ss_sp = stack;
  alternative.ss_size = sizeof(stack);
  sigaltstack(&alternative, nullptr);
  struct sigaction action {};
  action.sa_sigaction = OnCrash;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND;
  for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP}) {
    sigaction(signal, &action, nullptr);
  }
#endif
}

}  // namespace napisan::cli::fuzz
