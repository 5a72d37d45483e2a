#include "tally.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "verdict.h"

namespace napisan::stress {

Totals Sum(const std::vector<Tally>& tallies) {
  Totals totals;
  for (const Tally& tally : tallies) {
#define NAPISAN_STRESS_ADD(name) totals.name += tally.name.value();
    NAPISAN_STRESS_COUNTERS(NAPISAN_STRESS_ADD)
#undef NAPISAN_STRESS_ADD
    totals.completed += tally.completed();
    totals.deleted += tally.deleted();
  }
  return totals;
}

std::string ProgressLine(const Totals& totals, double seconds) {
  return fmt::format(
      "{:5.1f} s  {} rounds  {} works queued, {} completed ({} cancelled), {} deleted  {} reports",
      seconds, totals.rounds, totals.queued, totals.completed, totals.completed_cancelled,
      totals.deleted, Reports());
}

ResultFile::ResultFile(const Options& options) : options_(options) {
  if (options.json.empty()) return;
  descriptor_ = open(options.json.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor_ < 0) open_error_ = errno;
}

ResultFile::~ResultFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool ResultFile::Write(const Totals& totals, double seconds, const char* outcome) {
  if (options_.json.empty()) return true;
  nlohmann::ordered_json json = {{"program", "stress_async_work"},
                                 {"outcome", outcome},
                                 {"seed", options_.seed},
                                 {"profile", options_.profile},
                                 {"agents", options_.agents},
                                 {"threads", options_.threads},
                                 {"in_flight", options_.in_flight},
                                 {"plant", NameOf(options_.plant)},
                                 {"seconds", seconds},
                                 {"repro", ReproCommand(options_)}};
#define NAPISAN_STRESS_PUT(name) json["works"][#name] = totals.name;
  NAPISAN_STRESS_COUNTERS(NAPISAN_STRESS_PUT)
#undef NAPISAN_STRESS_PUT
  json["works"]["completed"] = totals.completed;
  json["works"]["deleted"] = totals.deleted;
  json["reports"] = Reports();
  json["failures"] = Failures();
  json["first_failure"] = FirstFailure();
  std::string text = json.dump(2) + "\n";
  auto size = static_cast<ssize_t>(text.size());
  if (pwrite(descriptor_, text.data(), text.size(), 0) == size &&
      ftruncate(descriptor_, size) == 0) {
    return true;
  }
  std::fprintf(stderr, "stress_async_work: cannot write %s: %s\n", options_.json.c_str(),
               std::strerror(descriptor_ < 0 ? open_error_ : errno));
  return false;
}

}  // namespace napisan::stress
