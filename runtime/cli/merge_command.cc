#include "cli/merge_command.h"

#include <cstdio>
#include <fstream>
#include <map>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/run.h"
#include "explore/files.h"
#include "explore/junit.h"

namespace napisan::cli {
namespace {

using nlohmann::json;

// What is added up. `distinct` is, too: shards run different schedules, so that it is at most that.
constexpr const char* kSums[] = {"seconds",
                                 "schedules",
                                 "distinct",
                                 "points",
                                 "decisions",
                                 "failed",
                                 "run_twice",
                                 "preemptions",
                                 "not_fully_controlled",
                                 "different_the_second_time"};

bool Read(const std::string& path, json& summary) {
  std::ifstream file(path);
  summary = json::parse(file, nullptr, false);
  if (summary.is_object() && summary.contains("subjects")) return true;
  std::fprintf(stderr, "napisan: %s is no summary; give files that --json of stress has written\n",
               path.c_str());
  return false;
}

bool Same(const json& finding, const json& other) {
  return finding["kind"] == other["kind"] && finding["what"] == other["what"];
}

void Join(const json& one, json& all) {
  for (const char* key : kSums) all[key] = all[key].get<double>() + one[key].get<double>();
  if (one["threads"] > all["threads"]) all["threads"] = one["threads"];
  if (one["outcome"] != "ok") all["outcome"] = one["outcome"];
  all["explored_completely"] =
      all["explored_completely"].get<bool>() && one["explored_completely"].get<bool>();
  for (const json& finding : one["findings"]) {
    bool known = false;
    for (json& there : all["findings"]) known = known || Same(there, finding);
    if (!known) all["findings"].push_back(finding);
  }
}

bool WriteText(const std::string& path, const std::string& text) {
  if (explore::WriteFile(path, text)) return true;
  std::fprintf(stderr, "napisan: cannot write %s\n", path.c_str());
  return false;
}

std::string JunitOf(const json& subjects, const json& seed) {
  std::vector<explore::JunitCase> cases;
  for (const json& subject : subjects) {
    explore::JunitCase own{subject["name"], subject["seconds"], {}};
    for (const json& finding : subject["findings"]) {
      own.failures.push_back({finding["kind"], finding["what"], finding["schedule"]});
    }
    if (subject["outcome"] != "ok" && own.failures.empty()) {
      own.failures.push_back({subject["outcome"], "", ""});
    }
    cases.push_back(std::move(own));
  }
  return explore::JunitText(cases, seed.dump());
}

}  // namespace

CLI::App* AddMerge(CLI::App& app, MergeOptions& options) {
  CLI::App* merge = app.add_subcommand(
      "merge", "Join the summaries of shards, which --json of stress has written");
  merge->add_option("SUMMARY", options.summaries, "Their files")->required();
  merge->add_option("--json", options.json, "Write what they are together to this file")
      ->type_name("FILE");
  merge->add_option("--junit", options.junit, "And as JUnit XML to this one")->type_name("FILE");
  merge->footer(
      "Exit status: 0; 1 where a shard has a finding, or did not come to its end; 2 usage.\n");
  return merge;
}

int Merge(const MergeOptions& options) {
  std::map<std::string, json> subjects;
  json seed;
  for (const std::string& path : options.summaries) {
    json summary;
    if (!Read(path, summary)) return kUsage;
    if (seed.is_null()) seed = summary["seed"];
    if (seed != summary["seed"]) {
      std::fprintf(stderr, "napisan: %s has another seed: shards of one run have the same --seed\n",
                   path.c_str());
      return kUsage;
    }
    for (const json& subject : summary["subjects"]) {
      auto [at, added] = subjects.emplace(subject["name"], subject);
      if (!added) Join(subject, at->second);
    }
  }
  json list = json::array();
  bool ok = !subjects.empty();
  for (auto& [name, subject] : subjects) {
    ok = ok && subject["outcome"] == "ok" && subject["schedules"].get<double>() > 0;
    std::printf("%s: %s: %.0f schedules in %.1f s, %.0f of them different; %zu findings\n",
                name.c_str(), subject["outcome"].get<std::string>().c_str(),
                subject["schedules"].get<double>(), subject["seconds"].get<double>(),
                subject["distinct"].get<double>(), subject["findings"].size());
    for (const json& finding : subject["findings"]) {
      std::printf("  %s: %s\n  --schedule %s\n", finding["kind"].get<std::string>().c_str(),
                  finding["what"].get<std::string>().c_str(),
                  finding["schedule"].get<std::string>().c_str());
    }
    list.push_back(subject);
  }
  json all = {{"seed", seed}, {"shards", options.summaries.size()}, {"subjects", list}};
  bool written = options.json.empty() || WriteText(options.json, all.dump(2) + "\n");
  written = (options.junit.empty() || WriteText(options.junit, JunitOf(list, seed))) && written;
  return !written ? kUsage : ok ? kOk : kFailed;
}

}  // namespace napisan::cli
