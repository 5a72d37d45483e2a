// Runs types.mjs, which is built in, with the node that is found.

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "cli/type_model.h"
#include "cli/types_script.h"

namespace napisan::cli {
namespace {

// A file in memory: what a pipe would hold, without either side waiting for the other.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view content = {}) : file_(memfd_create("napisan", 0)) {
    while (!content.empty()) {
      ssize_t written = write(file_, content.data(), content.size());
      if (written <= 0) break;
      content.remove_prefix(static_cast<size_t>(written));
    }
    lseek(file_, 0, SEEK_SET);
  }
  ~MemoryFile() { close(file_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  int descriptor() const { return file_; }
  std::string Read() const {
    std::string text;
    char buffer[4096];
    for (off_t at = 0;;) {
      ssize_t count = pread(file_, buffer, sizeof(buffer), at);
      if (count <= 0) return text;
      text.append(buffer, static_cast<size_t>(count));
      at += count;
    }
  }

 private:
  int file_;
};

std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

bool ReadTypes(const std::string& file, TypeModel& model, std::string& problem) {
  const char* named = std::getenv("NAPISAN_NODE");
  const char* node = named != nullptr && *named != '\0' ? named : "node";
  MemoryFile script(kTypesScript);
  MemoryFile output;
  MemoryFile errors;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, script.descriptor(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.descriptor(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors.descriptor(), STDERR_FILENO);
  std::string words[] = {node, "--input-type=module", "-", file};
  char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), words[3].data(), nullptr};
  pid_t child = 0;
  int error = posix_spawnp(&child, node, &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    problem = std::string("--types: cannot run ") + node + ": " + std::strerror(error) +
              "; name a Node.js in NAPISAN_NODE, or put one in PATH";
    return false;
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  bool known = WIFEXITED(status) && (WEXITSTATUS(status) == 3 || WEXITSTATUS(status) == 4);
  if (known) {
    problem = "--types: " + FirstLine(errors.Read());
  } else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || !ParseModel(output.Read(), model)) {
    problem = std::string("--types: ") + node + " cannot read " + file + ": " +
              FirstLine(errors.Read()) + "; is it a Node.js, version 18 or later?";
  }
  model.file = file.substr(file.rfind('/') + 1);
  return problem.empty();
}

}  // namespace napisan::cli
