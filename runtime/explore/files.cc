#include "explore/files.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace napisan::explore {

bool WriteFile(const std::string& path, const std::string& text) {
  std::string unfinished = path + ".part";
  FILE* file = std::fopen(unfinished.c_str(), "wb");
  if (file == nullptr) return false;
  bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  written = std::fclose(file) == 0 && written;
  if (written && std::rename(unfinished.c_str(), path.c_str()) == 0) return true;
  int error = errno;
  unlink(unfinished.c_str());
  errno = error;
  return false;
}

std::string ShellWord(const std::string& text) {
  constexpr const char* kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-=:+,";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string word = "'";
  for (char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

}  // namespace napisan::explore
