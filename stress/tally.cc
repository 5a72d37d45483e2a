#include "tally.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

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

bool WriteJson(const Options& options, const Totals& totals, double seconds, const char* outcome) {
  if (options.json.empty()) return true;
  nlohmann::ordered_json json = {{"program", "stress_async_work"},
                                 {"outcome", outcome},
                                 {"seed", options.seed},
                                 {"profile", options.profile},
                                 {"agents", options.agents},
                                 {"threads", options.threads},
                                 {"in_flight", options.in_flight},
                                 {"plant", NameOf(options.plant)},
                                 {"seconds", seconds},
                                 {"repro", ReproCommand(options)}};
#define NAPISAN_STRESS_PUT(name) json["works"][#name] = totals.name;
  NAPISAN_STRESS_COUNTERS(NAPISAN_STRESS_PUT)
#undef NAPISAN_STRESS_PUT
  json["works"]["completed"] = totals.completed;
  json["works"]["deleted"] = totals.deleted;
  json["reports"] = Reports();
  json["failures"] = Failures();
  json["first_failure"] = FirstFailure();
  std::string draft = options.json + ".new";
  {
    std::ofstream file(draft);
    file << json.dump(2) << '\n';
    file.flush();
    if (file && std::rename(draft.c_str(), options.json.c_str()) == 0) return true;
  }
  std::fprintf(stderr, "stress_async_work: cannot write %s: %s\n", options.json.c_str(),
               std::strerror(errno));
  return false;
}

}  // namespace napisan::stress
