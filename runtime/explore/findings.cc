#include "explore/findings.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "explore/files.h"
#include "explore/junit.h"

namespace napisan::explore {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

bool WriteOrTell(const fs::path& path, const std::string& text) {
  if (WriteFile(path.string(), text)) return true;
  std::fprintf(stderr, "napisan: cannot write %s: %s\n", path.c_str(), std::strerror(errno));
  return false;
}

// "stress/tsfn" may be no file's name.
std::string FileName(const std::string& subject) {
  std::string name = subject;
  for (char& letter : name) {
    bool plain = std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '-' ||
                 letter == '_' || letter == '.';
    if (!plain) letter = '_';
  }
  return name;
}

// Different for different findings, and the same for the same.
std::string IdOf(const Finding& finding) {
  uint64_t hash = 14695981039346656037u;
  for (char letter : std::string(FindingWord(finding.kind)) + finding.what) {
    hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211u;
  }
  return fmt::format("{:08x}", static_cast<uint32_t>(hash ^ hash >> 32));
}

json JsonOf(const Finding& finding) {
  return {{"kind", FindingWord(finding.kind)}, {"what", finding.what},
          {"schedule", finding.schedule()},    {"number", finding.number},
          {"strategy", finding.strategy},      {"seconds", finding.seconds},
          {"switches", finding.switches},      {"shrunk_to", finding.deviations.size()},
          {"replays_failed", finding.replays}, {"replays", finding.replayed}};
}

}  // namespace

std::string Findings::Problem() {
  std::error_code error;
  fs::create_directories(options_.findings, error);
  if (!error && fs::is_directory(options_.findings)) return "";
  return "--findings: cannot make the folder " + options_.findings;
}

std::string Findings::Command(const Subject& subject, const Finding& finding) const {
  std::string command = subject.command;
  if (options_.threads != 4) command += fmt::format(" --threads {}", options_.threads);
  if (finding.kind == FindingKind::kLeak || options_.plain) {
    return command + fmt::format(" --seed {} --schedules {}{}", options_.seed, finding.number + 1,
                                 options_.plain ? " --plain" : "");
  }
  return command + " --schedule " + finding.schedule();
}

std::string Findings::Write(const Subject& subject, const Finding& finding) {
  fs::path root(options_.findings);
  fs::path folder = root / (FileName(subject.name) + "-" + IdOf(finding));
  std::error_code error;
  fs::create_directories(folder, error);
  json all = JsonOf(finding);
  all["subject"] = subject.name;
  all["seed"] = options_.seed;
  all["reproduce"] = Command(subject, finding);
  WriteOrTell(folder / "finding.json", all.dump(2) + "\n");
  WriteOrTell(folder / "output.txt", finding.output);
  if (!finding.timeline.empty()) {
    WriteOrTell(folder / "timeline.txt", finding.timeline);
    WriteOrTell(folder / "trace.json", finding.trace);
    fs::path seeds = root / (FileName(subject.name) + ".seeds");
    std::set<std::string> lines;
    std::ifstream file(seeds);
    for (std::string line; std::getline(file, line);) lines.insert(line);
    if (lines.insert(finding.schedule()).second) {
      std::string text;
      for (const std::string& line : lines) text += line + "\n";
      WriteOrTell(seeds, text);
    }
  }
  return folder.string();
}

bool Findings::RunKept(const Subject& subject, const Options& options, Observer& observer) {
  std::ifstream file(fs::path(options_.findings) / (FileName(subject.name) + ".seeds"));
  bool failed = false;
  for (std::string line; std::getline(file, line);) {
    std::optional<Deviations> schedule = ParseSchedule(line);
    if (!schedule) continue;
    Options only = options;
    only.only = true;
    only.schedule = *schedule;
    only.shrink = false;
    only.replays = 1;
    Result result = Explore(*subject.program, only, observer);
    std::printf("%s: a schedule that failed before: %s\n", subject.name.c_str(),
                result.findings.empty() ? "passes now" : "fails again");
    failed |= !result.findings.empty();
  }
  return failed;
}

bool Findings::WriteSummary(const std::string& subject, const Result& result,
                            const std::string& outcome) {
  auto row = std::find_if(rows_.begin(), rows_.end(),
                          [&](const Row& known) { return known.subject == subject; });
  if (row == rows_.end()) row = rows_.insert(rows_.end(), Row());
  *row = {subject, outcome, result};
  bool written = options_.json.empty() || WriteJson();
  return (options_.junit.empty() || WriteJunit()) && written;
}

bool Findings::WriteJson() const {
  json subjects = json::array();
  for (const Row& row : rows_) {
    const Counts& counts = row.result.counts;
    json findings = json::array();
    for (const Finding& finding : row.result.findings) findings.push_back(JsonOf(finding));
    subjects.push_back({{"name", row.subject},
                        {"outcome", row.outcome},
                        {"seconds", row.result.seconds},
                        {"schedules", counts.schedules},
                        {"distinct", counts.distinct},
                        {"points", counts.points},
                        {"decisions", counts.decisions},
                        {"preemptions", counts.preemptions},
                        {"failed", counts.failed},
                        {"not_fully_controlled", counts.outside},
                        {"run_twice", counts.checked},
                        {"different_the_second_time", counts.different},
                        {"threads", counts.threads},
                        {"explored_completely", row.result.complete},
                        {"findings", findings}});
  }
  json all = {{"seed", options_.seed}, {"shard", options_.shard}, {"subjects", subjects}};
  return WriteOrTell(options_.json, all.dump(2) + "\n");
}

bool Findings::WriteJunit() const {
  std::vector<JunitCase> cases;
  for (const Row& row : rows_) {
    JunitCase own{row.subject, row.result.seconds, {}};
    for (const Finding& finding : row.result.findings) {
      own.failures.push_back(
          {FindingWord(finding.kind), finding.what, finding.timeline + finding.output});
    }
    if (row.outcome != "ok" && own.failures.empty()) own.failures.push_back({row.outcome, "", ""});
    cases.push_back(std::move(own));
  }
  return WriteOrTell(options_.junit, JunitText(cases, std::to_string(options_.seed)));
}

}  // namespace napisan::explore
