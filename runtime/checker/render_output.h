// Output: where renderings go: stderr, stdout or a file, opened when there is something to write.
//
// Ownership: keeps its descriptor open until the process ends, or until Close.
// Threads: one at a time (the sink's lock).
// Invariant: what one Append wrote is whole in the file, or not there at all, however the process
// ends: it is one write(2) with O_APPEND.
#pragma once

#include <string>
#include <string_view>

namespace napisan::checker {

// Which processes share a file.
enum class PerProcess : unsigned char {
  kNever,     // all append to it: lines that stand for themselves
  kAlways,    // every process has its own, path.PID, as the sanitizers' log_path
  kChildren,  // forked children have their own; the first process has the plain path
};

class Output {
 public:
  // `header` is what a new, empty file starts with. "%p" in a path becomes the process id.
  Output(PerProcess per_process, const char* header) : per_process_(per_process), header_(header) {}

  // Where `path` leads in this process: the file's name, with the process id where it is due.
  std::string PathFor(const std::string& path);

  // Nothing happens for an empty path. A file that cannot be opened or written is told once, on
  // stderr, and the text goes there instead.
  void Append(const std::string& path, std::string_view text);

  // Puts `text` in the place of the whole file by a rename, so that readers never see half of it.
  void Replace(const std::string& path, std::string_view text);

  // Whether an Append to `path` would reach a terminal.
  static bool IsTerminal(const std::string& path);

  void Close();

 private:
  int Open(const std::string& path);
  void Complain(const std::string& path);

  const PerProcess per_process_;
  const char* const header_;
  int descriptor_ = -1;
  int opened_by_ = 0;
  std::string opened_path_;
  bool complained_ = false;
};

}  // namespace napisan::checker
