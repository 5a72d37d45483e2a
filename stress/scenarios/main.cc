// stress: the scenarios, each under schedule after schedule.

#include <sys/mman.h>

#include <cstdio>
#include <iterator>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "explore/command.h"
#include "napisan/reports.h"
#include "scenarios/scenario.h"

namespace napisan::stress {
namespace {

struct Row {
  const char* name;
  std::string (*run)();
  const char* expects;
  const char* text;
};
constexpr Row kScenarios[] = {
#define SCENARIO(name, function, expects, text) {name, function, expects, text},
#include "scenarios/scenarios.def"
};

class Scenario final : public explore::Program {
 public:
  Scenario(const Row& row, Evidence* own, bool plants)
      : row_(row), evidence_(own), plants_(plants) {}
  void SetUp() override { evidence = evidence_; }
  std::string Run() override {
    if (plants_) Plant();
    return row_.run();
  }
  bool Expects(const ReportInfo& report) const override {
    return std::string_view(report.rule) == row_.expects;
  }

 private:
  // A branch by what nobody has written, which memcheck alone can find.
  static void Plant() {
    auto unwritten = std::make_unique_for_overwrite<int[]>(1);
    if (*const_cast<volatile int*>(unwritten.get()) == 7) std::puts("seven");
  }

  const Row& row_;
  Evidence* evidence_;
  const bool plants_;
};

const Row* Find(std::string_view name) {
  for (const Row& row : kScenarios) {
    if (name == row.name) return &row;
  }
  return nullptr;
}

Evidence* NewEvidence() {
  void* memory = mmap(nullptr, sizeof(Evidence) * std::size(kScenarios), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : new (memory) Evidence[std::size(kScenarios)];
}

int Main(int argc, char** argv) {
  CLI::App app("The host's scenarios, each under schedule after schedule", "stress");
  std::vector<std::string> names;
  explore::CommandOptions options;
  bool list = false;
  std::string plant = "none";
  app.add_option("SCENARIO", names, "Which; all where none is named")
      ->check(CLI::Validator(
          [](const std::string& name) {
            return Find(name) != nullptr ? std::string()
                                         : name + " is no scenario; --list names them";
          },
          "NAME"));
  app.add_flag("--list", list, "Name the scenarios");
  app.add_option(
         "--plant", plant,
         "unwritten: each schedule reads what nobody wrote, to prove that memcheck finds it")
      ->check(CLI::IsMember({"none", "unwritten"}));
  explore::AddExploreOptions(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    std::fprintf(stderr, "stress: %s; stress -h helps\n", error.what());
    return 2;
  }
  if (list) {
    for (const Row& row : kScenarios) std::printf("%-20s %s\n", row.name, row.text);
    return 0;
  }
  if (std::string problem = explore::Understand(options); !problem.empty()) {
    std::fprintf(stderr, "stress: %s\n", problem.c_str());
    return 2;
  }
  if (names.empty()) {
    for (const Row& row : kScenarios) names.emplace_back(row.name);
  }
  Evidence* done = NewEvidence();
  if (done == nullptr) {
    std::perror("stress: no memory");
    return 2;
  }
  std::vector<std::unique_ptr<Scenario>> scenarios;
  std::vector<explore::Subject> subjects;
  for (const std::string& name : names) {
    Evidence* own = done + scenarios.size();
    scenarios.push_back(std::make_unique<Scenario>(*Find(name), own, plant == "unwritten"));
    explore::Subject subject{name, std::string(argv[0]) + " " + name, scenarios.back().get(), {}};
#define NAPISAN_NAME(count) subject.evidence[#count] = &own->count;
    NAPISAN_EVIDENCE(NAPISAN_NAME)
#undef NAPISAN_NAME
    subjects.push_back(subject);
  }
  return explore::ExploreAll(subjects, options);
}

}  // namespace
}  // namespace napisan::stress

int main(int argc, char** argv) { return napisan::stress::Main(argc, argv); }
