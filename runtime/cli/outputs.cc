#include "cli/outputs.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "checker/options.h"

namespace napisan::cli {
namespace {

std::string FolderOf(const std::string& path) {
  size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string ProblemOf(const char* option, const std::string& path) {
  if (path.empty()) return "";
  auto problem = [&](const std::string& why) {
    return fmt::format("{}: cannot write {}: {}; name a file that can be written", option, path,
                       why);
  };
  struct stat status;
  if (stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return problem("it is a directory");
    return access(path.c_str(), W_OK) == 0 ? "" : problem(std::strerror(errno));
  }
  std::string folder = FolderOf(path);
  if (stat(folder.c_str(), &status) != 0) {
    return problem(fmt::format("there is no directory {}", folder));
  }
  if (!S_ISDIR(status.st_mode)) return problem(fmt::format("{} is no directory", folder));
  return access(folder.c_str(), W_OK | X_OK) == 0 ? "" : problem(std::strerror(errno));
}

}  // namespace

std::string ProblemOfOutputs(const std::string& json) {
  const checker::Options& options = checker::GetOptions();
  // The process id is added to its name.
  bool standard = options.log_path == "stderr" || options.log_path == "stdout";
  std::string log_path = standard ? "" : options.log_path + "." + std::to_string(getpid());
  const struct {
    const char* name;
    const std::string& path;
  } kFiles[] = {
      {"--json", json},
      {"NAPISAN_OPTIONS: log_path", log_path},
      {"NAPISAN_OPTIONS: json_path", options.json_path},
      {"NAPISAN_OPTIONS: sarif_path", options.sarif_path},
      {"NAPISAN_OPTIONS: trace_path", options.trace_path},
  };
  for (const auto& file : kFiles) {
    if (std::string problem = ProblemOf(file.name, file.path); !problem.empty()) return problem;
  }
  return "";
}

}  // namespace napisan::cli
