#include "cli/fuzz/campaign.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <fmt/format.h>

#include "cli/fuzz/growth.h"
#include "cli/fuzz/investigate.h"
#include "explore/files.h"

namespace napisan::cli::fuzz {
namespace {

// A child ends after so long, and its memory with it; a hang is told that much later.
constexpr double kChildSeconds = 3;
// So many functions a child are looked at for growth.
constexpr size_t kGrowthLooks = 4;
// Children that ended before their first input, one after another: it will not get better.
constexpr int kEmptyChildrenMax = 3;

}  // namespace

Campaign::Campaign(ChildPlan plan, Knowledge& knowledge, const CampaignOptions& options,
                   Findings& findings)
    : plan_(std::move(plan)), knowledge_(knowledge), options_(options), findings_(findings) {
  plan_.on_progress = [this] { Tell(false); };
}

int Campaign::Run() {
  if (!LoadCorpus()) return kUsage;
  for (int empty = 0; !TimeIsOver() && !Ends();) {
    ++children_;
    ChildResult result = RunFuzzChild(plan_, knowledge_, &known_, Telling::kQuiet, kChildSeconds,
                                      [this](ChildContext& child) { RunInputs(child); });
    if (result.interrupted()) interrupted_ = result.end.status;
    size_t count = plan_.shared.LoggedInputs().size();
    empty = count == 0 ? empty + 1 : 0;
    if (empty == kEmptyChildrenMax || !result.load_error.empty()) {
      std::fprintf(stderr, "napisan: no input can be run: %s\n",
                   result.load_error.empty() ? Describe(result.end, plan_.timeout_seconds).c_str()
                                             : result.load_error.c_str());
      return result.load_error.empty() ? kFailed : kUsage;
    }
    Take(result);
  }
  return Finish();
}

// The corpus, then what is made from it or afresh.
Input Campaign::Next(Generator& generator, Random& random) {
  if (replayed_ < loaded_) return corpus_[replayed_++];
  if (corpus_.empty() || random.Chance(40)) return generator.Make();
  Input input = random.Of(corpus_);
  const Input& other = random.Of(corpus_);
  generator.Mutate(input, &other);
  return input;
}

void Campaign::RunInputs(ChildContext& child) {
  Random random(options_.seed * 0x9e3779b97f4a7c15 + children_);
  Generator generator(knowledge_, options_.generator, random);
  double deadline = RealSeconds() + kChildSeconds;
  double told = RealSeconds();
  // Of each function the last input that calls nothing else.
  std::map<std::string, Input> alone;
  for (uint64_t count = 0; RealSeconds() < deadline && !TimeIsOver(); ++count, ++runs_) {
    // What has been learnt may be called, too.
    if (count % 16 == 0 && !generator.Refresh()) return;
    bool begins = replayed_ < loaded_;
    Input input = Next(generator, random);
    size_t features = plan_.shared.features.count();
    bool goes_on = child.Run(input);
    if (!begins && plan_.shared.features.count() > features) {
      child.SendCorpus(Print(input));
      corpus_.push_back(input);
    }
    if (!goes_on || child.found_new()) return;
    if (std::string name = GrowthName(input); !name.empty()) alone[name] = std::move(input);
    if (RealSeconds() - told > 0.25) {
      child.SendProgress();
      told = RealSeconds();
    }
  }
  for (size_t i = 0; i < kGrowthLooks && !alone.empty(); ++i) {
    auto one = alone.begin();
    std::advance(one, random.Below(alone.size()));
    child.CheckGrowth(one->second);
    alone.erase(one);
  }
}

bool Campaign::LoadCorpus() {
  if (options_.corpus.empty()) return true;
  std::error_code error;
  std::filesystem::create_directories(options_.corpus, error);
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(options_.corpus, error)) {
    if (entry.path().extension() == ".js") paths.push_back(entry.path());
  }
  if (error) {
    std::fprintf(stderr, "napisan: --corpus: %s: %s; name a folder that can be written\n",
                 options_.corpus.c_str(), error.message().c_str());
    return false;
  }
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    std::vector<Input> inputs;
    std::string problem;
    if (!Parse(path, text.str(), inputs, problem)) {
      std::fprintf(stderr, "napisan: --corpus: %s\n", problem.c_str());
      continue;
    }
    corpus_names_.insert(std::filesystem::path(path).filename());
    corpus_.insert(corpus_.end(), inputs.begin(), inputs.end());
  }
  loaded_ = corpus_.size();
  return true;
}

// An input that showed something new.
void Campaign::Keep(const std::string& text) {
  std::vector<Input> inputs;
  std::string problem;
  if (!Parse("", text, inputs, problem)) return;
  corpus_.push_back(std::move(inputs[0]));
  if (options_.corpus.empty()) return;
  std::string name = fmt::format("{:016x}.js", std::hash<std::string>()(text));
  if (unwritten_ || !corpus_names_.insert(name).second) return;
  if (explore::WriteFile(options_.corpus + "/" + name, text)) return;
  std::fprintf(stderr, "napisan: --corpus: cannot write %s/%s: %s\n", options_.corpus.c_str(),
               name.c_str(), std::strerror(errno));
  unwritten_ = true;
}

// What a child has left: what it learnt, and what it found.
void Campaign::Take(const ChildResult& result) {
  std::vector<std::string> logged = plan_.shared.LoggedInputs();
  // Not what was looked at for growth.
  uint64_t inputs = plan_.shared.child_inputs.load();
  runs_ += inputs;
  replayed_ = std::min(loaded_, replayed_ + static_cast<size_t>(inputs));
  for (const std::string& fact : result.facts) knowledge_.Learn(fact);
  for (const std::string& text : result.corpus) Keep(text);
  if (result.has_threads && plan_.subject.executor->one_thread) {
    plan_.subject.executor = &ControlledKind();
    std::printf("the module makes threads: it goes on with the executor %s\n",
                plan_.subject.executor->name);
  }
  for (const Found& found : result.found) {
    if (found.input >= logged.size() || !known_.insert(found.key).second) continue;
    if (!LookInto(found, logged)) return;
  }
}

// False where the campaign ends.
bool Campaign::LookInto(const Found& found, const std::vector<std::string>& logged) {
  if (!found.fails) {
    std::printf("note, no finding: %s\n", found.title.c_str());
    return true;
  }
  std::printf("FOUND %s\n", found.title.c_str());
  std::fflush(stdout);
  std::vector<Input> history;
  for (size_t i = 0; i <= found.input; ++i) {
    std::string problem;
    Parse("", logged[i], history, problem);
  }
  if (history.empty()) return true;
  Finding finding;
  finding.found = found;
  finding.inputs = {history.back()};
  auto keep = [&] {
    std::string problem;
    if (unwritten_ || findings_.Write(finding, problem)) return;
    // All of it, for it is nowhere else.
    std::fprintf(stderr, "napisan: %s", problem.c_str());
    unwritten_ = true;
  };
  // At once: whatever ends the command now, it is kept.
  keep();
  if (unwritten_) return false;
  Investigation investigation(plan_, knowledge_);
  investigation.Look(finding, std::move(history), keep);
  std::printf("  %s\n  %s\n", Findings::Describe(finding).c_str(),
              findings_.CommandOf(finding).c_str());
  std::fflush(stdout);
  found_.push_back(std::move(finding));
  if (investigation.interrupted()) interrupted_ = SIGINT;
  return !Ends();
}

bool Campaign::TimeIsOver() const {
  return (options_.runs != 0 && runs_ >= options_.runs) ||
         (options_.seconds > 0 && Seconds() >= options_.seconds);
}

void Campaign::Tell(bool now) {
  if (!now && (options_.quiet || RealSeconds() - told_ < 1)) return;
  told_ = RealSeconds();
  const Shared& shared = plan_.shared;
  double seconds = std::max(Seconds(), 0.001);
  auto inputs = static_cast<double>(shared.inputs.load());
  std::printf(
      "%.0f s: %.0f inputs (%.0f a second), %llu calls (%llu threw, %llu came back later), "
      "%zu features, %zu in the corpus, %zu %s\n",
      seconds, inputs, inputs / seconds, static_cast<unsigned long long>(shared.calls.load()),
      static_cast<unsigned long long>(shared.threw.load()),
      static_cast<unsigned long long>(shared.settled.load()), shared.features.count(),
      corpus_.size(), found_.size(), found_.size() == 1 ? "finding" : "findings");
  std::fflush(stdout);
}

int Campaign::Finish() {
  Tell(true);
  for (const Finding& finding : found_) {
    std::printf("%s\n  %s; %s\n", finding.found.title.c_str(), Findings::Describe(finding).c_str(),
                findings_.FolderOf(finding).c_str());
  }
  if (unwritten_) {
    std::fprintf(stderr,
                 "napisan: ended, for what it finds cannot be written; make room, or name other "
                 "folders with --findings and --corpus\n");
    return kFailed;
  }
  if (interrupted_ != 0) return 128 + interrupted_;
  if (!found_.empty()) return kFailed;
  if (plan_.shared.calls.load() > 0) return kOk;
  std::fprintf(stderr, "napisan: nothing was called; give it more --seconds or --runs\n");
  return kFailed;
}

}  // namespace napisan::cli::fuzz
