#include "attempt.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

#include "companion.h"
#include "runner.h"

// Where there is one, what libFuzzer would ask after an input.
extern "C" [[gnu::weak]] int CheckLeaks() __asm__("__lsan_do_recoverable_leak_check");

namespace napisan::cases {
namespace {

constexpr size_t kOutputMax = 256 * 1024;

[[noreturn]] void Give(const char* what) {
  std::fprintf(stderr, "napisan: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

// What the child tells, whatever becomes of it.
struct Told {
  uint64_t trace;
  uint64_t alike;
  uint32_t performed;
  uint32_t left_out;
  Links links;
};

Told& SharedTold() {
  static Told* told = [] {
    void* memory =
        mmap(nullptr, sizeof(Told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) Give("no memory to share");
    return static_cast<Told*>(memory);
  }();
  return *told;
}

// Numbers, addresses and the blanks between them become one #.
std::string WithoutNumbers(std::string_view line) {
  std::string kept;
  for (size_t i = 0; i < line.size();) {
    auto is_digit = [&](size_t at) {
      return at < line.size() && std::isdigit(static_cast<unsigned char>(line[at])) != 0;
    };
    bool in_word =
        i > 0 && (std::isalnum(static_cast<unsigned char>(line[i - 1])) != 0 || line[i - 1] == '_');
    if (!is_digit(i) || in_word) {
      kept += line[i++];
      continue;
    }
    while (i < line.size() && std::isalnum(static_cast<unsigned char>(line[i])) != 0) ++i;
    if (kept.size() >= 2 && kept.substr(kept.size() - 2) == "# ") kept.resize(kept.size() - 2);
    kept += '#';
  }
  return kept;
}

std::string_view LineWith(std::string_view text, std::string_view words) {
  size_t at = text.find(words);
  if (at == text.npos) return {};
  size_t begin = text.rfind('\n', at);
  begin = begin == text.npos ? 0 : begin + 1;
  return text.substr(begin, std::min(text.find('\n', at), text.size()) - begin);
}

// Reads until the child has ended; false after the time.
bool Read(int pipe, double timeout_seconds, std::string& output) {
  using Clock = std::chrono::steady_clock;
  auto deadline = Clock::now() + std::chrono::duration<double>(timeout_seconds);
  while (true) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{pipe, POLLIN, 0};
    if (poll(&waiting, 1, static_cast<int>(std::min<int64_t>(left.count(), 60000))) <= 0) continue;
    char buffer[4096];
    ssize_t count = read(pipe, buffer, sizeof(buffer));
    if (count == 0) return true;
    if (count < 0 && errno != EINTR) return true;
    if (count > 0 && output.size() < kOutputMax) output.append(buffer, static_cast<size_t>(count));
  }
}

[[noreturn]] void BeChild(int pipe, pid_t parent, const std::function<void()>& body) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  dup2(pipe, STDERR_FILENO);
  body();
  if (CheckLeaks != nullptr && CheckLeaks() != 0) _exit(1);
  _exit(0);
}

}  // namespace

std::string KindOfFailure(const std::string& output, const std::string& end) {
  for (std::string_view words : {"case: FAILED: ", "SUMMARY: ", ": runtime error: "}) {
    std::string_view line = LineWith(output, words);
    if (!line.empty()) return WithoutNumbers(line);
  }
  std::string_view first = std::string_view(output).substr(0, output.find('\n'));
  return first.empty() ? end : end + ": " + WithoutNumbers(first);
}

Attempt TryBody(const std::function<void()>& body, double timeout_seconds) {
  int pipes[2];
  if (pipe2(pipes, O_CLOEXEC) != 0) Give("no pipe");
  std::fflush(nullptr);
  SharedTold() = {};
  pid_t parent = getpid();
  pid_t child = fork();
  if (child < 0) Give("cannot fork");
  if (child == 0) BeChild(pipes[1], parent, body);
  close(pipes[1]);
  Attempt attempt{};
  bool ended = Read(pipes[0], timeout_seconds, attempt.output);
  close(pipes[0]);
  if (!ended) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  const Told& told = SharedTold();
  attempt.trace = told.trace;
  attempt.alike = told.alike;
  attempt.performed = told.performed;
  attempt.left_out = told.left_out;
  attempt.links = told.links;
  if (!ended) {
    attempt.failure = "hang";
  } else if (WIFSIGNALED(status)) {
    attempt.failure = KindOfFailure(attempt.output, strsignal(WTERMSIG(status)));
  } else if (WEXITSTATUS(status) != 0) {
    attempt.failure =
        KindOfFailure(attempt.output, fmt::format("exit status {}", WEXITSTATUS(status)));
  }
  return attempt;
}

Attempt Try(const Case& program, const AttemptOptions& options, const MakeRecorder& make) {
  return TryBody(
      [&] {
        Told& told = SharedTold();
        bool compares = options.pool == Pool::kMirrored;
        std::unique_ptr<Companion> companion;
        if (compares) companion = std::make_unique<Companion>();
        // On the heap, as in the targets: on the stack the checker would look for handles.
        auto runner = std::make_unique<Runner>(options.pool, compares);
        for (uint64_t i = 0; i < options.times; ++i) {
          told.links = {};
          std::unique_ptr<Recorder> made =
              make ? make(runner->world(), told.links)
                   : std::make_unique<LinkRecorder>(program, told.links);
          recorder = made.get();
          runner->Run(program);
          recorder = nullptr;
          if (compares) companion->Run(program);
          if (compares) companion->MustAgree(*runner);
          if (i == 0) told.trace = runner->trace_hash();
          told.alike += runner->trace_hash() == told.trace;
          told.performed = runner->world().performed;
          told.left_out = runner->world().left_out;
        }
      },
      options.timeout_seconds);
}

}  // namespace napisan::cases
