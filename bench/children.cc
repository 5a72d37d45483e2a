#include "children.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <fstream>

extern char** environ;

namespace napisan::bench {
namespace {

bool Spawn(const std::string& program, const std::vector<std::string>& arguments,
           const std::string& log_path, std::string& error) {
  std::vector<char*> argv = {const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  // Its own table is not what we show.
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log_path.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0644);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  setenv("UV_THREADPOOL_SIZE", "1", 1);
  pid_t child = 0;
  int failed = posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) {
    error = "cannot run " + program + ": " + std::strerror(failed);
    return false;
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
  error = program +
          (WIFSIGNALED(status) ? " ended by signal " + std::to_string(WTERMSIG(status))
                               : " ended with " + std::to_string(WEXITSTATUS(status))) +
          ", see " + log_path;
  return false;
}

void ReadNumbers(const nlohmann::json& json, ChildResult& result) {
  for (const nlohmann::json& one : json.value("benchmarks", nlohmann::json::array())) {
    std::string name = one.value("run_name", "");
    if (size_t end = name.find("/real_time"); end != std::string::npos) name.resize(end);
    for (const auto& [key, value] : one.items()) {
      if (value.is_number()) result.benchmarks[name][key] = value.get<double>();
    }
  }
  // Named: items() refers to it.
  const nlohmann::json context = json.value("context", nlohmann::json::object());
  for (const auto& [key, value] : context.items()) {
    if (value.is_string()) result.context[key] = value.get<std::string>();
  }
}

}  // namespace

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

std::string OwnFolder() {
  char path[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
  if (length <= 0) return ".";
  std::string own(path, static_cast<size_t>(length));
  return own.substr(0, own.rfind('/'));
}

bool RunChild(const std::string& program, const std::vector<std::string>& arguments,
              const std::string& json_path, ChildResult& result, std::string& error) {
  std::vector<std::string> all = arguments;
  all.push_back("--benchmark_out=" + json_path);
  all.push_back("--benchmark_out_format=json");
  if (!Spawn(program, all, json_path + ".log", error)) return false;
  std::ifstream file(json_path);
  result.json = nlohmann::json::parse(file, nullptr, false);
  if (result.json.is_discarded()) {
    error = program + " left no JSON in " + json_path;
    return false;
  }
  ReadNumbers(result.json, result);
  if (!result.benchmarks.empty()) return true;
  error = program + " measured nothing";
  return false;
}

}  // namespace napisan::bench
