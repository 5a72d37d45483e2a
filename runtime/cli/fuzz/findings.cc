#include "cli/fuzz/findings.h"

#include "explore/files.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

namespace napisan::cli::fuzz {
namespace {

// Eight digits of a key: the same in every run.
std::string HashOf(const std::string& text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return fmt::format("{:08x}", static_cast<uint32_t>(hash ^ hash >> 32));
}

std::string OneLine(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  return text;
}

}  // namespace

bool Findings::Prepare(std::string& problem) {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  // Not only that it is there: a run may be long, and what it finds is to be kept.
  std::string probe = folder_ + "/.napisan";
  if (!error && explore::WriteFile(probe, "")) {
    unlink(probe.c_str());
    return true;
  }
  problem = fmt::format("--findings: cannot write to {}: {}; name a folder that can be written",
                        folder_, error ? error.message() : std::strerror(errno));
  return false;
}

std::string Findings::FolderOf(const Finding& finding) const {
  std::string name = finding.found.what;
  for (char& c : name) {
    if (c == '/') c = '-';
  }
  return folder_ + "/" + name + "-" + HashOf(finding.found.key);
}

std::string Findings::CommandOf(const Finding& finding) const {
  return command_ + " --replay " + explore::ShellWord(FolderOf(finding) + "/calls.js");
}

std::string Findings::Describe(const Finding& finding) {
  std::string text;
  if (finding.replays == 10) {
    text = "replays 10 of 10";
  } else if (finding.replays > 0) {
    text = fmt::format("replays {} of 10", finding.replays);
  } else if (finding.replays == 0) {
    text = "does not replay (0 of 10)";
  } else {
    text = "not replayed yet";
  }
  if (finding.keeps_state()) {
    size_t before = finding.inputs.size() - 1;
    text += fmt::format("; module keeps state: it needs the {} before it",
                        before == 1 ? "input" : fmt::format("{} inputs", before));
  }
  return text;
}

bool Findings::Write(const Finding& finding, std::string& problem) {
  std::string folder = FolderOf(finding);
  std::string title = OneLine(finding.found.title);
  std::string command = CommandOf(finding);
  std::string calls = "// " + title + "\n// " + command + "\n" + Print(finding.inputs);
  std::string report =
      fmt::format("{}\n\n  {}\n  {}\n\n{}", title, Describe(finding), command, finding.report);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  bool written = !error && explore::WriteFile(folder + "/calls.js", calls) &&
                 explore::WriteFile(folder + "/report.txt", report);
  if (written) return true;
  problem = fmt::format("cannot write {}: {}; its input is:\n{}", folder,
                        error ? error.message() : std::strerror(errno), calls);
  return false;
}

}  // namespace napisan::cli::fuzz
