#include "checker/render_output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace napisan::checker {
namespace {

// The process that the runtime was loaded into; any other that gets here was forked from it.
const pid_t first_process = getpid();

// One write for one text. What a full pipe or disk left over is tried again.
bool WriteAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

int StandardDescriptor(const std::string& path) {
  if (path == "stderr") return STDERR_FILENO;
  if (path == "stdout") return STDOUT_FILENO;
  return -1;
}

}  // namespace

std::string Output::PathFor(const std::string& path) {
  std::string result = path;
  std::string pid = std::to_string(getpid());
  bool placed = false;
  for (size_t at = result.find("%p"); at != std::string::npos; at = result.find("%p", at)) {
    result.replace(at, 2, pid);
    placed = true;
  }
  bool own = per_process_ == PerProcess::kAlways ||
             (per_process_ == PerProcess::kChildren && getpid() != first_process);
  return own && !placed ? result + "." + pid : result;
}

int Output::Open(const std::string& path) {
  int standard = StandardDescriptor(path);
  if (standard >= 0) return standard;
  if (descriptor_ >= 0 && opened_by_ == getpid() && opened_path_ == path) return descriptor_;
  Close();
  std::string file = PathFor(path);
  descriptor_ = open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor_ < 0) return -1;
  opened_by_ = getpid();
  opened_path_ = path;
  struct stat status;
  if (header_[0] != '\0' && fstat(descriptor_, &status) == 0 && status.st_size == 0) {
    WriteAll(descriptor_, header_);
  }
  return descriptor_;
}

void Output::Complain(const std::string& path) {
  if (complained_) return;
  complained_ = true;
  WriteAll(STDERR_FILENO,
           fmt::format("napisan: cannot write {}: {}\n", PathFor(path), std::strerror(errno)));
}

void Output::Append(const std::string& path, std::string_view text) {
  if (path.empty() || text.empty()) return;
  int descriptor = Open(path);
  if (descriptor >= 0 && WriteAll(descriptor, text)) return;
  Complain(path);
  WriteAll(STDERR_FILENO, text);
}

void Output::Replace(const std::string& path, std::string_view text) {
  if (path.empty()) return;
  std::string file = PathFor(path);
  std::string fresh = fmt::format("{}.{}.new", file, getpid());
  int descriptor = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  bool written = descriptor >= 0 && WriteAll(descriptor, text);
  if (descriptor >= 0 && close(descriptor) != 0) written = false;
  if (written && rename(fresh.c_str(), file.c_str()) == 0) return;
  Complain(path);
  if (descriptor >= 0) unlink(fresh.c_str());
}

bool Output::IsTerminal(const std::string& path) {
  int descriptor = StandardDescriptor(path);
  return descriptor >= 0 && isatty(descriptor) == 1;
}

void Output::Close() {
  if (descriptor_ >= 0) close(descriptor_);
  descriptor_ = -1;
  opened_by_ = 0;
  opened_path_.clear();
}

}  // namespace napisan::checker
